// Stands in where oneDNN is not installed: the peer's column stays empty.
#include "common/base/error.hpp"
#include "onednn.hpp"

namespace cnn::onednn {

using bench::Layer, bench::Work;

bool available() { return false; }

namespace {
Work absent() { throw Error("oneDNN is not installed; apt install libdnnl-dev and configure again"); }
}  // namespace

Work convolution(const Layer&, View, View, View, int, Algorithm) { return absent(); }
Work convolution_backward_input(const Layer&, View, View, int, Algorithm) { return absent(); }
Work convolution_backward_weights(const Layer&, View, View, int, Algorithm) { return absent(); }
Work deconvolution(const Layer&, View, View, View, int) { return absent(); }
Work deconvolution_backward_input(const Layer&, View, View, int) { return absent(); }
Work deconvolution_backward_weights(const Layer&, View, View, int) { return absent(); }
Work inner_product(const Layer&, View, View, View, int) { return absent(); }
Work inner_product_backward_input(const Layer&, View, View, int) { return absent(); }
Work inner_product_backward_weights(const Layer&, View, View, int) { return absent(); }
Work pooling(const Layer&, View, int) { return absent(); }

}  // namespace cnn::onednn
