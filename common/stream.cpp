#include "common/stream.hpp"

#include "common/simd.hpp"

namespace cnn {

bool streamable(View y) {
    const auto whole = [](std::ptrdiff_t numbers) { return numbers % simd::lanes == 0; };
    return std::uintptr_t(y.data) % simd::bytes == 0 && whole(y.shape.c) && whole(y.next_pixel) &&
           whole(y.next_row) && whole(y.next_image);
}

bool streams(View x, View y) { return large(x.shape.size() + y.shape.size()) && streamable(y); }

}  // namespace cnn
