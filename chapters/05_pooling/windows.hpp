#pragma once
/// @file  All windows of a pooling, resolved once a call: what forward and backward share.
#include <vector>

#include "common/base/range.hpp"
#include "pooling.hpp"

namespace cnn::optimized {

/// Every window along both axes.
struct Windows {
    std::vector<Span> rows, columns;
    Extent kernel, stride;  ///< none reaches over more, and none begins later after the one before

    Windows(const Shape& x, const Shape& y, const Pooling& pooling)
        : kernel(pooling.kernel), stride(pooling.stride) {
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
};

}  // namespace cnn::optimized
