#include "finder.hpp"

#include "common/files/data_folder.hpp"
#include "convolution.hpp"
#include "lenet.hpp"
#include "pooling.hpp"

namespace cnn {

// [finder]
Classifier garment_finder(Graph& graph, Extent size) {
    const Node image = graph.input({.h = size.h, .w = size.w}, "image");
    Node x = rescale(image, 4, -0.5, "normalise");  // mostly background: the mean is near 1/8
    x = relu(conv(x, {.filters = 16, .kernel = 5, .stride = 2, .padding = 2}, "conv1"), "relu1");
    x = relu(conv(x, {.filters = 32, .kernel = 3, .padding = 1}, "conv2"), "relu2");
    x = max_pool(x, {.kernel = 2, .stride = 2}, "pool");
    x = relu(conv(x, {.filters = 64, .kernel = 3, .padding = 1}, "conv3"), "relu3");
    x = relu(conv(x, {.filters = 64, .kernel = 3, .padding = 1}, "conv4"), "relu4");
    return with_loss(image, dense(global_average_pool(x, "pooled"), 10, "fc"));
}
// [finder]

std::unique_ptr<Explainable> trained_finder(Extent size) {
    auto e = std::make_unique<Explainable>();
    e->net = garment_finder(e->graph, size);
    e->weights = load_weights(data_folder() / "garment_finder.safetensors", e->graph);
    return e;
}

Scene shown_scene() {
    constexpr std::uint64_t seed = 4'000'016;
    return scene(shown_garments(), seed, {.side = 72, .garments = 2});
}

TrainingOptions garment_finder_training() {
    return {.epochs = 16, .batch = 64, .rate = 0.05, .momentum = 0.9, .decay = 0.0005};
}

Dataset finder_pictures(const Dataset& garments, Part part) {
    return part == Part::train ? scene_pictures(garments, 50'000, 1, {}, true)
                               : scene_pictures(garments, 2'000, 1'000'001);
}

}  // namespace cnn
