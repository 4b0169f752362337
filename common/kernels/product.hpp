#pragma once
/// @file  The product of two matrices, blocked for registers and caches: y = activation(a b + bias +
/// residual).
#include <cstddef>

#include "common/kernels/epilogue.hpp"
#include "common/machine/simd.hpp"
#include "common/tensor/tensor.hpp"

namespace cnn {

/// Numbers in rows and columns, wherever they lie; so the transposed matrix is only other pitches.
struct Matrix {
    const real* data = nullptr;
    int rows = 0, columns = 0;
    std::ptrdiff_t row_pitch = 0, column_pitch = 1;

    Matrix transposed() const { return {data, columns, rows, column_pitch, row_pitch}; }
};

/// The right factor as the kernel reads it: panels of a few vectors of columns, each panel row after row.
class Panels {
public:
    static constexpr int widest = simd::registers >= 32 ? 4 : 2;  ///< vectors; the last panel's may be fewer
    static constexpr int width = widest * simd::lanes;            ///< columns

    /// A copy in that order.  Pack once, multiply often.
    explicit Panels(const Matrix& b);
    /// For one use: where b's rows are contiguous, panels are read as they lie, and only a last one that ends
    /// inside of a vector is copied.  b must live as long.
    static Panels in_place(const Matrix& b);

    struct Panel {
        const real* data;
        std::ptrdiff_t row_pitch;
        int vecs, tail_lanes;  ///< of its last vector only so many lanes count
    };
    Panel panel(int p) const;
    int count() const;
    bool in_place() const { return packed_from_ > 0; }  ///< whether a panel is read where b lies
    int rows() const { return rows_; }
    int columns() const { return columns_; }

private:
    Panels(int rows, int columns) : rows_(rows), columns_(columns) {}
    void pack(const Matrix& b, int first_panel);

    int rows_, columns_;
    int packed_from_ = 0;  // the first panel that is a copy
    const real* data_ = nullptr;
    std::ptrdiff_t row_pitch_ = 0;  // of those before it
    Tensor copies_;
};

/// y = a b on all threads, with its epilogue; rows are pixels, wherever they lie.  Each sum runs in the order
/// of b's rows, whatever the number of threads.  Layers check shapes; here they must fit.
void multiply(View a, const Panels& b, const Epilogue& epilogue, MutableView y);
/// The same for a left factor of any pitches; y's pixels, and the residual's, must be one_line.
void multiply(const Matrix& a, const Panels& b, const Epilogue& epilogue, MutableView y);

/// Where all pixels of a view follow each other at one pitch: that pitch.
template <class Number>
std::ptrdiff_t line_pitch(const BasicView<Number>& v) {
    return v.shape.w > 1 ? v.pixel_pitch : v.shape.h > 1 ? v.row_pitch : v.image_pitch;
}
/// Whether they do.
template <class Number>
bool one_line(const BasicView<Number>& v) {
    const std::ptrdiff_t row = line_pitch(v) * v.shape.w;
    return (v.shape.h == 1 || v.row_pitch == row) && (v.shape.n == 1 || v.image_pitch == row * v.shape.h);
}
/// The same view as one line of pixels.
template <class Number>
BasicView<Number> as_line(BasicView<Number> v) {
    v.pixel_pitch = line_pitch(v);
    v.shape = {1, 1, v.shape.n * v.shape.h * v.shape.w, v.shape.c};
    return v;
}

}  // namespace cnn
