#pragma once
/// @file  The peer: oneDNN's layers on the same tensors.
///
/// Maps are NHWC on both sides, as ours are.  Weights are brought into oneDNN's own order beforehand, and a
/// gradient of weights is left in it, so no copying of theirs is timed.
#include "layers.hpp"
#include "work.hpp"

namespace cnn::onednn {

/// False where oneDNN is not installed or runs on other threads than OpenMP's; then nothing below may be
/// called.
bool available();

enum class Algorithm { direct, winograd };

/// max(conv(x, w) + b, 0).
bench::Work convolution(const bench::Layer& layer, View x, View w, View b, int threads,
                        Algorithm algorithm = Algorithm::direct);
bench::Work convolution_backward_input(const bench::Layer& layer, View dy, View w, int threads,
                                       Algorithm algorithm = Algorithm::direct);
bench::Work convolution_backward_weights(const bench::Layer& layer, View dy, View x, int threads,
                                         Algorithm algorithm = Algorithm::direct);

/// The transposed convolution of x; w is (kh, kw, c_out / groups, c_in).
bench::Work deconvolution(const bench::Layer& layer, View x, View w, View b, int threads);
bench::Work deconvolution_backward_input(const bench::Layer& layer, View dy, View w, int threads);
bench::Work deconvolution_backward_weights(const bench::Layer& layer, View dy, View x, int threads);
/// A dense layer: w is (h, w, c_in, c_out).
bench::Work inner_product(const bench::Layer& layer, View x, View w, View b, int threads);
bench::Work inner_product_backward_input(const bench::Layer& layer, View dy, View w, int threads);
bench::Work inner_product_backward_weights(const bench::Layer& layer, View dy, View x, int threads);
/// Maximum, or average over the whole window, as the layer's operation says.
bench::Work pooling(const bench::Layer& layer, View x, int threads);

}  // namespace cnn::onednn
