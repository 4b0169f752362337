// torchvision's networks at full size: `make test-torch` writes what they give, one after the other.
#include <cstdlib>
#include <filesystem>

#include "common/book/chapter.hpp"
#include "common/testing/golden_network.hpp"
#include "common/testing/testing.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("program");

TEST_CASE("networks give torchvision at full size: logits to 1e-4 and the image's gradient to 1e-3") {
    const char* folder = std::getenv("CNN_TORCH");
    if (folder == nullptr) {
        MESSAGE("skipped: CNN_TORCH names no folder of torchvision's results; `make test-torch` makes them");
        return;
    }
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const std::string name = entry.path().stem().string();
        CAPTURE(name);
        Graph graph;
        const Classifier net = build(network(name), graph);
        const GoldenErrors errors = golden_file_errors(entry.path(), graph, net.image, net.logits, {});
        CHECK(errors.logits <= 1e-4);
        CHECK(errors.image_gradient <= 1e-3);
        MESSAGE(name << ": logits " << errors.logits << ", gradient " << errors.image_gradient);
        ++files;
    }
    CHECK(files > 0);
}

TEST_SUITE_END();
