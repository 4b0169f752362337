// A picture at another size without what a photograph's fine patterns would become (aliasing): where it
// shrinks, a pixel of the result is the mean of all that it covers, under a triangle.
#include <algorithm>
#include <cmath>
#include <vector>

#include "common/base/error.hpp"
#include "common/files/image.hpp"

namespace cnn {

namespace {

/// Where one row (or column) of the result comes from: `weights` of the source from `first` on.
struct Taps {
    int first = 0;
    std::vector<real> weights;
};

/// The triangle around the middle of pixel i of the result, as wide as its neighbours' middles are apart.
Taps taps(int i, int from, int to) {
    const double scale = double(from) / to, middle = (i + 0.5) * scale, reach = std::max(scale, 1.0);
    const int first = std::clamp(int(std::floor(middle - reach)), 0, from - 1);
    const int end = std::clamp(int(std::ceil(middle + reach)), first + 1, from);
    std::vector<double> heights;
    double sum = 0;
    for (int k = first; k < end; ++k) {
        heights.push_back(std::max(0.0, 1 - std::abs(k + 0.5 - middle) / reach));
        sum += heights.back();
    }
    Taps result{first, {}};
    for (const double height : heights) result.weights.push_back(real(height / sum));
    return result;
}

}  // namespace

Tensor resample(View image, Extent size, int top, int left, Extent part) {
    const auto [N, H, W, C] = image.shape;
    require(H >= 1 && W >= 1 && size.h >= 1 && size.w >= 1, "resample: a picture of ", H, 'x', W, " to ",
            size, "; neither may be empty");
    require(top >= 0 && left >= 0 && part.h >= 1 && part.w >= 1 && top + part.h <= size.h &&
                left + part.w <= size.w,
            "resample: the part of ", part, " at row ", top, ", column ", left, " does not lie in ", size);

    std::vector<Taps> rows, columns;
    for (int i = 0; i < part.h; ++i) rows.push_back(taps(top + i, H, size.h));
    for (int j = 0; j < part.w; ++j) columns.push_back(taps(left + j, W, size.w));
    const int first = rows.front().first;
    const int last = rows.back().first + int(rows.back().weights.size());

    // Along each row that is needed, then along the columns of that.
    Tensor narrow({N, last - first, part.w, C}), result({N, part.h, part.w, C});
    for (int n = 0; n < N; ++n) {
        for (int i = first; i < last; ++i)
            for (int j = 0; j < part.w; ++j) {
                const Taps& column = columns[std::size_t(j)];
                real* to = narrow.view().pixel(n, i - first, j);
                for (std::size_t k = 0; k < column.weights.size(); ++k) {
                    const real* from = image.pixel(n, i, column.first + int(k));
                    for (int c = 0; c < C; ++c) to[c] += column.weights[k] * from[c];
                }
            }
        for (int i = 0; i < part.h; ++i) {
            const Taps& row = rows[std::size_t(i)];
            for (std::size_t k = 0; k < row.weights.size(); ++k)
                for (int j = 0; j < part.w; ++j)
                    for (int c = 0; c < C; ++c)
                        result(n, i, j, c) += row.weights[k] * narrow(n, row.first + int(k) - first, j, c);
        }
    }
    return result;
}

Tensor resample(View image, Extent size) { return resample(image, size, 0, 0, size); }

}  // namespace cnn
