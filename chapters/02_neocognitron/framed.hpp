#pragma once
/// @file  Zeros around a layer, or cells left out at its sides.
#include <algorithm>

#include "common/tensor/tensor.hpp"

namespace cnn {

/// The image with `border` zeros at each side; a negative border crops it.
inline Tensor framed(View u, int border) {
    Tensor result({.h = u.shape.h + 2 * border, .w = u.shape.w + 2 * border, .c = u.shape.c});
    const int from = std::max(0, -border), to = std::max(0, border);
    const Extent kept{u.shape.h - 2 * from, u.shape.w - 2 * from};
    copy(u.window(from, from, kept), result.view().window(to, to, kept));
    return result;
}

}  // namespace cnn
