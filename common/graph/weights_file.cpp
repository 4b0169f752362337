#include <sstream>

#include "common/base/error.hpp"
#include "common/files/safetensors.hpp"
#include "common/graph/weights.hpp"

namespace cnn {

namespace {

using FileShape = std::vector<std::int64_t>;

/// A parameter's shape as the file says it.
FileShape file_shape(const Parameter& p) {
    const Shape& s = p.shape;
    switch (p.layout) {
        case Layout::filters:
            return {s.c, s.w, s.n, s.h};
        case Layout::dense:
            return {s.c, std::int64_t{s.w} * s.n * s.h};
        case Layout::vector:
            break;
    }
    return {s.size()};
}

std::string printed(const FileShape& shape) {
    std::ostringstream out;
    for (std::size_t i = 0; i < shape.size(); ++i) out << (i ? ", " : "[") << shape[i];
    out << (shape.empty() ? "[]" : "]");
    return out.str();
}

/// Calls body(ours, theirs) with each number's place here and in the file: (kh, kw, c_in, c_out) here is
/// (c_out, c_in, kh, kw) there, and a dense layer reads its inputs in the order (c_in, h, w).
template <class Body>
void for_each_place(const Parameter& p, const Body& body) {
    const auto [kh, kw, in, out] = p.shape;
    if (p.layout == Layout::vector) {
        for (std::size_t i = 0; i < std::size_t(p.shape.size()); ++i) body(i, i);
        return;
    }
    for (std::size_t ours = 0, h = 0; h < std::size_t(kh); ++h)
        for (std::size_t w = 0; w < std::size_t(kw); ++w)
            for (std::size_t i = 0; i < std::size_t(in); ++i)
                for (std::size_t o = 0; o < std::size_t(out); ++o)
                    body(ours++, ((o * std::size_t(in) + i) * std::size_t(kh) + h) * std::size_t(kw) + w);
}

}  // namespace

Weights load_weights(const std::filesystem::path& file, const Graph& graph) {
    const safetensors::File content = safetensors::read(file);
    Weights weights;
    for (const Parameter& p : graph.parameters()) {
        const auto other = content.others.find(p.name);
        require(other == content.others.end(), file.string(), ": \"", p.name, "\" is ",
                other == content.others.end() ? "" : other->second,
                "; save it as float32, float16 or bfloat16");
        const auto found = content.arrays.find(p.name);
        require(found != content.arrays.end(), file.string(), ": there is no \"", p.name,
                "\"; are these the weights of this network?");
        const safetensors::Array& array = found->second;
        require(array.shape == file_shape(p), file.string(), ": \"", p.name, "\" is ", printed(array.shape),
                ", the network needs ", printed(file_shape(p)));
        Tensor tensor = Tensor::uninitialized(p.shape);
        const auto to = tensor.flat();
        for_each_place(p,
                       [&](std::size_t ours, std::size_t theirs) { to[ours] = real(array.numbers[theirs]); });
        weights.set(p.name, std::move(tensor));
    }
    return weights;
}

void save_weights(const std::filesystem::path& file, const Graph& graph, const Weights& weights,
                  const Metadata& metadata) {
    safetensors::File content{{}, metadata, {}};
    for (const Graph::Entry& entry : graph.entries()) {
        const std::vector<View> tensors = parameters_of(entry, weights);
        for (std::size_t k = 0; k < tensors.size(); ++k) {
            const Parameter& p = entry.parameters[k];
            safetensors::Array array{file_shape(p), std::vector<float>(std::size_t(p.shape.size()))};
            const auto from = tensors[k].flat();
            for_each_place(p, [&](std::size_t ours, std::size_t theirs) {
                array.numbers[theirs] = static_cast<float>(from[ours]);
            });
            content.arrays[p.name] = std::move(array);
        }
    }
    safetensors::write(file, content);
}

}  // namespace cnn
