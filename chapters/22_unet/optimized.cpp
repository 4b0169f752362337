// A window of a map is the map, read from another number on: the pitches stay, nothing is copied.
#include "common/base/error.hpp"
#include "crop.hpp"

namespace cnn::optimized {

// [optimized]
View crop(View x, const Sides& margins) {
    const Shape y = cropped_shape(x.shape, margins);
    return x.window(margins.top, margins.left, {y.h, y.w});
}
// [optimized]

void crop_backward_into(View dy, const Sides& margins, MutableView dx) {
    const Shape x = dx.shape, y = cropped_shape(x, margins);
    require(dy.shape == y, "crop: the gradient is ", dy.shape, ", the output ", y, "; they must be the same");
    // The four margins are 0; rows above and below go from side to side.
    const auto [top, bottom, left, right] = margins;
    fill(dx.window(0, 0, {top, x.w}), 0);
    fill(dx.window(x.h - bottom, 0, {bottom, x.w}), 0);
    fill(dx.window(top, 0, {y.h, left}), 0);
    fill(dx.window(top, x.w - right, {y.h, right}), 0);
    copy(dy, dx.window(top, left, {y.h, y.w}));
}

Tensor crop_backward(View dy, const Shape& x, const Sides& margins) {
    Tensor dx = Tensor::uninitialized(x);
    crop_backward_into(dy, margins, dx);
    return dx;
}

}  // namespace cnn::optimized
