// torchvision's networks at full size: `make test-torch` writes what they give, one after the other.
#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "common/book/chapter.hpp"
#include "common/testing/golden_network.hpp"
#include "common/testing/testing.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("program");

TEST_CASE(
    "networks give torchvision at full size: logits to 1e-4 and the image's gradient as far as float can") {
    const char* folder = std::getenv("CNN_TORCH");
    if (folder == nullptr) {
        MESSAGE("skipped: CNN_TORCH names no folder of torchvision's results; `make test-torch` makes them");
        return;
    }
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.is_directory()) continue;  // the weights
        const std::string name = entry.path().stem().string();
        CAPTURE(name);
        Graph graph;
        const Classifier net = build(network(name), graph);
        const GoldenErrors errors = golden_file_errors(entry.path(), graph, net.image, net.logits, {});
        CHECK(errors.logits <= 1e-4);
        // Where ReLUs and maxima are tied, a rounding decides: here as in PyTorch, of which three roundings
        // are known.
        CHECK(errors.gradient_length <= std::max(1e-3, 3 * errors.moved));
        MESSAGE(name << ": logits " << errors.logits << ", gradient " << errors.gradient_length
                     << ", PyTorch in float " << errors.moved);
        ++files;
    }
    CHECK(files > 0);
}

TEST_SUITE_END();
