#include "reach.hpp"

#include "localise.hpp"

namespace cnn {

// [reach]
Reach::Reach(const Classifier& net, const Occlusion& occlusion) {
    const Graph& graph = *net.image.graph;
    const Shape picture = net.image.shape(), map = occlusion_shape(net, occlusion);
    for (int i = 0; i < map.h; ++i)
        rows_.push_back(reached_by(graph, net.image, {covered_by(occlusion, i, 0).rows, {0, picture.w}}));
    for (int j = 0; j < map.w; ++j)
        columns_.push_back(
            reached_by(graph, net.image, {{0, picture.h}, covered_by(occlusion, 0, j).columns}));
}

Region Reach::box(std::size_t node, int place) const {
    const int columns = int(columns_.size());
    const Region box{rows_[std::size_t(place / columns)][node].rows,
                     columns_[std::size_t(place % columns)][node].columns};
    return box.empty() ? Region{} : box;
}
// [reach]

}  // namespace cnn
