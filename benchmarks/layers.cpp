#include "layers.hpp"

#include <fstream>
#include <sstream>

#include "common/base/error.hpp"
#include "common/base/random.hpp"

namespace cnn::bench {

namespace {

int reach(int kernel, int dilation) { return (kernel - 1) * dilation + 1; }

std::vector<std::string> split(const std::string& line) {
    std::vector<std::string> fields;
    std::istringstream in{line};
    for (std::string field; std::getline(in, field, ',');) fields.push_back(field);
    if (line.ends_with(',')) fields.emplace_back();
    return fields;
}

Layer layer_of(const std::vector<std::string>& f) {
    const auto number = [&](std::size_t i) { return std::stoi(f[i]); };
    return {.name = f[0],
            .operation = f[1],
            .channels = number(2),
            .size = {number(3), number(4)},
            .filters = number(5),
            .kernel = {number(6), number(7)},
            .stride = number(8),
            .padding = number(9),
            .dilation = number(10),
            .groups = number(11),
            .quick = f[12].find("quick") != std::string::npos};
}

}  // namespace

Shape Layer::weights() const {
    if (operation == "ip") return {size.h, size.w, channels, filters};
    if (operation == "conv") return {kernel.h, kernel.w, channels / groups, filters};
    if (operation == "deconv") return {kernel.h, kernel.w, filters / groups, channels};
    return {0, 0, 0, 0};
}

Shape Layer::output(int batch) const {
    const auto extent = [&](int length, int taps) {
        if (operation == "deconv") return (length - 1) * stride - 2 * padding + reach(taps, dilation);
        return (length + 2 * padding - reach(taps, dilation)) / stride + 1;
    };
    if (operation == "ip") return {batch, 1, 1, filters};
    return {batch, extent(size.h, kernel.h), extent(size.w, kernel.w), filters};
}

std::int64_t Layer::flop(int batch) const {
    const std::int64_t window = std::int64_t{kernel.h} * kernel.w;
    if (operation == "ip") return 2 * input(batch).size() * filters;
    if (operation == "deconv") return 2 * input(batch).size() * window * filters;
    if (operation == "conv") return 2 * output(batch).size() * window * (channels / groups);
    return output(batch).size() * window;  // pooling: a comparison or an addition each
}

std::int64_t Layer::bytes(int batch) const {
    return std::int64_t{sizeof(real)} * (input(batch).size() + weights().size() + output(batch).size());
}

std::vector<Layer> layers(const std::filesystem::path& csv) {
    std::ifstream file{csv};
    require(file.good(), csv.string(), ": cannot be read; it is the table of layers, benchmarks/layers.csv");
    std::vector<Layer> all;
    std::string line;
    for (int number = 1; std::getline(file, line); ++number) {
        if (line.empty() || line.starts_with('#') || line.starts_with("name,")) continue;
        const std::vector<std::string> fields = split(line);
        require(fields.size() == 13, csv.string(), ":", number, ": ", fields.size(),
                " columns; it must be 13");
        try {
            all.push_back(layer_of(fields));
        } catch (const std::logic_error&) {
            throw Error(csv.string(), ":", number, ": a size that is no number in \"", line, '"');
        }
    }
    return all;
}

std::vector<Layer> layers() { return layers(CNN_LAYERS_CSV); }

Tensor integers(Shape shape, std::uint64_t seed) {
    Tensor t = Tensor::uninitialized(shape);
    Random random{seed};
    for (std::int64_t i = 0; i < shape.size(); i += 16) {
        std::uint64_t bits = random.bits();
        for (std::int64_t j = i; j < std::min(i + 16, shape.size()); ++j, bits >>= 4) {
            const int digit = int(bits & 15) * 9 / 16;  // 0 to 8
            t.flat()[std::size_t(j)] = real(digit - 4);
        }
    }
    return t;
}

}  // namespace cnn::bench
