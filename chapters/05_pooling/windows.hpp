#pragma once
/// @file  All windows of a pooling, resolved once a call: what forward and backward share.
#include <vector>

#include "common/base/range.hpp"
#include "pooling.hpp"

namespace cnn::optimized {

/// Every window along both axes.
struct Windows {
    std::vector<Span> rows, columns;

    Windows(const Shape& x, const Shape& y, const Pooling& pooling) {
        for (int i = 0; i < y.h; ++i) rows.push_back(cnn::rows(i, x, pooling));
        for (int j = 0; j < y.w; ++j) columns.push_back(cnn::columns(j, x, pooling));
    }
    Span row(int i) const { return rows[std::size_t(i)]; }
    Span column(int j) const { return columns[std::size_t(j)]; }
};

}  // namespace cnn::optimized
