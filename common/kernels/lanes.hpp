#pragma once
/// @file  Several tensors of one size, one in each lane: what is done to all alike is done in whole
/// registers.
#include <algorithm>
#include <span>

#include "common/machine/simd.hpp"
#include "common/tensor/tensor.hpp"

namespace cnn::simd {

/// Number i of each image to register i.  At most as many images as lanes; what lanes are left repeat the
/// last one.  The images' numbers lie side by side, as many as there are registers.
inline void to_lanes(View images, std::span<vec> numbers) {
    const int size = int(numbers.size());
    for (int i = 0; i < size; i += lanes) {
        const int count = std::min(lanes, size - i);
        vec square[lanes];
        for (int n = 0; n < lanes; ++n) {
            const real* from = images.pixel(std::min(n, images.shape.n - 1), 0, 0) + i;
            square[n] = count == lanes ? vec::load(from) : vec::load_first(count, from);
        }
        transpose(square);
        std::copy_n(square, count, numbers.begin() + i);
    }
}

/// And back, for as many images as there are.
inline void from_lanes(std::span<const vec> numbers, MutableView images) {
    const int size = int(numbers.size());
    for (int i = 0; i < size; i += lanes) {
        const int count = std::min(lanes, size - i);
        vec square[lanes] = {};
        std::copy_n(numbers.begin() + i, count, square);
        transpose(square);
        for (int n = 0; n < images.shape.n; ++n) {
            real* to = images.pixel(n, 0, 0) + i;
            if (count == lanes)
                square[n].store(to);
            else
                square[n].store_first(count, to);
        }
    }
}

}  // namespace cnn::simd
