#pragma once
/// @file  The product of two matrices, blocked for registers and caches: y = a b.
#include <cstddef>

#include "common/tensor.hpp"

namespace cnn::optimized {

/// Numbers in rows and columns, wherever they lie; so the transposed matrix is only other strides.
struct Matrix {
    const real* data = nullptr;
    int rows = 0, columns = 0;
    std::ptrdiff_t next_row = 0, next_column = 1;

    Matrix transposed() const { return {data, columns, rows, next_column, next_row}; }
    Matrix below(int first, int count) const {  ///< rows first ... first + count - 1
        return {data + first * next_row, count, columns, next_row, next_column};
    }
};

/// The right factor as the kernel reads it: panels of a few vectors of columns, each panel row after row.
/// Pack once, multiply often.
class Panels {
public:
    explicit Panels(const Matrix& b);

    int rows() const { return rows_; }
    int columns() const { return columns_; }
    int count() const;
    const real* panel(int p) const;

private:
    int rows_, columns_;
    Tensor numbers_;
};

/// What surrounds the product: y starts as zero, as a bias, or as what it is; and may end in max(y, 0).
struct Finish {
    const real* bias = nullptr;
    bool add = false, relu = false;
};

/// y = a b, row after row `next_row` apart, on all threads.  Each sum runs in the order of b's rows, whatever
/// the number of threads.
void multiply(const Matrix& a, const Panels& b, const Finish& finish, real* y, std::ptrdiff_t next_row);

}  // namespace cnn::optimized
