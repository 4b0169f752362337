// Occlusion, chapter 25's, on the networks of the book: what patches reach, against full passes.
#include <cstdlib>

#include "common/book/network.hpp"
#include "common/files/data_folder.hpp"
#include "common/files/image.hpp"
#include "common/testing/testing.hpp"
#include "mobilenet.hpp"
#include "occlusion.hpp"
#include "resnet.hpp"
#include "squeezenet.hpp"

using namespace cnn;

namespace {

/// The part of a photograph around its middle, in ImageNet's units.
Tensor photograph(const std::filesystem::path& file, int side) {
    Tensor x = resample(center_crop(read_image(file), 224), side);
    normalise(x, imagenet_preprocessing);
    return x;
}

/// Full passes in batches against what the patches reach.
double off(const Classifier& net, const Weights& weights, View image, const Occlusion& options) {
    return largest_difference(occlusion_in_batches(net, weights, image, options),
                              optimized::occlusion(net, weights, image, options));
}

/// Whether a sweep tells anything: some class is likelier at one place than at another by this much.
double spread(const Tensor& map) {
    double most = 0;
    for (int c = 0; c < map.shape().c; ++c)
        for (int i = 0; i < map.shape().h; ++i)
            for (int j = 0; j < map.shape().w; ++j)
                most = std::max(most, std::abs(double(map(0, i, j, c) - map(0, 0, 0, c))));
    return most;
}

}  // namespace

TEST_SUITE_BEGIN("29 grad_cam");

TEST_CASE("s-23: on ResNet-20 the boxes give the full passes' probabilities to 1e-5") {
    Graph graph;
    const Classifier net = resnet_cifar10(graph, 20);
    const Weights weights = load_weights(data_folder() / "resnet20_cifar10.safetensors", graph);
    const Tensor cat = photograph(data_folder() / "chelsea.png", 32);
    const Occlusion options{.patch = 6, .stride = 4, .grey = {0}};
    CHECK(off(net, weights, cat, options) <= 1e-5);
    CHECK(spread(optimized::occlusion(net, weights, cat, options)) >= 0.01);
}

TEST_CASE("s-23: on ResNet-18 and MobileNet with random weights the boxes give the full passes' scores") {
    ResNet eighteen = resnet18();
    eighteen.input = 96;
    const Tensor cat = photograph(data_folder() / "chelsea.png", 96);
    const auto compare = [&](const Graph& graph, const Classifier& net) {
        const Weights weights = initialise(graph, 1);
        Occlusion options{.patch = 12, .stride = 28, .grey = {0}};
        CHECK(off(net, weights, cat, options) <= 1e-5);
        // Random weights like all classes alike, so scores before the softmax are compared too.
        options.logits = true;
        const double told = spread(optimized::occlusion(net, weights, cat, options));
        CHECK(told > 0);
        CHECK(off(net, weights, cat, options) <= 1e-3 * told);
    };
    Graph residual, separable;
    compare(residual, resnet(residual, eighteen));
    compare(separable, mobilenet_v1(separable, {.width = 0.25, .input = 96}));
}

TEST_CASE("s-23: on SqueezeNet the boxes give the full passes' probabilities to 1e-5") {
    const char* folder = std::getenv("CNN_WEIGHTS");
    if (folder == nullptr) {
        MESSAGE("skipped: CNN_WEIGHTS names no folder of pretrained weights");
        return;
    }
    const std::filesystem::path shared = folder;
    Graph graph;
    const Classifier net = squeezenet(graph, SqueezeNetVersion::one_one);
    const Weights weights = load_weights(shared / "squeezenet1_1.safetensors", graph);
    CHECK(off(net, weights, photograph(shared / "cat_dog.png", 224),
              {.patch = 32, .stride = 64, .grey = {0}}) <= 1e-5);
}

TEST_SUITE_END();
