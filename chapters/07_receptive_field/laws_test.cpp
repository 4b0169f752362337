// What no slide states: three ways to one field on random networks, and the walk in both directions.
#include "common/graph/run.hpp"
#include "convolution.hpp"
#include "lenet.hpp"
#include "localise.hpp"
#include "networks_testing.hpp"

using namespace cnn;
using namespace cnn::windows;

namespace {

// Any window at all: wide padding, gaps, strides beyond the kernel, transposed.
Window random_window(Random& random) {
    Window w;
    w.kernel = {1 + random.below(4), 1 + random.below(4)};
    w.stride = {1 + random.below(3), 1 + random.below(3)};
    w.dilation = {1 + random.below(3), 1 + random.below(3)};
    w.padding = {random.below(4), random.below(4), random.below(4), random.below(4)};
    w.transposed = random.below(4) == 0;
    return w;
}

// A window as networks have them: every unit sees something and every pixel is seen.
Window ordinary_window(Random& random) {
    const int k = 2 + random.below(3);
    Window w{.kernel = k, .stride = 1 + random.below(2)};
    w.padding = {random.below(k), random.below(k), random.below(k), random.below(k)};
    return w;
}

// A random chain of windows; the result is its last node.
Node any_chain(Graph& net, Random& random) {
    Node x = net.input({.h = 6 + random.below(6), .w = 6 + random.below(6)});
    while (net.entries().size() < 5) try {
            x = window_mean(x, random_window(random));
        } catch (const Error&) {  // this window did not fit; the next may
        }
    return x;
}

// A random network in which branches part and meet again.
Node branches(Graph& net, Random& random) {
    Node x = net.input({.h = 8 + random.below(6), .w = 8 + random.below(6)});
    for (int block = 0; block < 2; ++block) {
        x = window_mean(x, ordinary_window(random));
        const Node left = window_mean(x, {.kernel = 3, .padding = 1});
        const Node right = window_mean(x, {.kernel = 3, .padding = {2, 2, 4, 4}, .dilation = {2, 4}});
        x = net.add(std::make_shared<Sum>(),
                    random.below(2) ? std::vector{left, right} : std::vector{x, left});
    }
    return x;
}

}  // namespace

TEST_SUITE_BEGIN("07 receptive field");

// [three]
TEST_CASE("s-11: three ways to the field of every unit agree on random networks") {
    Random random(711);
    for (int trial = 0; trial < 60; ++trial) {
        Graph net;
        const Node y = trial % 2 ? any_chain(net, random) : branches(net, random);
        CAPTURE(trial);
        const std::vector<Region> derived = optimized::fields(net, y);
        CHECK(naive::fields(net, y) == derived);
        CHECK(naive::fields_by_gradient(net, y) == derived);
    }
}
// [three]

TEST_CASE(
    "s-11: the recursion's field holds every field that is measured and is no larger than the largest") {
    Random random(117);
    for (int trial = 0; trial < 200; ++trial) {
        // One chain, its image so large that units in the middle see no border.
        Graph net;
        Node x = net.input({.h = 60, .w = 60});
        for (int l = 0; l < 3; ++l) {
            Window w = random_window(random);
            w.transposed = false;
            x = window_mean(x, w);
        }
        const ReceptiveField f = receptive_field(net, x);
        const std::vector<Region> fields = optimized::fields(net, x);
        CAPTURE(trial);
        for (int i = 0; i < x.shape().h; ++i)
            for (int j = 0; j < x.shape().w; ++j) {
                const Region whole = f.of(i, j), inside = clipped(whole, net.node(0).shape());
                const Region& field = fields[std::size_t(i * x.shape().w + j)];
                if (whole == inside)
                    CHECK(field == whole);
                else if (!field.empty())
                    CHECK((inside.rows.begin <= field.rows.begin && field.rows.end <= inside.rows.end &&
                           inside.columns.begin <= field.columns.begin &&
                           field.columns.end <= inside.columns.end));
            }
    }
}

// [localise]
TEST_CASE("s-11: what a region of the image reaches is what moves when the region is lit") {
    Random random(1107);
    for (int trial = 0; trial < 60; ++trial) {
        Graph net;
        trial % 2 ? any_chain(net, random) : branches(net, random);
        const Shape image = net.node(0).shape();
        const int top = random.below(image.h), left = random.below(image.w);
        const Region region{{top, top + 1 + random.below(image.h - top)},
                            {left, left + 1 + random.below(image.w - left)}};
        Tensor lit(image);
        fill(lit.view().window(top, left, {region.rows.size(), region.columns.size()}), 1);
        const Activations maps = run(net, {}, {{net.node(0), lit}}, all_nodes(net));
        const std::vector<Region> reached = reached_by(net, net.node(0), region);
        CAPTURE(trial);
        for (const Node& node : all_nodes(net))
            CHECK(extent_of(maps[node]) == reached[std::size_t(node.index)]);
    }
}
// [localise]

