#include "segmentation.hpp"

#include <numeric>

#include "common/base/error.hpp"
#include "common/machine/parallel.hpp"
#include "loss/loss.hpp"
#include "unet.hpp"

namespace cnn {

// [kinds]
int kind_of(int label) {
    enum Kind { top = 1, trousers, dress, shoe, bag };
    // T-shirt/top, Trouser, Pullover, Dress, Coat, Sandal, Shirt, Sneaker, Bag, Ankle boot
    constexpr Kind kinds[] = {top, trousers, top, dress, top, shoe, top, shoe, bag, shoe};
    require(0 <= label && label < 10, "there is no garment of class ", label,
            "; Fashion-MNIST's are numbered 0 to 9");
    return kinds[label];
}
// [kinds]

Tensor kinds(View mask) {
    Tensor all(mask);
    for (real& pixel : all.flat())
        if (pixel > 0) pixel = real(kind_of(int(pixel) - 1));
    return all;
}

// [small]
Classifier unet_small(Graph& graph, Extent size, int classes) {
    Classifier net = unet(
        graph,
        {.input = size, .classes = classes, .widths = {8, 16, 32, 40}, .padded = true, .normalised = true});
    net.labels = graph.input({.h = size.h, .w = size.w}, "labels");
    net.loss = softmax_cross_entropy(net.logits, net.labels, "loss");
    return net;
}
// [small]

Examples masked_scenes(const Dataset& garments, int count, std::uint64_t first) {
    const Shape shape{.n = count, .h = SceneOptions().side, .w = SceneOptions().side};
    Examples all{Tensor(shape), Tensor(shape)};
    parallel_for(count, [&](int i) {
        const Scene drawn = scene(garments, first + std::uint64_t(i), {.garments = 1 + i % 2});
        copy(drawn.picture, all.images.view().images(i, 1));
        copy(kinds(drawn.mask), all.labels.view().images(i, 1));
    });
    return all;
}

TrainingOptions unet_small_training() {
    return {.epochs = 10, .batch = 32, .rate = 0.1, .momentum = 0.9, .decay = 0.0001};
}

Examples unet_small_scenes(const Dataset& garments, Part part) {
    return part == Part::train ? masked_scenes(garments, 12'000, 1)
                               : masked_scenes(garments, 1'000, 2'000'001);
}

std::vector<double> intersection_over_union(const std::vector<std::vector<int>>& counts) {
    std::vector<double> shares;
    for (std::size_t k = 0; k < counts.size(); ++k) {
        std::int64_t are = 0, called = 0;
        for (std::size_t j = 0; j < counts.size(); ++j) are += counts[k][j], called += counts[j][k];
        const std::int64_t both = counts[k][k], either = are + called - both;
        shares.push_back(either == 0 ? 1.0 : double(both) / double(either));
    }
    return shares;
}

double mean_intersection_over_union(const std::vector<std::vector<int>>& counts) {
    const std::vector<double> shares = intersection_over_union(counts);
    return std::accumulate(shares.begin(), shares.end(), 0.0) / double(shares.size());
}

}  // namespace cnn
