#include "common/graph/weights.hpp"

#include "common/base/error.hpp"
#include "common/base/random.hpp"

namespace cnn {

const Tensor& Weights::operator[](const std::string& name) const {
    const auto found = tensors_.find(name);
    require(found != tensors_.end(), "weights: there is no \"", name, "\"");
    return found->second;
}

Tensor& Weights::operator[](const std::string& name) {
    return const_cast<Tensor&>(static_cast<const Weights&>(*this)[name]);
}

void Weights::set(const std::string& name, Tensor tensor) {
    tensors_.insert_or_assign(name, std::move(tensor));
}

std::vector<View> parameters_of(const Graph::Entry& entry, const Weights& weights) {
    std::vector<View> views;
    for (const Parameter& p : entry.parameters) {
        const Tensor& tensor = weights[p.name];
        require(tensor.shape() == p.shape, p.name, ": the weights are ", tensor.shape(), ", the graph says ",
                p.shape);
        views.emplace_back(tensor);
    }
    return views;
}

Weights initialise(const Graph& graph, std::uint64_t seed) {
    Weights weights;
    for (const Parameter& p : graph.parameters()) {
        std::uint64_t name = 0xCBF29CE484222325ULL;  // FNV-1a, so that the stream is the name's own
        for (const char letter : p.name) name = (name ^ std::uint8_t(letter)) * 0x100000001B3ULL;
        Random random(seed ^ name);
        Tensor tensor = Tensor::uninitialized(p.shape);
        p.initialiser(tensor, random);
        weights.set(p.name, std::move(tensor));
    }
    return weights;
}

}  // namespace cnn
