#include "common/graph/describe.hpp"

namespace cnn {

Description describe(const Graph& graph) {
    Description all;
    for (const Graph::Entry& entry : graph.entries()) {
        LayerDescription layer{.name = entry.name, .kind = "input", .output = entry.shape};
        if (entry.operation) {
            const Shapes shapes = graph.input_shapes(entry);
            layer.kind = entry.operation->kind();
            layer.multiply_adds = entry.operation->multiply_adds(shapes);
            layer.window = entry.operation->window(shapes);
        }
        for (const Parameter& p : entry.parameters) {
            if (p.role != Role::statistic) layer.parameters += p.shape.size();
            if (p.role == Role::weight) layer.trainable += p.shape.size();
        }
        all.parameters += layer.parameters;
        all.trainable += layer.trainable;
        all.multiply_adds += layer.multiply_adds;
        all.activations += entry.shape.size();
        all.layers.push_back(std::move(layer));
    }
    return all;
}

}  // namespace cnn
