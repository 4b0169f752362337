// What receptive fields permit to leave out.
#include "localise.hpp"
#include "occlusion.hpp"

namespace cnn {

// [cost]
OcclusionCost occlusion_cost(const Classifier& net, const Occlusion& occlusion) {
    const Graph& graph = *net.image.graph;
    const Shape places = occlusion_shape(net, occlusion);
    OcclusionCost cost;
    for (int i = 0; i < places.h; ++i)
        for (int j = 0; j < places.w; ++j) {
            const std::vector<Region> reached = reached_by(graph, net.image, covered_by(occlusion, i, j));
            for (std::size_t k = 0; k < reached.size(); ++k) {
                const Graph::Entry& entry = graph.entries()[k];
                if (!entry.operation || reached[k].empty()) continue;
                const std::int64_t whole = entry.operation->multiply_adds(graph.input_shapes(entry));
                const std::int64_t units = std::int64_t{entry.shape.h} * entry.shape.w;
                cost.full += whole;
                cost.reached += whole * reached[k].rows.size() * reached[k].columns.size() / units;
            }
        }
    return cost;
}
// [cost]

}  // namespace cnn
