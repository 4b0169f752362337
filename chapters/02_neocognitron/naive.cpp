/// @file  The paper's equations, a cell at a time.
#include <cmath>

#include "framed.hpp"
#include "neocognitron.hpp"

namespace cnn::naive {

// [inhibition]
real inhibition(View area, View c) {
    real sum = 0;
    for (int i = 0; i < area.shape.h; ++i)
        for (int j = 0; j < area.shape.w; ++j)
            for (int k = 0; k < area.shape.c; ++k) sum += c(i, j, 0, 0) * area(0, i, j, k) * area(0, i, j, k);
    return std::sqrt(sum);
}
// [inhibition]

// [s]
Tensor s_layer(View u, const Stage& stage) {
    const Tensor before = framed(u, stage.s_border);
    const Shape area = stage.a.shape();
    Tensor s({.h = before.shape().h - 4, .w = before.shape().w - 4, .c = area.c});
    for (int h = 0; h < s.shape().h; ++h)
        for (int w = 0; w < s.shape().w; ++w)
            for (int k = 0; k < s.shape().c; ++k) {
                const View seen = before.view().window(h, w, 5);
                real e = 0;
                for (int i = 0; i < 5; ++i)
                    for (int j = 0; j < 5; ++j)
                        for (int p = 0; p < area.w; ++p) e += stage.a(i, j, p, k) * seen(0, i, j, p);
                const real r = stage.r, b = stage.b(0, 0, 0, k);
                s(0, h, w, k) = s_response(e, 2 * r / (1 + r) * b * inhibition(seen, stage.c), r);
            }
    return s;
}
// [s]

// [c]
Tensor c_layer(View u, const Stage& stage) {
    const Tensor s = framed(u, stage.c_border);
    const int side = stage.d.shape().n, planes = u.shape.c;
    Tensor c({.h = s.shape().h - side + 1, .w = s.shape().w - side + 1, .c = planes});
    const auto excitation = [&](int h, int w, int k) {
        real e = 0;
        for (int i = 0; i < side; ++i)
            for (int j = 0; j < side; ++j) e += stage.d(i, j, 0, 0) * s(0, h + i, w + j, k);
        return e;
    };
    for (int h = 0; h < c.shape().h; ++h)
        for (int w = 0; w < c.shape().w; ++w)
            for (int k = 0; k < planes; ++k) {
                // Inhibited by the mean of all planes.
                real v = 0;
                for (int p = 0; p < planes; ++p) v += excitation(h, w, p);
                c(0, h, w, k) = c_response(excitation(h, w, k), v / real(planes), stage.alpha);
            }
    return c;
}
// [c]

}  // namespace cnn::naive
