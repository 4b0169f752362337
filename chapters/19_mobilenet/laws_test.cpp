// What clipping obeys.
#include <cmath>

#include "common/graph/differentiate.hpp"
#include "common/testing/testing.hpp"
#include "relu6.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("19 mobilenet");

TEST_CASE("s-21: ReLU6 ends at 6, keeps a NaN, and passes gradients strictly between") {
    Graph net;
    const Node image = net.input({.w = 6}), y = relu6(image);
    Tensor x = slide("-1 0 3 6 7 0"), dy = slide("1 2 3 4 5 6");
    x(0, 0, 5, 0) = NAN;
    const Activations maps = run(net, {}, {{image, x}}, {y});
    CHECK(Tensor(View(maps[y]).window(0, 0, {1, 5})) == slide("0 0 3 6 6"));
    CHECK(std::isnan(maps[y](0, 0, 5, 0)));
    const Tensor dx = differentiate(net, {}, maps, {{y, dy}}, {.nodes = {image}})[image];
    CHECK(dx == slide("0 0 3 0 0 6"));
    CHECK(error_of([&] { clip(image, 2, 1); }) ==
          "clip: from 2 to 1; the first must not be above the second");
}

TEST_CASE("s-21: a slice and every second pixel are clipped like their copies") {
    const Tensor x = small_integers({2, 6, 8, 7});
    const View part = View(x).channels(1, 4).strided(2);
    Graph net;
    const Node image = net.input({.h = 3, .w = 4, .c = 4}), y = clip(image, -2, 3);
    CHECK(run(net, {}, {{image, part}}, {y})[y] == run(net, {}, {{image, Tensor(part)}}, {y})[y]);
}

TEST_SUITE_END();
