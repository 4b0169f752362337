#pragma once
/// @file  What this chapter's tests build networks from: layers known by their windows, and sums of branches.
#include "common/testing/testing.hpp"
#include "effective.hpp"

namespace cnn::windows {

/// One layer of a chain.
struct Layer {
    int kernel, stride = 1, padding = 0, dilation = 1;
};

inline Node layer(Node x, const Layer& l) {
    return window_mean(
        x, {.kernel = l.kernel, .stride = l.stride, .padding = l.padding, .dilation = l.dilation});
}

/// What the published tables print: "R/jump".
inline std::string field(Node node) {
    const ReceptiveField f = receptive_field(*node.graph, node);
    return std::to_string(int(f.h.size)) + "/" + std::to_string(int(f.h.jump));
}

using Fields = std::vector<std::string>;

/// The field behind each layer of a chain.
inline Fields chain(const std::vector<Layer>& layers, int size = 256) {
    Graph net;
    Node x = net.input({.h = size, .w = size});
    Fields fields;
    for (const Layer& l : layers) fields.push_back(field(x = layer(x, l)));
    return fields;
}

/// Adds its inputs: where branches meet.
class Sum : public Operation {
public:
    std::string kind() const override { return "sum"; }
    Shape output(const Shapes& inputs) const override { return inputs[0]; }
    void forward(const Forward& call, MutableView y) const override {
        copy(call.inputs[0], y);
        for (std::size_t k = 1; k < call.inputs.size(); ++k) add(call.inputs[k], y);
    }
    void backward(const Backward& call) const override {
        for (const MutableView& dx : call.input_gradients)
            if (!dx.empty()) copy(call.output_gradient, dx);
    }
};

inline Node sum(const std::vector<Node>& inputs) {
    return inputs[0].graph->add(std::make_shared<Sum>(), inputs);
}

}  // namespace cnn::windows
