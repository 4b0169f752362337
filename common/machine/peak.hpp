#pragma once
/// @file  The machine's arithmetic peak: what no kernel can exceed.

namespace cnn {

/// Floating-point operations a second when each of `threads` threads does nothing but multiply and add in
/// registers; a multiply-add counts as two.  Measures for about a tenth of a second, and needs as many
/// threads in parallel_for.
double peak_flops(int threads);

}  // namespace cnn
