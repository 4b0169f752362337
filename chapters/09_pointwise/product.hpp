#pragma once
/// @file  The product of two matrices, blocked for registers and caches: y = x b.
#include <cstddef>

#include "common/machine/simd.hpp"
#include "common/tensor/tensor.hpp"

namespace cnn::optimized {

/// Numbers in rows and columns, wherever they lie; so the transposed matrix is only other strides.
struct Matrix {
    const real* data = nullptr;
    int rows = 0, columns = 0;
    std::ptrdiff_t row_pitch = 0, column_pitch = 1;

    Matrix transposed() const { return {data, columns, rows, column_pitch, row_pitch}; }
};

/// The right factor as the kernel reads it: panels of a few vectors of columns, each panel row after row.
/// Pack once, multiply often.
class Panels {
public:
    static constexpr int widest = simd::registers >= 32 ? 4 : 2;  ///< vectors; the last panel's may be fewer

    explicit Panels(const Matrix& b);

    int rows() const { return rows_; }
    int columns() const { return columns_; }
    int count() const;
    const real* panel(int p) const;

private:
    int rows_, columns_;
    Tensor numbers_;
};

/// What surrounds the product: y starts as zero or as a bias, and may end in max(y, 0).
struct Finish {
    const real* bias = nullptr;
    bool relu = false;
};

/// y = x b, on all threads: the pixels of x and y are the rows, wherever they lie.  Each sum runs in the
/// order of b's rows, whatever the number of threads.
void multiply(View x, const Panels& b, const Finish& finish, MutableView y);

}  // namespace cnn::optimized
