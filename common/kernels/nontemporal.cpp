#include "common/kernels/nontemporal.hpp"

#include "common/machine/simd.hpp"

namespace cnn {

bool allows_nontemporal(View y) {
    const auto whole = [](std::ptrdiff_t numbers) { return numbers % simd::lanes == 0; };
    return std::uintptr_t(y.data) % simd::bytes == 0 && whole(y.shape.c) && whole(y.pixel_pitch) &&
           whole(y.row_pitch) && whole(y.image_pitch);
}

bool stores_nontemporal(View x, View y) {
    return large(x.shape.size() + y.shape.size()) && allows_nontemporal(y);
}

}  // namespace cnn
