// The chapter's exercises, solved.
#include "convolution.hpp"
#include "networks_testing.hpp"

using namespace cnn;
using namespace cnn::windows;

namespace {

// The field behind a chain of (kernel, stride).
double field_behind(const std::vector<std::pair<int, int>>& layers) {
    Graph net;
    Node x = net.input({.h = 99, .w = 99});
    for (const auto& [kernel, stride] : layers) x = window_mean(x, {.kernel = kernel, .stride = stride});
    return receptive_field(net, x).h.size;
}

}  // namespace

TEST_CASE(
    "exercise 07.1: three 3x3 layers see as much as one of 7x7 and have 27 C^2 weights instead of 49 C^2") {
    CHECK(field_behind({{3, 1}, {3, 1}, {3, 1}}) == field_behind({{7, 1}}));
    const auto weights = [](int kernel, int layers) {
        Graph net;
        Node x = net.input({.h = 9, .w = 9, .c = 5});
        for (int l = 0; l < layers; ++l) x = conv(x, {.filters = 5, .kernel = kernel, .bias = false});
        std::int64_t count = 0;
        for (const Parameter& p : net.parameters()) count += p.shape.size();
        return count;
    };
    CHECK(weights(3, 3) == 27 * 5 * 5);
    CHECK(weights(7, 1) == 49 * 5 * 5);
}

TEST_CASE("exercise 07.2: a stride on the 1x1 in front of the 3x3 doubles what the 3x3 adds") {
    // Three stages begin with a stride, and there the 3x3 adds 2 jumps after the stride or 2 jumps before it:
    // 2 (16 - 8) + 2 (32 - 16) + 2 (8 - 4) = 56 = 483 - 427.
    CHECK(field_behind({{1, 2}, {3, 1}, {1, 1}}) - field_behind({{1, 1}, {3, 2}, {1, 1}}) == 2 * (2 - 1));
    CHECK(2 * (8 - 4) + 2 * (16 - 8) + 2 * (32 - 16) == 483 - 427);
}

TEST_CASE("exercise 07.3: an early stride sees further and costs less") {
    CHECK(field_behind({{3, 2}, {3, 1}, {3, 1}}) == 11);
    CHECK(field_behind({{3, 1}, {3, 1}, {3, 2}}) == 7);
    const auto outputs = [](const std::vector<int>& strides) {
        Graph net;
        Node x = net.input({.h = 32, .w = 32});
        std::int64_t count = 0;
        for (const int s : strides)
            count += (x = window_mean(x, {.kernel = 3, .stride = s, .padding = 1})).shape().size();
        return count;
    };
    CHECK(outputs({2, 1, 1}) == 3 * 16 * 16);
    CHECK(outputs({1, 1, 2}) == 2 * 32 * 32 + 16 * 16);
}
