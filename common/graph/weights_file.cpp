#include <iostream>
#include <set>
#include <sstream>

#include "common/base/error.hpp"
#include "common/base/nearest.hpp"
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

/// One kind of fault: how many entries have it, and the first of them.
class Fault {
public:
    explicit Fault(std::string what) : what_(std::move(what)) {}
    void operator()(const std::string& entry) {
        if (++count_ <= 3) entries_ += (count_ == 1 ? "" : ", ") + entry;
    }
    /// "2 are missing: a, b"; nothing where there is none.
    std::string text() const {
        if (count_ == 0) return "";
        std::string text = "; " + std::to_string(count_) + ' ' + what_ + ": " + entries_;
        return count_ > 3 ? text + ", ..." : text;
    }

private:
    std::string what_, entries_;
    int count_ = 0;
};

/// PyTorch counts in there how many batches a normalisation has seen; nothing here needs it.
bool is_counter(const std::string& name) { return name.ends_with("num_batches_tracked"); }

/// Throws one Error that says all that is wrong: entries missing, of no use here, or of another shape or
/// type.
void refuse_another_network(const std::string& file, const safetensors::File& content,
                            const std::vector<Parameter>& parameters) {
    std::set<std::string> wanted;
    for (const Parameter& p : parameters) wanted.insert(p.name);
    std::vector<std::string> left;  // in the file, and of no use
    Fault surplus("of the file's entries are not its own"), missing("are missing"),
        misshaped("have another shape"), untyped("have a type that cannot be read");
    const auto look_at = [&](const std::string& name) {
        if (wanted.contains(name) || is_counter(name)) return;
        surplus('"' + name + '"');
        left.push_back(name);
    };
    for (const auto& [name, array] : content.arrays) look_at(name);
    for (const auto& [name, type] : content.others) look_at(name);

    for (const Parameter& p : parameters) {
        const std::string name = '"' + p.name + '"';
        const auto array = content.arrays.find(p.name);
        if (const auto other = content.others.find(p.name); other != content.others.end())
            untyped(name + " is " + other->second + " (save it as float32, float16 or bfloat16)");
        else if (array == content.arrays.end())
            missing(name + (left.empty() ? "" : " (nearest there: " + nearest(p.name, left, 2) + ")"));
        else if (array->second.shape != file_shape(p))
            misshaped(name + " is " + printed(array->second.shape) + ", the network needs " +
                      printed(file_shape(p)));
    }
    const std::string all = missing.text() + misshaped.text() + untyped.text() + surplus.text();
    require(all.empty(), file, ": these are not the weights of this network, which has ", parameters.size(),
            all);
}

}  // namespace

Weights load_weights(const std::filesystem::path& file, const Graph& graph) {
    const safetensors::File content = safetensors::read(file);
    const std::vector<Parameter> parameters = graph.parameters();
    refuse_another_network(file.string(), content, parameters);
    if (!content.rounded.empty())
        std::clog << file.string() << ": " << content.rounded.size() << " tensors are float64 (the first is "
                  << content.rounded.front() << "); they are rounded to float32\n";
    Weights weights;
    for (const Parameter& p : parameters) {
        const safetensors::Array& array = content.arrays.at(p.name);
        Tensor tensor = Tensor::uninitialized(p.shape);
        const auto to = tensor.flat();
        for_each_place(p,
                       [&](std::size_t ours, std::size_t theirs) { to[ours] = real(array.numbers[theirs]); });
        weights.set(p.name, std::move(tensor));
    }
    return weights;
}

void save_weights(const std::filesystem::path& file, const Graph& graph, const Weights& weights,
                  const Metadata& metadata, safetensors::Type type) {
    safetensors::File content{{}, metadata, {}, {}};
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
    safetensors::write(file, content, type);
}

}  // namespace cnn
