#include "common/testing/golden_network.hpp"

#include <cmath>
#include <limits>

#include "common/base/error.hpp"
#include "common/files/data_folder.hpp"
#include "common/files/safetensors.hpp"
#include "common/graph/differentiate.hpp"

namespace cnn {

namespace {

/// Where number (m, n, k, f) of a parameter stands in PyTorch's file.
std::int64_t place(const Parameter& p, int m, int n, int k, int f) {
    const auto [KH, KW, C, F] = p.shape;
    if (p.layout == Layout::vector) return f;
    const std::int64_t filter = std::int64_t{f} * C * KH * KW;
    return filter + (std::int64_t{k} * KH + m) * KW + n;
}

struct Scale {
    double middle, around;
};
Scale scale_of(const Parameter& p) {
    if (p.layout != Layout::vector) {
        const double fan_in = double(p.shape.n) * p.shape.h * p.shape.w;
        return {0, std::sqrt(2 / fan_in)};
    }
    const bool around_one = p.name.ends_with("running_var") || p.name.ends_with(".weight");
    return {around_one ? 1.0 : 0.0, around_one ? 0.25 : 0.1};
}

/// scale * sin(step * i + phase), i counted as PyTorch counts: by image, channel, row, column.
Tensor sines(const Shape& shape, double step, double phase) {
    Tensor x(shape);
    for (int n = 0; n < shape.n; ++n)
        for (int i = 0; i < shape.h; ++i)
            for (int j = 0; j < shape.w; ++j)
                for (int c = 0; c < shape.c; ++c) {
                    const std::int64_t at = ((std::int64_t{n} * shape.c + c) * shape.h + i) * shape.w + j;
                    x(n, i, j, c) = real(std::sin(step * double(at) + phase));
                }
    return x;
}

/// By the largest number, and by length.
std::pair<double, double> error(const std::vector<float>& golden, View ours) {
    require(std::int64_t(golden.size()) == ours.shape.size(), "golden: ", golden.size(), " numbers for ",
            ours.shape);
    double largest = 0, difference = 0, length = 0, apart = 0;
    std::size_t at = 0;
    for (int n = 0; n < ours.shape.n; ++n)
        for (int c = 0; c < ours.shape.c; ++c)
            for (int i = 0; i < ours.shape.h; ++i)
                for (int j = 0; j < ours.shape.w; ++j, ++at) {
                    const double here = std::abs(double(golden[at]) - double(ours(n, i, j, c)));
                    constexpr double never = std::numeric_limits<double>::infinity();
                    if (!std::isfinite(here)) return {never, never};
                    length += double(golden[at]) * double(golden[at]);
                    apart += here * here;
                    largest = std::max(largest, std::abs(double(golden[at])));
                    difference = std::max(difference, here);
                }
    return {difference / largest, std::sqrt(apart / length)};
}

using Arrays = std::map<std::string, safetensors::Array>;

GoldenErrors errors(const Arrays& golden, const Graph& graph, const Weights& weights, Node image,
                    const Tensor& x, Node logits, const Mode& mode) {
    Shape scores = logits.shape();
    scores.n = x.shape().n;
    const Tensor seed = sines(scores, 1.7, 0);
    const Wanted wanted{.nodes = {image}};
    std::vector<Node> keep = read_backward(graph, {logits}, wanted);
    keep.push_back(logits);
    const Activations maps = run(graph, weights, {{image, x}}, keep, mode);
    const Gradients gradients = differentiate(graph, weights, maps, {{logits, seed}}, wanted, mode);
    const auto [gradient, length] = error(golden.at("image_gradient").numbers, gradients[image]);
    return {error(golden.at("logits").numbers, maps[logits]).first, gradient, length,
            golden.contains("moved") ? double(golden.at("moved").numbers.at(0)) : 0};
}

}  // namespace

Weights golden_weights(const Graph& graph) {
    Weights weights;
    double phase = 0;
    for (const Parameter& p : graph.parameters()) {
        const auto [KH, KW, C, F] = p.shape;
        const auto [middle, around] = scale_of(p);
        Tensor values(p.shape);
        for (int m = 0; m < KH; ++m)
            for (int n = 0; n < KW; ++n)
                for (int k = 0; k < C; ++k)
                    for (int f = 0; f < F; ++f)
                        values(m, n, k, f) =
                            real(middle + around * std::sin(1.3 * double(place(p, m, n, k, f)) + phase));
        weights.set(p.name, std::move(values));
        ++phase;
    }
    return weights;
}

GoldenErrors golden_errors(const std::string& name, const Graph& graph, Node image, Node logits,
                           const Mode& mode) {
    const auto arrays = safetensors::read(data_folder() / "golden" / (name + ".safetensors")).arrays;
    Shape shape = image.shape();
    shape.n = int(std::int64_t(arrays.at("image_gradient").numbers.size()) / shape.size());
    const Tensor x = sines(shape, 0.37, double(arrays.at("phase").numbers.at(0)));
    return errors(arrays, graph, golden_weights(graph), image, x, logits, mode);
}

GoldenErrors golden_file_errors(const std::filesystem::path& file, const Graph& graph, Node image,
                                Node logits, const Mode& mode) {
    const auto arrays = safetensors::read(file).arrays;
    const Weights weights = load_weights(file.parent_path() / "weights" / file.filename(), graph);
    Tensor x(image.shape());
    std::size_t at = 0;
    for (int c = 0; c < x.shape().c; ++c)
        for (int i = 0; i < x.shape().h; ++i)
            for (int j = 0; j < x.shape().w; ++j) x(0, i, j, c) = real(arrays.at("image").numbers.at(at++));
    return errors(arrays, graph, weights, image, x, logits, mode);
}

}  // namespace cnn
