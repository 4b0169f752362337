// The weights that others trained, on pictures, where $CNN_WEIGHTS names their folder.
#include <cstdlib>

#include "common/base/error.hpp"
#include "common/files/image.hpp"
#include "common/testing/testing.hpp"
#include "resnet.hpp"

using namespace cnn;

TEST_CASE("s-20: another's ResNet-20 takes a dog for a dog and a cat for a cat") {
    const char* folder = std::getenv("CNN_WEIGHTS");
    if (folder == nullptr) {
        MESSAGE("skipped: CNN_WEIGHTS names no folder of pretrained weights");
        return;
    }
    const std::filesystem::path data = folder;
    Graph graph;
    const Classifier net = resnet_cifar10(graph, 20);
    const Weights weights = load_weights(data / "resnet20_cifar10.safetensors", graph);
    const real mean[] = {real(0.485), real(0.456), real(0.406)},
               deviation[] = {real(0.229), real(0.224), real(0.225)};
    for (const auto& [picture, answer] : {std::pair{"border_terrier.png", 5}, {"chelsea.png", 3}}) {
        // The mean of each 8x8 block of the central 256x256.
        const Tensor whole = center_crop(read_image(data / picture), 256);
        Tensor x({.h = 32, .w = 32, .c = 3});
        for (int i = 0; i < 256; ++i)
            for (int j = 0; j < 256; ++j)
                for (int c = 0; c < 3; ++c) x(0, i / 8, j / 8, c) += whole(0, i, j, c) / 64;
        for (int i = 0; i < 32; ++i)
            for (int j = 0; j < 32; ++j)
                for (int c = 0; c < 3; ++c) x(0, i, j, c) = (x(0, i, j, c) - mean[c]) / deviation[c];
        for (const Kernels kernels : {Kernels::naive, Kernels::optimized}) {
            const Node probabilities = graph["probabilities"];
            const Tensor p = run(graph, weights, {{net.image, x}}, {probabilities}, {kernels})[probabilities];
            CHECK(p(0, 0, 0, answer) > real(0.999));
        }
    }
}
