// s-11: the recursion, and the same fields measured in running networks.
#include "convolution.hpp"
#include "networks_testing.hpp"
#include "pooling.hpp"
#include "receptive_field.hpp"

using namespace cnn;
using namespace cnn::windows;

namespace {

struct Gradient {};

}  // namespace

TYPE_TO_STRING_AS("gradient", Gradient);

namespace {

template <class Method>
std::vector<Region> fields_of(Node node) {
    if constexpr (std::is_same_v<Method, Naive>) return naive::fields(*node.graph, node);
    if constexpr (std::is_same_v<Method, Gradient>) return naive::fields_by_gradient(*node.graph, node);
    if constexpr (std::is_same_v<Method, Optimized>) return optimized::fields(*node.graph, node);
}

}  // namespace

TEST_SUITE_BEGIN("s-11 receptive field");

// [recursion]
TEST_CASE("s-11: R begins with the kernel and grows by K - 1 times the strides before") {
    CHECK(chain({{3}, {3}, {3}}) == Fields{"3/1", "5/1", "7/1"});
    CHECK(chain({{3, 2}, {3, 2}, {3, 2}}) == Fields{"3/2", "7/4", "15/8"});
    CHECK(chain({{5}, {2, 2}, {5}, {2, 2}, {5}}) == Fields{"5/1", "6/2", "14/2", "16/4", "32/4"});
}
// [recursion]

// [lenet]
TEST_CASE_TEMPLATE("s-11: LeNet-5 sees 5 then 6 then 14 then 16 then all 32 pixels", Method, Naive, Gradient,
                   Optimized) {
    Graph net;
    Node x = net.input({.h = 32, .w = 32});
    const Node c1 = conv(x, {.filters = 2, .kernel = 5});
    const Node s2 = max_pool(relu(c1), {.kernel = 2, .stride = 2});
    const Node c3 = conv(s2, {.filters = 2, .kernel = 5});
    const Node s4 = max_pool(relu(c3), {.kernel = 2, .stride = 2});
    const Node c5 = conv(s4, {.filters = 2, .kernel = 5});
    CHECK(Fields{field(c1), field(s2), field(c3), field(s4), field(c5)} ==
          Fields{"5/1", "6/2", "14/2", "16/4", "32/4"});

    // What is measured for every unit is what three numbers an axis say.
    for (const Node& node : {c1, s2, c3, s4, c5}) {
        const std::vector<Region> fields = fields_of<Method>(node);
        for (int i = 0; i < node.shape().h; ++i)
            for (int j = 0; j < node.shape().w; ++j)
                CHECK(fields[std::size_t(i * node.shape().w + j)] == receptive_field(net, node).of(i, j));
    }
}
// [lenet]

TEST_CASE_TEMPLATE("s-11: a padded field reaches out of the image and what is measured is the part inside",
                   Method, Naive, Gradient, Optimized) {
    Graph net;
    Node x = net.input({.h = 12, .w = 9});
    x = relu(conv(x, {.filters = 2, .kernel = 3, .padding = 1}));
    x = max_pool(x, {.kernel = 3, .stride = 2, .padding = 1});
    x = relu(conv(x, {.filters = 1, .kernel = {3, 1}, .padding = {1, 0, 0, 0}}));
    const ReceptiveField f = receptive_field(net, x);
    CHECK(f.h == ReceptiveField::Axis{.size = 9, .jump = 2, .start = -4});
    CHECK(f.w == ReceptiveField::Axis{.size = 5, .jump = 2, .start = -2});
    CHECK(f.h.centre(2) == 4);

    const std::vector<Region> fields = fields_of<Method>(x);
    for (int i = 0; i < x.shape().h; ++i)
        for (int j = 0; j < x.shape().w; ++j)
            CHECK(fields[std::size_t(i * x.shape().w + j)] == clipped(f.of(i, j), net.node(0).shape()));
}

// [branches]
TEST_CASE_TEMPLATE("s-11: where branches meet a unit sees what any branch sees (E8)", Method, Naive, Gradient,
                   Optimized) {
    Graph net;
    const Node x = net.input({.h = 15, .w = 15});
    const Node short_way = conv(x, {.filters = 2, .kernel = 1, .stride = 2});
    const Node once = relu(conv(x, {.filters = 2, .kernel = 3, .stride = 2, .padding = 1}));
    const Node long_way = conv(once, {.filters = 2, .kernel = 3, .padding = 1});
    const Node y = sum({short_way, long_way});
    CHECK(field(short_way) == "1/2");
    CHECK(field(long_way) == "7/2");
    CHECK(field(y) == "7/2");
    CHECK(receptive_field(net, y).aligned);

    const std::vector<Region> fields = fields_of<Method>(y);
    for (int i = 0; i < 8; ++i)
        for (int j = 0; j < 8; ++j)
            CHECK(fields[std::size_t(i * 8 + j)] ==
                  clipped(receptive_field(net, y).of(i, j), net.node(0).shape()));
}
// [branches]

