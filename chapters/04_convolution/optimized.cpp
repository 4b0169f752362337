#include "convolution.hpp"
#include "engine/convolution_engine.hpp"

namespace cnn::optimized {

Tensor conv2d(View x, View w, View b, const Convolution& layer) { return engine::conv2d(x, w, b, layer); }

Tensor conv2d_backward_input(View dy, View w, const Shape& x, const Convolution& layer) {
    return engine::conv2d_backward_input(dy, w, x, layer);
}

Tensor conv2d_backward_filters(View dy, View x, const Shape& w, const Convolution& layer) {
    return engine::conv2d_backward_filters(dy, x, w, layer);
}

}  // namespace cnn::optimized
