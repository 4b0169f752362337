#pragma once
/// @file  A network's state, beside its graph: tensors by name; initialised, loaded, trained and saved.
///
/// Files are safetensors with PyTorch's names and layouts, so torchvision's state dicts load as they are.
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "common/files/safetensors.hpp"
#include "common/graph/graph.hpp"
#include "common/tensor/tensor.hpp"

namespace cnn {

class Weights {
public:
    const Tensor& operator[](const std::string& name) const;  ///< an Error names what is missing
    Tensor& operator[](const std::string& name);
    void set(const std::string& name, Tensor tensor);
    bool has(const std::string& name) const { return tensors_.contains(name); }
    const std::map<std::string, Tensor>& tensors() const { return tensors_; }
    friend bool operator==(const Weights&, const Weights&) = default;

private:
    std::map<std::string, Tensor> tensors_;
};

/// The tensors of a node's parameters, in their order; an Error where one is missing or of another shape.
std::vector<View> parameters_of(const Graph::Entry& entry, const Weights& weights);

/// Every parameter of `graph`, as its initialiser says.  A parameter's numbers depend on the seed and its
/// name only, so adding a layer leaves the others alone.
Weights initialise(const Graph& graph, std::uint64_t seed);

/// Text beside the tensors of a file: seed, epochs, accuracy, where it comes from.
using Metadata = std::map<std::string, std::string>;

/// Every parameter of `graph` from a safetensors file (F32, F16 or BF16), transposed to the layout of this
/// library.  PyTorch's `num_batches_tracked` is passed over.  Errors: no such file, a corrupt header, or, all
/// in one, the entries that are missing (with the nearest names there), of another shape, or of no use here.
Weights load_weights(const std::filesystem::path& file, const Graph& graph);

/// Writes them in PyTorch's layouts, as F32 or rounded to F16.  The file appears whole or not at all.  Error:
/// a weight that F16 has no place for.
void save_weights(const std::filesystem::path& file, const Graph& graph, const Weights& weights,
                  const Metadata& metadata = {}, safetensors::Type type = safetensors::Type::f32);

}  // namespace cnn
