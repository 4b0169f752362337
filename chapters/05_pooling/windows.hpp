#pragma once
/// @file  All windows of a pooling, resolved once a call: what forward and backward share.
#include <vector>

#include "common/base/range.hpp"
#include "pooling.hpp"

namespace cnn::optimized {

/// Every window along both axes.
struct Windows {
    std::vector<Span> rows, columns;
    Extent kernel, stride;  ///< none reaches over more, and none begins later
                            ///< after the one before
    bool ordered = true;    ///< none begins or ends before the one before

    Windows(const Shape& x, const Shape& y, const Pooling& pooling)
        : stride(pooling.stride), ordered(pooling.dilation == Extent(1)) {
        const auto reach = [](std::int64_t taps, int dilation, int size) {
            return int(std::min<std::int64_t>((taps - 1) * dilation + 1, size));
        };
        kernel = {reach(pooling.kernel.h, pooling.dilation.h, x.h),
                  reach(pooling.kernel.w, pooling.dilation.w, x.w)};
        for (int i = 0; i < y.h; ++i) rows.push_back(cnn::rows(i, x, pooling));
        for (int j = 0; j < y.w; ++j) columns.push_back(cnn::columns(j, x, pooling));
    }
    /// Those of adaptive pooling.
    Windows(const Shape& x, const Shape& y)
        : kernel(divide_up(x.h, y.h) + 1, divide_up(x.w, y.w) + 1),
          stride(divide_up(x.h, y.h), divide_up(x.w, y.w)) {
        for (int i = 0; i < y.h; ++i) rows.push_back(adaptive_span(i, x.h, y.h));
        for (int j = 0; j < y.w; ++j) columns.push_back(adaptive_span(j, x.w, y.w));
    }
    Span row(int i) const { return rows[std::size_t(i)]; }
    Span column(int j) const { return columns[std::size_t(j)]; }
    /// All columns of the map that windows first ... end - 1 reach over.
    Range columns_of(int first, int end) const {
        Range all{column(first).begin, column(end - 1).end};
        for (int j = first; j < end && !ordered; ++j)
            all = {std::min(all.begin, column(j).begin), std::max(all.end, column(j).end)};
        return all;
    }
};

}  // namespace cnn::optimized
