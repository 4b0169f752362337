// What shuffles, slices and interleaved maps obey.
#include <cmath>

#include "common/graph/differentiate.hpp"
#include "common/testing/testing.hpp"
#include "concatenation.hpp"
#include "shuffle.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("20 shufflenet");

TEST_CASE("s-21: an optimized shuffle is naive to the last bit and its inverse brings everything back") {
    for (const auto& [channels, groups] :
         {std::pair{1, 1}, {7, 7}, {12, 2}, {12, 3}, {30, 5}, {66, 2}, {64, 8}, {60, 30}}) {
        const Tensor wide = small_integers({2, 6, 8, channels + 3});
        const View x = View(wide).channels(2, channels).strided(2);
        const Tensor y = naive::channel_shuffle(x, groups);
        CHECK(optimized::channel_shuffle(x, groups) == y);
        CHECK(naive::channel_shuffle(y, channels / groups) == Tensor(x));
        CHECK(optimized::channel_shuffle(y, channels / groups) == Tensor(x));
    }
    CHECK(optimized::channel_shuffle(Tensor(Shape{0, 3, 4, 6}), 2).shape() == Shape{0, 3, 4, 6});
}

TEST_CASE("s-21: one group and as many groups as channels leave everything in place") {
    const Tensor x = small_integers({2, 3, 4, 10});
    for (const auto channel_shuffle : {naive::channel_shuffle, optimized::channel_shuffle}) {
        CHECK(channel_shuffle(x, 1) == x);
        CHECK(channel_shuffle(x, 10) == x);
        CHECK_FALSE(channel_shuffle(x, 2) == x);
    }
}

TEST_CASE("s-21: a shuffle moves a NaN and does nothing else with it") {
    Tensor x = small_integers({1, 1, 1, 6});
    x(0, 0, 0, 4) = NAN;
    for (const auto channel_shuffle : {naive::channel_shuffle, optimized::channel_shuffle}) {
        const Tensor y = channel_shuffle(x, 2);
        for (int c = 0; c < 6; ++c) CHECK(std::isnan(y(0, 0, 0, c)) == (c == 3));
    }
}

TEST_CASE_TEMPLATE("s-21: interleaved maps are the shuffle of their concatenation", Implementation, Naive,
                   Optimized) {
    const Mode mode{std::is_same_v<Implementation, Naive> ? Kernels::naive : Kernels::optimized};
    for (const int maps : {1, 2, 3}) {
        Graph net;
        const Node image = net.input({.h = 3, .w = 5, .c = 4 * maps});
        std::vector<Node> parts;
        for (int q = 0; q < maps; ++q) parts.push_back(channel_slice(image, 4 * q, 4));
        const Node together = interleave(parts);
        const Node apart = channel_shuffle(concatenate(parts), maps);
        const Tensor x = small_integers({2, 3, 5, 4 * maps}), dy = small_integers({2, 3, 5, 4 * maps}, 2);
        const Activations all = run(net, {}, {{image, x}}, all_nodes(net), mode);
        CHECK(all[together] == all[apart]);
        CHECK(all[together] == naive::channel_shuffle(x, maps));
        const auto gradient = [&](Node of) {
            return Tensor(differentiate(net, {}, all, {{of, dy}}, {.nodes = {image}}, mode)[image]);
        };
        CHECK(gradient(together) == naive::channel_shuffle(dy, 4));
        CHECK(gradient(apart) == gradient(together));
    }
}

TEST_CASE("s-21: a slice of channels is a part of its map and the others get no gradient") {
    Graph net;
    const Node image = net.input({.h = 3, .w = 5, .c = 7}), y = channel_slice(image, 2, 4);
    const Tensor x = small_integers({2, 3, 5, 7}), dy = small_integers({2, 3, 5, 4}, 2);
    const Activations maps = run(net, {}, {{image, x}}, {y});
    CHECK(maps[y] == Tensor(View(x).channels(2, 4)));
    CHECK(net.entry(y).operation->view_of(x, {})->data == x.view().channels(2, 4).data);
    const Tensor dx = differentiate(net, {}, maps, {{y, dy}}, {.nodes = {image}})[image];
    CHECK(Tensor(View(dx).channels(2, 4)) == dy);
    CHECK(Tensor(View(dx).channels(0, 2)) == Tensor(Shape{2, 3, 5, 2}));
    CHECK(Tensor(View(dx).channels(6, 1)) == Tensor(Shape{2, 3, 5, 1}));
}

TEST_CASE("s-21: groups and slices and maps that do not fit are refused") {
    const Tensor x({1, 2, 3, 10});
    for (const auto channel_shuffle : {naive::channel_shuffle, optimized::channel_shuffle})
        for (const auto& [groups, text] : {std::pair{3, "3"}, {0, "0"}, {-1, "-1"}})
            CHECK(error_of([&, groups = groups] { channel_shuffle(x, groups); }) ==
                  std::string("channel_shuffle: 10 channels in ")
                      .append(text)
                      .append(" groups; the groups must be at least 1 and divide the channels"));
    Graph net;
    const Node a = net.input({.c = 10}, "a"), b = net.input({.c = 9}, "b");
    CHECK(error_of([&] { channel_shuffle(a, 3); }) ==
          "channel_shuffle1: channel_shuffle: 10 channels in 3 groups; the groups must be at least 1 and "
          "divide the channels");
    CHECK(
        error_of([&] { channel_slice(a, 7, 4); }) ==
        "channel_slice1: channel_slice: 4 channels from 7 on; there must be at least 1, within the map's 10");
    CHECK(error_of([&] {
              interleave({a, b});
          }) == "interleave1: interleave: a map of 1x1x1x9 beside one of 1x1x1x10; they must have one shape");
    CHECK(error_of([&] { interleave({}); }) == "interleave: there are no maps");
    Tensor y({1, 2, 3, 11});
    CHECK(error_of([&] { optimized::interleave_into({x}, y); }) ==
          "interleave: 1 maps and one of 1x2x3x10; together they are 1x2x3x11");
    CHECK(error_of([&] { optimized::channel_shuffle_into(x, 2, y); }) ==
          "channel_shuffle: the output is 1x2x3x11; it must be 1x2x3x10");
}

TEST_SUITE_END();
