// What is recomputed in boxes equals what is recomputed whole.
#include "explained_testing.hpp"
#include "occlusion.hpp"

using namespace cnn;

namespace {

/// Strides, dilation by pooling, branches of unequal fields, an average that does not count its padding.
std::unique_ptr<Explainable> branching_net() {
    auto e = std::make_unique<Explainable>();
    const Node image = e->graph.input({.h = 19, .w = 17, .c = 2}, "image");
    Node x = relu(conv(image, {.filters = 5, .kernel = 5, .stride = 2, .padding = 2}, "conv1"));
    x = max_pool(x, {.kernel = 3, .stride = 2, .padding = {}, .ceil = true});
    x = avg_pool(x, {.kernel = 3, .stride = 1, .padding = 1, .count_padding = false});
    x = relu(conv(x, {.filters = 6, .kernel = {1, 3}, .stride = {1, 2}, .padding = {0, 0, 1, 0}}, "conv2"));
    x = avg_pool(x, {.kernel = {3, 1}, .stride = 1, .padding = {1, 1, 0, 0}});
    const Node both = relu(conv(x, {.filters = 6, .kernel = 3, .padding = 1, .groups = 2}, "conv3"));
    x = conv_plus(both, x, {.filters = 6, .kernel = 1, .activation = Activation::relu}, "conv4");
    x = conv(x, {.filters = 6, .kernel = 3, .padding = 1, .mode = PaddingMode::reflect}, "conv5");
    e->net = {image, {}, dense(x, 4, "fc"), {}};
    e->weights = initialise(e->graph, 3);
    return e;
}

double difference(const Explainable& e, View picture, const Occlusion& options) {
    const Tensor full = naive::occlusion(e.net, e.weights, picture, options);
    const Tensor batched = occlusion_in_batches(e.net, e.weights, picture, options);
    const Tensor partial = optimized::occlusion(e.net, e.weights, picture, options);
    return std::max(largest_difference(full, partial), largest_difference(full, batched));
}

}  // namespace

TEST_SUITE_BEGIN("25 occlusion");

TEST_CASE("s-23: on small integers the boxes give the full passes' scores to the last bit") {
    const auto e = averaging_net(8);
    const Tensor picture = small_integers(e->net.image.shape(), 7);
    for (const int patch : {1, 2, 3, 8})
        for (const int stride : {1, 3})
            CHECK(difference(*e, picture,
                             {.patch = patch, .stride = stride, .fill = Fill::zero, .logits = true}) == 0);
}

TEST_CASE(
    "s-23: through strides, ceil, padding and unequal axes the boxes give the full passes' probabilities") {
    const auto e = branching_net();
    const Tensor picture = normal_numbers(e->net.image.shape(), 7);
    for (const Fill fill : {Fill::grey, Fill::mean, Fill::zero, Fill::blur})
        for (const Extent patch : {Extent(1), Extent(4, 3), Extent(19, 17)}) {
            CAPTURE(patch);
            CHECK(difference(*e, picture, {.patch = patch, .stride = {2, 1}, .fill = fill}) <= 1e-6);
        }
}

// [lenet]
TEST_CASE("s-23: on LeNet-5 the boxes give the full passes' probabilities to 1e-5") {
    const auto e = shipped_lenet();
    Tensor picture = normal_numbers(e->net.image.shape(), 3);
    for (real& value : picture.flat()) value = real(0.5) + value / 4;
    CHECK(difference(*e, picture, {.patch = 6, .stride = 2}) <= 1e-5);
}
// [lenet]

TEST_CASE("s-23: receptive fields permit what the layers before the dense ones save") {
    Graph graph;
    const Node image = graph.input({.h = 32, .w = 32}, "image");
    const Node x = conv(image, {.filters = 1, .kernel = 3, .padding = 1, .bias = false}, "conv");
    const Classifier net{image, {}, global_average_pool(x), {}};
    // One patch of 4x4 in the middle changes 6x6 of 32x32 units, one in the corner 5x5.
    const OcclusionCost cost = occlusion_cost(net, {.patch = 4, .stride = 28});
    CHECK(cost.full == 4 * 32 * 32 * 9);
    CHECK(cost.reached == 4 * 5 * 5 * 9);
}

TEST_CASE("s-23: progress is told up to the last position") {
    const auto e = averaging_net(8);
    int last = 0, all = 0;
    Occlusion options{.patch = 2, .stride = 2};
    options.on_step = [&](int done, int places) {
        CHECK(done > last);
        last = done, all = places;
    };
    optimized::occlusion(e->net, e->weights, Tensor(e->net.image.shape()), options);
    CHECK(last == 16);
    CHECK(all == 16);
}

TEST_SUITE_END();