TEST_CASE("s-11: branches that look at different places are told so") {
    Graph net;
    const Node x = net.input({.h = 9, .w = 9});
    const Node left = layer(x, {3}), right = layer(layer(x, {1, 1, -1}), {1});
    CHECK(receptive_field(net, sum({left, right})).aligned);
    const Node shifted = window_mean(x, {.kernel = 1, .padding = {-2, 0, -2, 0}});
    const ReceptiveField f = receptive_field(net, sum({left, shifted}));
    CHECK_FALSE(f.aligned);
    CHECK(f.h == ReceptiveField::Axis{.size = 3, .jump = 1, .start = 0});
}

// [pointwise]
TEST_CASE("s-11: a 1x1 layer leaves the receptive field as it is (E8)") {
    CHECK(chain({{3}, {1}, {3, 2}, {1}, {1}}) == Fields{"3/1", "3/1", "5/2", "5/2", "5/2"});
}
// [pointwise]

// [dilated]
TEST_CASE_TEMPLATE("s-11: behind K3 S2 a K3 d2 layer sees 11 pixels of the image and not 5 (E12)", Method,
                   Naive, Gradient, Optimized) {
    Graph net;
    const Node x = layer(layer(net.input({.h = 23, .w = 23}), {3, 2}), {3, 1, 0, 2});
    CHECK(field(x) == "11/2");
    CHECK(fields_of<Method>(x)[0] == Region{{0, 11}, {0, 11}});
}
// [dilated]

TEST_CASE_TEMPLATE("s-11: a dense layer and global pooling see the whole image (E8)", Method, Naive, Gradient,
                   Optimized) {
    Graph net;
    const Node map = layer(net.input({.h = 8, .w = 6}), {2, 2});
    const Node y = window_mean(map, {.whole = true});
    CHECK(receptive_field(net, y).whole);
    CHECK_FALSE(receptive_field(net, map).whole);
    CHECK(fields_of<Method>(y) == std::vector<Region>{{{0, 8}, {0, 6}}});
}

TEST_CASE_TEMPLATE("s-11: a transposed layer divides the jump and its field is never zero", Method, Naive,
                   Gradient, Optimized) {
    // Down by 2 and up by 2: the jump is 1 again.
    Graph net;
    const Node down = layer(net.input({.h = 8, .w = 8}), {2, 2});
    const Node up = window_mean(down, {.kernel = 2, .stride = 2, .transposed = true});
    CHECK(field(up) == "2/1");
    const Node wide = window_mean(down, {.kernel = 4, .stride = 2, .padding = 1, .transposed = true});
    CHECK(field(wide) == "4/1");
    const Node after = layer(wide, {3, 1, 1});
    CHECK(field(after) == "6/1");
    CHECK(receptive_field(net, after).h.centre(4) == 4);

    // Units of the finer map take turns: what the recursion says is the largest field.
    const std::vector<Region> fields = fields_of<Method>(after);
    int largest = 0;
    for (const Region& f : fields) largest = std::max(largest, f.rows.size());
    CHECK(largest == 6);
    CHECK(fields_of<Method>(up)[2 * 8 + 3] == Region{{2, 4}, {2, 4}});
}

// [effective]
TEST_CASE(
    "s-11: ten uniform 3-tap layers see 21 pixels but the middle 7 hold 82 % in 1-D and 68 % in 2-D (E9)") {
    const auto middle = [](Extent kernel, Extent size, const Region& region) {
        Graph net;
        Node x = net.input({.h = size.h, .w = size.w});
        for (int l = 0; l < 10; ++l) x = conv(x, {.filters = 1, .kernel = kernel, .bias = false});
        const Tensor map = gradient_map(net, open_weights(net), Tensor(net.node(0).shape()), x, 0, 0);
        CHECK(extent_of(map) == Region{{0, size.h}, {0, size.w}});
        return std::lround(100 * share(map, region));
    };
    CHECK(middle({1, 3}, {1, 21}, {{0, 1}, {7, 14}}) == 82);
    CHECK(middle(3, 21, {{7, 14}, {7, 14}}) == 68);
}
// [effective]

TEST_SUITE_END();
