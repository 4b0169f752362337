#pragma once
/// @file  The seven loops of a convolution without their body, for whoever reads the layer multiplication by
/// multiplication.
#include "common/base/shape.hpp"

namespace cnn::naive {

/// The first input channel that output channel f sees.
inline int first_channel(int f, const Shape& w, int groups) { return f / (w.c / groups) * w.w; }

/// Calls body(image, i, j, f, m, n, k) once for every multiplication of the layer: image, output row, output
/// column, filter; kernel row, kernel column, channel of the filter.
template <class Body>
void for_each_multiplication(const Shape& y, const Shape& w, const Body& body) {
    for (int image = 0; image < y.n; ++image)
        for (int i = 0; i < y.h; ++i)
            for (int j = 0; j < y.w; ++j)
                for (int f = 0; f < y.c; ++f)
                    for (int m = 0; m < w.n; ++m)
                        for (int n = 0; n < w.h; ++n)
                            for (int k = 0; k < w.w; ++k) body(image, i, j, f, m, n, k);
}

}  // namespace cnn::naive
