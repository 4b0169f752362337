#include <cstdlib>

#include "common/machine/thread_count.hpp"
#include "common/testing/testing.hpp"
#include "convolution_engine.hpp"
#include "filter_division.hpp"
#include "filter_node.hpp"

using namespace cnn;
using engine::convolution::FilterDivision;

TEST_SUITE_BEGIN("04 convolution");

TEST_CASE("filters: half of the tiles hold half of the channels, and each tile as many as its neighbours") {
    for (int channels = 1; channels <= 300; ++channels) {
        const FilterDivision d({3, 3, channels, 64}, 1);
        CAPTURE(channels);
        const auto height = [&](int tile) { return d.channels_of({tile, tile + 1}).size(); };
        const int half = d.channels_of({0, d.tiles / 2}).size();
        CHECK(d.channels_of({0, d.tiles}) == Range{0, channels});
        CHECK((d.tiles % 2 == 1 || std::abs(channels - 2 * half) <= 1));
        for (int tile = 0, many; tile < d.tiles; tile += many) {
            many = d.identical({tile, d.tiles});
            for (int t = tile; t < tile + many; ++t) CHECK(height(t) == height(tile));
        }
    }
}

TEST_CASE("filters: one tap, or a row of taps, sees pixels that its stride sets pages apart") {
    const Convolution by_two{.stride = 2}, groups{.stride = 2, .groups = 2}, far_apart{.stride = {1, 128}};
    const auto check = [](const Shape& shape, const Shape& w, const Convolution& layer) {
        const Tensor x = small_integers(shape), dy = small_integers(convolved_shape(shape, w, layer), 2);
        CHECK(engine::conv2d_backward_filters(dy, x, w, layer) ==
              naive::conv2d_backward_filters(dy, x, w, layer));
    };
    check({2, 5, 7, 512}, {1, 1, 512, 20}, by_two);
    check({2, 5, 7, 512}, {1, 1, 256, 20}, groups);
    check({1, 2, 300, 8}, {1, 3, 8, 20}, far_apart);
}

TEST_CASE("filters: threads that share taps are naive: many channels, few, and groups that share vectors") {
    struct Case {
        Shape x, w;
        Convolution layer;
    };
    const ThreadCount restored;
    for (const Case& one : {Case{{3, 19, 23, 34}, {3, 3, 34, 70}, {.padding = 1}},
                            Case{{2, 24, 24, 3}, {5, 5, 3, 64}, {.padding = 2}},
                            Case{{2, 30, 30, 64}, {3, 3, 4, 64}, {.padding = 1, .groups = 16}},
                            Case{{1, 7, 7, 48}, {5, 5, 48, 130}, {.padding = 2}}}) {
        const Tensor x = small_integers(one.x),
                     dy = small_integers(convolved_shape(one.x, one.w, one.layer), 2);
        const Tensor dw = naive::conv2d_backward_filters(dy, x, one.w, one.layer);
        for (const int count : {1, 2, 3}) {
            CAPTURE(one.w);
            CAPTURE(count);
            set_threads(count);
            CHECK(engine::conv2d_backward_filters(dy, x, one.w, one.layer) == dw);
        }
    }
}

TEST_CASE(
    "s-08: the gradient of the bias is naive to the last bit for any number of pixels, images and channels") {
    const auto same = [](View dy) {
        CAPTURE(dy.shape);
        CHECK(bias_gradient(dy) == naive::bias_gradient(dy));
    };
    // Pixels are summed in runs of 16, images in blocks of 8, channels in tiles of vectors.
    for (const int channels : {1, 3, simd::lanes - 1, simd::lanes, 4 * simd::lanes, 9 * simd::lanes + 2})
        for (const int width : {1, 4, 15, 16, 17, 32, 49, 150})
            for (const int images : {0, 1, 9}) same(small_integers({images, 1, width, channels}));
    same(small_integers({.n = 2, .h = 7, .w = 5, .c = 6}));
    const Tensor wide = small_integers({.n = 3, .h = 20, .w = 22, .c = 40});
    same(wide.view().channels(3, 18));
    same(wide.view().strided(2));
    same(wide.view().window(1, 2, {17, 18}));
    Tensor ones({.n = 2, .h = 30, .w = 4, .c = 2}), sums({.c = 2});
    fill(ones, 1);
    fill(sums, 240);
    for (const auto of : {naive::bias_gradient, bias_gradient}) CHECK(of(ones) == sums);
}

TEST_SUITE_END();