TEST_CASE("s-11: padding that repeats pixels is followed too") {
    // With a mirror at the border or the other side behind it the field may be too large but never too small.
    for (const PaddingMode mode :
         {PaddingMode::replicate, PaddingMode::symmetric, PaddingMode::reflect, PaddingMode::circular}) {
        Graph net;
        Node x = conv(net.input({.h = 7, .w = 8}), {.filters = 1, .kernel = 5, .padding = 2, .mode = mode});
        const std::vector<Region> measured = naive::fields(net, x), derived = optimized::fields(net, x);
        CAPTURE(name(mode));
        for (std::size_t u = 0; u < measured.size(); ++u) {
            CHECK(measured[u].rows.begin >= derived[u].rows.begin);
            CHECK(measured[u].rows.end <= derived[u].rows.end);
            CHECK(measured[u].columns.begin >= derived[u].columns.begin);
            CHECK(measured[u].columns.end <= derived[u].columns.end);
        }
        CHECK(measured[3 * 8 + 4] == derived[3 * 8 + 4]);  // far from the border they agree
    }
}

TEST_CASE("s-11: a map that does not depend on the image sees nothing") {
    Graph net;
    net.input({.h = 4, .w = 4});
    const Node other = window_mean(net.input({.h = 4, .w = 4}, "other"), {.kernel = 3});
    CHECK(receptive_field(net, other).nothing);
    CHECK(receptive_field(net, other).of(0, 0) == Region{});
    CHECK(optimized::fields(net, other) == std::vector<Region>(4));
}

TEST_CASE(
    "s-11: an effective field widens with the root of the depth while the theoretical one is linear (E9)") {
    // A unit of n uniform 3-tap layers weighs pixels as the sum of n throws of -1 0 1: variance 2n/3.
    for (const int depth : {2, 8, 18}) {
        Graph net;
        Node x = net.input({.h = 1, .w = 2 * depth + 1});
        for (int l = 0; l < depth; ++l) x = conv(x, {.filters = 1, .kernel = {1, 3}, .bias = false});
        const Tensor map = gradient_map(net, open_weights(net), Tensor(net.node(0).shape()), x, 0, 0);
        double variance = 0;
        for (int j = 0; j <= 2 * depth; ++j) variance += double(map(0, 0, j, 0)) * (j - depth) * (j - depth);
        CHECK(std::abs(variance - 2.0 * depth / 3) < 1e-4);
        CHECK(receptive_field(net, x).w.size == 2 * depth + 1);
    }
}

TEST_CASE("s-11: the side that holds a part of a map") {
    const Tensor map = slide(R"( 0 0 0 0 0
                                 0 1 1 1 0
                                 0 1 8 1 0
                                 0 1 1 1 0
                                 0 0 0 0 0 )");
    CHECK(side_holding(map, 2, 2, 0.5) == 1);
    CHECK(side_holding(map, 2, 2, 0.51) == 3);
    CHECK(share(map, {{2, 3}, {2, 3}}) == 0.5);
}

TEST_CASE("s-11: wrong use is refused in one line that names the remedy") {
    Graph net;
    const Node x = window_mean(net.input({.h = 4, .w = 5}, "image"), {.kernel = 3}, "blur");
    CHECK(error_of([&] {
              seen_by(net, x, {{0, 2}, {0, 4}});
          }) == "localise: rows 0 to 2 columns 0 to 4 is no region of \"blur\", a map of 2x3");
    CHECK(error_of([&] { reached_by(net, net.node(0), {}); }) ==
          "localise: rows 0 to 0 columns 0 to 0 is no region of \"image\", a map of 4x5");
    CHECK(error_of([&] {
              share(Tensor({.h = 2, .w = 2}), {{0, 1}, {0, 1}});
          }) == "share: the map is zero everywhere; was the path closed by a ReLU?");
}

TEST_CASE("s-11: LeNet-5 as chapter 06 builds it") {
    Graph net;
    lenet5(net);
    const auto size = [&](const char* node) { return receptive_field(net, net[node]).h.size; };
    CHECK(size("conv1") == 5);
    CHECK(size("pool1") == 6);
    CHECK(size("conv2") == 14);
    CHECK(size("pool2") == 16);
    CHECK(size("fc1") == 32);
    CHECK(receptive_field(net, net["fc1"]).whole);
    CHECK_FALSE(receptive_field(net, net["pool2"]).whole);
}

TEST_SUITE_END();
