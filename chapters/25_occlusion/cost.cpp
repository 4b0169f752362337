// What receptive fields permit to leave out.
#include "occlusion.hpp"
#include "reach.hpp"

namespace cnn {

// [cost]
OcclusionCost occlusion_cost(const Classifier& net, const Occlusion& occlusion) {
    const Graph& graph = *net.image.graph;
    OcclusionCost cost;
    const Reach reach(net, occlusion);
    for (int place = 0; place < reach.places(); ++place)
        for (std::size_t k = 0; k < graph.entries().size(); ++k) {
            const Graph::Entry& entry = graph.entries()[k];
            const Region box = reach.box(k, place);
            if (!entry.operation || box.empty()) continue;
            const std::int64_t whole = entry.operation->multiply_adds(graph.input_shapes(entry));
            const std::int64_t units = std::int64_t{entry.shape.h} * entry.shape.w;
            cost.full += whole;
            cost.reached += whole * box.rows.size() * box.columns.size() / units;
        }
    return cost;
}
// [cost]

}  // namespace cnn
