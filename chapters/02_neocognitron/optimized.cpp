// A layer at a time.
//
//   S-cells      each place's 5x5 area is one row of a matrix, each plane's weights one column: one product
//   inhibition   depends on the place alone, so all 24 planes share it; squares are summed over planes once
//   C-cells      all planes of a pixel side by side, one multiply-add a tap; their mean is summed once
#include <cmath>

#include "common/kernels/product.hpp"
#include "framed.hpp"
#include "neocognitron.hpp"

namespace cnn::optimized {

namespace {

// Each place's 5x5 area as one row of numbers.
Tensor areas(View before, Extent places) {
    const int run = 5 * before.shape.c;
    Tensor rows = Tensor::uninitialized({.h = places.h, .w = places.w, .c = 5 * run});
    for (int h = 0; h < places.h; ++h)
        for (int w = 0; w < places.w; ++w)
            for (int i = 0; i < 5; ++i)
                std::copy_n(before.pixel(0, h + i, w), run, rows.view().pixel(0, h, w) + i * run);
    return rows;
}

}  // namespace

// [s]
Tensor s_layer(View u, const Stage& stage) {
    const Tensor before = framed(u, stage.s_border);
    const auto [height, width, inputs, planes] = stage.a.shape();
    const Extent places{before.shape().h - height + 1, before.shape().w - width + 1};

    // The excitation of all cells of all planes: one product.
    const int taps = height * width * inputs;
    Tensor s = Tensor::uninitialized({.h = places.h, .w = places.w, .c = planes});
    multiply(areas(before, places), Panels::in_place({stage.a.flat().data(), taps, planes, planes}), {}, s);

    // Each pixel's squares, summed over the planes that all taps share.
    Tensor energy({.h = before.shape().h, .w = before.shape().w});
    for (int h = 0; h < energy.shape().h; ++h)
        for (int w = 0; w < energy.shape().w; ++w)
            for (int p = 0; p < inputs; ++p) energy(0, h, w, 0) += before(0, h, w, p) * before(0, h, w, p);

    for (int h = 0; h < places.h; ++h)
        for (int w = 0; w < places.w; ++w) {
            // One inhibitory cell for all planes.
            real sum = 0;
            for (int i = 0; i < height; ++i)
                for (int j = 0; j < width; ++j) sum += stage.c(i, j, 0, 0) * energy(0, h + i, w + j, 0);
            const real share = 2 * stage.r / (1 + stage.r), v = std::sqrt(sum);
            real* cell = s.view().pixel(0, h, w);
            for (int k = 0; k < planes; ++k)
                cell[k] = s_response(cell[k], share * stage.b(0, 0, 0, k) * v, stage.r);
        }
    return s;
}
// [s]

// [c]
Tensor c_layer(View u, const Stage& stage) {
    const Tensor s = framed(u, stage.c_border);
    const int side = stage.d.shape().n, planes = u.shape.c;
    Tensor c({.h = s.shape().h - side + 1, .w = s.shape().w - side + 1, .c = planes});
    for (int h = 0; h < c.shape().h; ++h)
        for (int w = 0; w < c.shape().w; ++w) {
            real* cell = c.view().pixel(0, h, w);
            for (int i = 0; i < side; ++i)
                for (int j = 0; j < side; ++j) {
                    const real d = stage.d(i, j, 0, 0), *from = s.view().pixel(0, h + i, w + j);
                    for (int k = 0; k < planes; ++k) cell[k] += d * from[k];
                }
            real v = 0;
            for (int k = 0; k < planes; ++k) v += cell[k];
            v /= real(planes);
            for (int k = 0; k < planes; ++k) cell[k] = c_response(cell[k], v, stage.alpha);
        }
    return c;
}
// [c]

}  // namespace cnn::optimized
