#include "pair.hpp"
#include "pointwise.hpp"

namespace cnn::naive {

// [naive]
Tensor pair(View x, const SeparableWeights& w, const Pair& layers) {
    const Tensor between = depthwise_conv2d(x, w.depthwise, w.depthwise_bias, layers.depthwise);
    return pointwise_conv2d(between, w.pointwise,
                            {.bias = w.pointwise_bias, .activation = layers.activation});
}
// [naive]

}  // namespace cnn::naive
