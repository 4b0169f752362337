#pragma once
/// @file  The layers that the benchmarks time: benchmarks/layers.csv, one line each.
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "common/tensor/tensor.hpp"

namespace cnn::bench {

struct Layer {
    std::string name;       ///< "resnet.l1_3x3_64": a network that holds it, and where
    std::string operation;  ///< conv, deconv, ip (dense), maxpool, avgpool
    int channels = 0;       ///< of the input
    Extent size;            ///< of the input
    int filters = 0;        ///< channels of the output
    Extent kernel;
    int stride = 1, padding = 0, dilation = 1, groups = 1;
    bool quick = false;  ///< is in the short run, too

    bool depthwise() const { return groups == channels && groups > 1; }

    Shape input(int batch) const { return {batch, size.h, size.w, channels}; }
    /// (kh, kw, c_in / groups, c_out); for a transposed convolution, which has its transpose's filters,
    /// (kh, kw, c_out / groups, c_in); for a dense layer (h, w, c_in, c_out); empty for pooling.
    Shape weights() const;
    Shape output(int batch) const;

    /// Two for each multiply-add of the full formula, those with padding included.
    std::int64_t flop(int batch) const;
    /// Of input, weights and output, each once: what any way of computing the layer must move.
    std::int64_t bytes(int batch) const;
};

/// The table.  An Error says what is wrong with the file.
std::vector<Layer> layers(const std::filesystem::path& csv);
/// The table in benchmarks/layers.csv.
std::vector<Layer> layers();

/// A tensor of integers from -4 to 4: short sums of their products are exact in any order.
Tensor integers(Shape shape, std::uint64_t seed);

}  // namespace cnn::bench
