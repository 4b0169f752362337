// MobileNet against PyTorch: sines as weights, and pretrained ones where $CNN_WEIGHTS names them.
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "common/book/network.hpp"
#include "common/files/image.hpp"
#include "common/files/safetensors.hpp"
#include "common/testing/golden_network.hpp"
#include "common/testing/testing.hpp"
#include "mobilenet.hpp"
#include "mobilenet_v2.hpp"
#include "xception.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("19 mobilenet");

TEST_CASE_TEMPLATE("s-21: logits and image gradient of a narrow MobileNet agree with PyTorch's",
                   Implementation, Naive, Optimized) {
    const Mode mode{std::is_same_v<Implementation, Naive> ? Kernels::naive : Kernels::optimized};
    Graph graph;
    const Classifier net = mobilenet_v1(graph, {.width = 0.25, .input = 64, .classes = 10});
    const GoldenErrors errors = golden_errors("mobilenet_v1_0.25", graph, net.image, net.logits, mode);
    CHECK(errors.logits < 1e-4);
    CHECK(errors.image_gradient < 1e-3);
}

TEST_CASE_TEMPLATE("s-21: logits and image gradient of a narrow MobileNet V2 agree with torchvision's",
                   Implementation, Naive, Optimized) {
    const Mode mode{std::is_same_v<Implementation, Naive> ? Kernels::naive : Kernels::optimized};
    Graph graph;
    const Classifier net = mobilenet_v2(graph, {.width = 0.25, .input = 64, .classes = 10});
    const GoldenErrors errors = golden_errors("mobilenet_v2_0.25", graph, net.image, net.logits, mode);
    CHECK(errors.logits < 1e-4);
    CHECK(errors.image_gradient < 1e-3);
}

TEST_CASE_TEMPLATE("s-15: logits and image gradient of a narrow Xception agree with PyTorch's",
                   Implementation, Naive, Optimized) {
    const Mode mode{std::is_same_v<Implementation, Naive> ? Kernels::naive : Kernels::optimized};
    Graph graph;
    const Classifier net = xception(graph, {.width = 0.25, .input = 64, .classes = 10});
    const GoldenErrors errors = golden_errors("xception_0.25", graph, net.image, net.logits, mode);
    CHECK(errors.logits < 1e-4);
    CHECK(errors.image_gradient < 1e-3);
}

TEST_CASE("s-21: a pretrained MobileNet gives the reference logits and top five on photographs") {
    const char* folder = std::getenv("CNN_WEIGHTS");
    if (folder == nullptr) {
        MESSAGE("skipped: CNN_WEIGHTS names no folder of pretrained weights");
        return;
    }
    const std::filesystem::path data = folder;
    Graph graph;
    const Classifier net = mobilenet_v1(graph, {.width = 0.75, .folded = true, .same_padding = true});
    const Weights weights = load_weights(data / "mobilenet_v1_0.75_192.safetensors", graph);
    const auto expected = safetensors::read(data / "reference_outputs.safetensors").arrays;
    const std::vector<int> cat{285, 282, 281, 287, 794}, both{211, 282, 852, 543, 163};
    for (const auto& [picture, top] : {std::pair{"chelsea", cat}, {"cat_dog", both}}) {
        Tensor x = center_crop(read_image(data / (std::string(picture) + ".png")), 224);
        normalise(x, {.mean = {0.5, 0.5, 0.5}, .deviation = {0.5, 0.5, 0.5}});
        const Tensor logits = run(graph, weights, {{net.image, x}}, {net.logits})[net.logits];
        const auto& golden = expected.at(std::string("mobilenet_v1_0.75_192/") + picture + "/logits").numbers;
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
