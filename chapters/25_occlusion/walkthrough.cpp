// What `cnn tour 25` prints and draws.
#include "common/book/chapter.hpp"
#include "occlusion.hpp"
#include "pooling.hpp"
#include "scenes/scenes.hpp"

namespace cnn {

namespace {

void walk(Report& report) {
    report.say(
        "Cover a part of the picture, ask the network again, and plot the answer by the patch's place.");
    Graph graph;
    const Node image = graph.input({.h = 224, .w = 224, .c = 3});
    const Shape places =
        occlusion_shape({image, {}, global_average_pool(image), {}}, {.patch = 16, .stride = 8});
    report.check("S1: places of a 16x16 patch in 224x224, 8 apart", places.h * places.w, 729);
}

std::vector<Network> finders() {
    return {{.name = "garment_finder",
             .about = "four convolutions that find a garment among scraps",
             .sizes = {64, 10},
             .data = DataSet::fashion_mnist,
             .builder = [](Graph& graph, const Sizes& sizes) { return garment_finder(graph, sizes.input); },
             .preprocessing = {.bright_on_dark = true},
             .training = garment_finder_training(),
             .pictures = finder_pictures}};
}

}  // namespace

Chapter chapter_25_occlusion() { return {"25_occlusion", "Occlusion", "s-23", walk, finders()}; }

}  // namespace cnn
