#pragma once
/// @file  The convolution that networks run on, as other chapters may use it; they include no other file of
/// this folder.
#include <functional>
#include <vector>

#include "common/kernels/finite.hpp"
#include "common/tensor/tensor.hpp"
#include "convolution.hpp"

namespace cnn::engine {

// The layer and its gradients, as the pair in convolution.hpp has them.

Tensor conv2d(View x, View w, View b, const Convolution& layer);
/// The same into memory of the caller's: y has convolved_shape(x, w, layer) and may be any view.
void conv2d_into(View x, View w, View b, const Convolution& layer, MutableView y);
Tensor conv2d_backward_input(View dy, View w, const Shape& x, const Convolution& layer);
Tensor conv2d_backward_filters(View dy, View x, const Shape& w, const Convolution& layer);
/// The same into dw, which has the filters' shape.
void conv2d_backward_filters_into(View dy, View x, const Convolution& layer, MutableView dw);

/// A layer made ready for maps of one shape, x: its filters are packed once, its algorithm is chosen.
Prepared prepared_conv2d(View w, View b, const Convolution& layer, const Shape& x);  ///< from x to y
/// The same plus a residual of y's shape, which must not share memory with y.
using PreparedSum = std::function<void(View from, View residual, MutableView to)>;
PreparedSum prepared_conv2d_plus(View w, View b, const Convolution& layer, const Shape& x);
/// On windows one under another, (1, m kh, kw, c), whatever m is; residual and result are (1, m, 1, filters).
PreparedSum prepared_on_windows(View w, View b, const Convolution& layer);
Prepared prepared_conv2d_backward_input(View w, const Convolution& layer, const Shape& x);  ///< dy to dx

// What they are made of, for the layers that later chapters build.

/// A bank of filters somewhere in memory: element (m, n, k, f) stands at
/// data[m * row_pitch + n * column_pitch + k * channel_pitch + f * filter_pitch].  So the transposed filters
/// of a gradient, or every second tap, are only other pitches.
struct FilterView {
    const real* data = nullptr;
    Shape shape{0, 0, 0, 0};  ///< (kh, kw, channels / groups, filters)
    std::ptrdiff_t row_pitch = 0, column_pitch = 0, channel_pitch = 0, filter_pitch = 0;
    std::ptrdiff_t group_pitch = 0;  ///< from the first filter of one group to that of the next

    /// Filters as they are stored.
    FilterView(View w, int groups);
    FilterView() = default;
};

/// Filters in the order in which the micro-kernel reads them: panels of a few vectors of output channels, in
/// each panel [kh][kw][c_in][channels of the panel].  Pack once, use for every image.
class PackedFilters {
public:
    /// The filters w, (kh, kw, c_in / groups, c_out), of a layer of `groups` groups.  They convolve rows of
    /// any length, and fastest those of about `row` output pixels, `stride` input pixels apart.
    explicit PackedFilters(View w, int groups = 1, int row = 56, int stride = 1)
        : PackedFilters(FilterView(w, groups), groups, row, stride) {}
    explicit PackedFilters(const FilterView& w, int groups = 1, int row = 56, int stride = 1);

    struct Panel {
        int group, filter;     ///< the first filter's group, and its number over all groups
        int vecs, tail_lanes;  ///< width, and filters in the last vector
        std::size_t offset;    ///< of its first number
    };
    const Shape& shape() const { return shape_; }
    int groups() const { return groups_; }
    /// The channels of a group, where groups have so few that several share a vector; otherwise 0.
    int shared_by() const { return shared_by_; }
    const std::vector<Panel>& panels() const { return panels_; }
    std::int64_t bytes() const { return numbers_.shape().size() * std::int64_t{sizeof(real)}; }
    /// Whether no weight is infinite or NaN.
    bool finite() const { return all_finite(numbers_); }
    const real* data(const Panel& panel) const { return numbers_.flat().data() + panel.offset; }

private:
    Shape shape_;
    int groups_, shared_by_ = 0;
    std::vector<Panel> panels_;
    Tensor numbers_;
};

/// Where an output pixel looks: y(i, j) reads x(i stride + m dilation - top, j stride + n dilation - left),
/// and nothing where that is outside of x.  How far it reaches to the right and down follows from y's shape.
struct WindowGeometry {
    Extent stride = 1, dilation = 1;
    int top = 0, left = 0;  ///< may be negative: the first pixels are then never read
};

/// y = activation(b + w * x + residual).  All may be any views: slices of channels, every s-th pixel.  Taps
/// that fall outside of x cost nothing.  The residual must not share memory with y.
void direct(View x, const PackedFilters& w, const Epilogue& epilogue, const WindowGeometry& geometry,
            MutableView y);

/// One phase of a transposed convolution along one axis.  Output o reaches input o stride - padding + m
/// dilation by tap m, and the phase's inputs are those where input + padding leaves the remainder `phase` by
/// the stride: they are reached by the same taps, and so are themselves a convolution of stride 1, with these
/// taps in reverse.
struct AxisPhase {
    int pixel;            ///< the phase's first input pixel
    int tap, step, taps;  ///< the taps that reach it: tap, tap + step, ...
    int dilation;         ///< outputs between two of them
    int before;  ///< outputs that the last of them, the first in reverse, looks back from pixel's index 0

    AxisPhase(int phase, int kernel, int stride, int padding, int tap_dilation);
};

/// A layer's filters w, (kh, kw, c_in / groups, c_out), packed for the way back from c_out to c_in channels.
class TransposedFilters {
public:
    /// As PackedFilters, fastest for dx with rows of about `row` pixels.
    TransposedFilters(View w, Extent stride, Sides padding, int groups = 1, Extent dilation = 1,
                      int row = 56);

    struct Phase {
        int top, left;  ///< the first pixel of this phase; every stride-th belongs to it
        WindowGeometry geometry;
        PackedFilters filters;
    };
    /// Those that some tap reaches.
    const std::vector<Phase>& phases() const { return phases_; }
    Extent stride() const { return stride_; }

private:
    Extent stride_;
    std::vector<Phase> phases_;
};

/// dx = b + the gradient of the layer's input for dy: a transposed convolution, that is.  `b` is
/// (1, 1, 1, c_in) or empty.
void transposed(View dy, const TransposedFilters& w, View b, MutableView dx);

/// dw of a layer with zero padding, which is no number even to an infinite dy: w's shape, (kh, kw, c_in /
/// groups, c_out), says the rest.
void backward_filters(View dy, View x, Extent stride, Sides padding, int groups, Extent dilation,
                      MutableView dw);

}  // namespace cnn::engine
