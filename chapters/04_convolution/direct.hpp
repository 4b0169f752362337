#pragma once
/// @file  The fast convolution itself, as later chapters call it: packed filters, strided views in and out.
#include <vector>

#include "common/tensor/tensor.hpp"

namespace cnn::optimized {

/// A bank of filters somewhere in memory: element (m, l, k, f) stands at
/// data[m * row_pitch + l * column_pitch + k * channel_pitch + f * filter_pitch].  So the transposed filters
/// of a gradient, or every second tap, are only other strides.
struct FilterView {
    const real* data = nullptr;
    Shape shape{0, 0, 0, 0};  ///< (kh, kw, channels / groups, filters)
    std::ptrdiff_t row_pitch = 0, column_pitch = 0, channel_pitch = 0, filter_pitch = 0;
    std::ptrdiff_t group_pitch = 0;  ///< from the first filter of one group to that of the next

    /// Filters as they are stored.
    FilterView(View w, int groups);
    FilterView() = default;
};

/// Filters in the order in which the kernel reads them: panels of a few vectors of output channels, in each
/// panel [kh][kw][c_in][channels of the panel].  Pack once, use for every image.
class PackedFilters {
public:
    /// The filters w, (kh, kw, c_in / groups, c_out), of a layer with so many groups.  They convolve lines of
    /// any length, and fastest those of about `line` output pixels, `stride` input pixels apart.
    explicit PackedFilters(View w, int groups = 1, int line = 56, int stride = 1)
        : PackedFilters(FilterView(w, groups), groups, line, stride) {}
    explicit PackedFilters(const FilterView& w, int groups = 1, int line = 56, int stride = 1);

    struct Panel {
        int group, filter, vecs,
            tail_lanes;      ///< first filter (counted over all groups), width, lanes of its last vector
        std::size_t offset;  ///< of its first number
    };
    const Shape& shape() const { return shape_; }
    int groups() const { return groups_; }
    /// Groups of so few channels that several share a vector have so many each; otherwise 0.
    int shared_by() const { return shared_by_; }
    const std::vector<Panel>& panels() const { return panels_; }
    std::int64_t bytes() const { return numbers_.shape().size() * std::int64_t{sizeof(real)}; }
    const real* data(const Panel& panel) const { return numbers_.flat().data() + panel.offset; }

private:
    Shape shape_;
    int groups_, shared_by_ = 0;
    std::vector<Panel> panels_;
    Tensor numbers_;
};

/// Where an output pixel looks: y(i, j) reads x(i stride + m dilation - top, j stride + l dilation - left),
/// and nothing where that is outside of x.  How far it reaches to the right and down follows from y's shape.
struct WindowGeometry {
    Extent stride = 1, dilation = 1;
    int top = 0, left = 0;  ///< may be negative: the first pixels are then never read
};

/// y = b + w * x, then max(y, 0) if asked.  x and y may be any views: slices of channels, every s-th pixel.
/// Taps that fall outside of x cost nothing.  `b` has c_out numbers or is null.
void direct(View x, const PackedFilters& w, const real* b, const WindowGeometry& reach, bool relu,
            MutableView y);

}  // namespace cnn::optimized
