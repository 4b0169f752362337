// SqueezeNet against torchvision's: sines as weights, and its pretrained ones where $CNN_WEIGHTS names them.
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "common/book/network.hpp"
#include "common/files/image.hpp"
#include "common/files/safetensors.hpp"
#include "common/testing/golden_network.hpp"
#include "common/testing/testing.hpp"
#include "squeezenet.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("17 squeezenet");

TEST_CASE_TEMPLATE("s-21: logits and image gradient of SqueezeNet 1.1 agree with torchvision's",
                   Implementation, Naive, Optimized) {
    const Mode mode{std::is_same_v<Implementation, Naive> ? Kernels::naive : Kernels::optimized};
    Graph graph;
    const Classifier net = squeezenet(graph, SqueezeNetVersion::one_one, 64, 10);
    const GoldenErrors errors = golden_errors("squeezenet1_1", graph, net.image, net.logits, mode);
    CHECK(errors.logits < 1e-4);
    CHECK(errors.image_gradient < 1e-3);
}

TEST_CASE("s-21: pretrained SqueezeNet 1.1 gives PyTorch's logits and top five on photographs") {
    const char* folder = std::getenv("CNN_WEIGHTS");
    if (folder == nullptr) {
        MESSAGE("skipped: CNN_WEIGHTS names no folder of pretrained weights");
        return;
    }
    const std::filesystem::path data = folder;
    Graph graph;
    const Classifier net = squeezenet(graph, SqueezeNetVersion::one_one);
    const Weights weights = load_weights(data / "squeezenet1_1.safetensors", graph);
    const auto expected = safetensors::read(data / "reference_outputs.safetensors").arrays;
    const std::vector<int> cat{285, 281, 282, 287, 293}, both{211, 285, 178, 282, 171};
    for (const auto& [picture, top] : {std::pair{"chelsea", cat}, {"cat_dog", both}}) {
        Tensor x = center_crop(read_image(data / (std::string(picture) + ".png")), 224);
        normalise(x, imagenet_preprocessing);
        const Tensor logits = run(graph, weights, {{net.image, x}}, {net.logits})[net.logits];
        const auto& golden = expected.at(std::string("squeezenet1_1/") + picture + "/logits").numbers;
        double apart = 0;
        std::vector<int> order;
        for (int c = 0; c < 1000; ++c) {
            const double here = std::abs(double(golden[std::size_t(c)]) - double(logits(0, 0, 0, c)));
            CHECK(std::isfinite(here));
            apart = std::max(apart, here);
            order.push_back(c);
        }
        CHECK(apart < 1e-3);
        std::ranges::stable_sort(order, std::greater<>(), [&](int c) { return logits(0, 0, 0, c); });
        order.resize(5);
        CHECK(order == top);
    }
}

TEST_SUITE_END();
