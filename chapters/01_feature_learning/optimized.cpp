// Whole rows in lanes, and no arc tangent.
//
//   rows    an image's rows lie side by side with the border repeated, so that a difference of neighbours is
//           the difference of two runs of numbers
//   bins    a gradient's bin is how many of the lines between bins it lies beyond: a comparison each
//   cells   a bin's lengths are added down a cell's rows first, in lanes, and then across its columns
//
// The file is compiled with -fno-math-errno: a square root that reports no error is one instruction.
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "common/base/error.hpp"
#include "common/machine/parallel.hpp"
#include "oriented_gradients.hpp"

namespace cnn::optimized {

namespace {

constexpr int most_bins = 16;

// The directions of the lines between bins: (cos, sin) of 180 k / bins degrees.
struct Lines {
    std::array<real, most_bins> cosine, sine;
    explicit Lines(int bins) : cosine{}, sine{} {
        for (int k = 0; k < bins; ++k) {
            cosine[std::size_t(k)] = real(std::cos(std::numbers::pi * k / bins));
            sine[std::size_t(k)] = real(std::sin(std::numbers::pi * k / bins));
        }
    }
};

// One row of an image: from one channel's rows, above, here and below, the gradients.
struct Row {
    real *dx, *dy, *square;
};

// Keeps the longer gradient of what is there and of one more channel.
void take_longer(const real* above, const real* here, const real* below, int width, const Row& row) {
    for (int j = 0; j < width; ++j) {
        const real x = here[j + 1] - here[j - 1], y = below[j] - above[j], square = x * x + y * y;
        const bool longer = square > row.square[j];
        row.dx[j] = longer ? x : row.dx[j];
        row.dy[j] = longer ? y : row.dy[j];
        row.square[j] = longer ? square : row.square[j];
    }
}

// [row]
// Adds a row's lengths to the columns' sums of each bin.
void add_row(const Row& row, int width, const Lines& lines, int bins, real* length, int* bin, real* sums) {
    for (int j = 0; j < width; ++j) length[j] = std::sqrt(row.square[j]), bin[j] = 0;
    // Which way a line points does not matter: let it point down, or to the right.
    for (int j = 0; j < width; ++j) {
        const bool turn = row.dy[j] < 0 || (row.dy[j] == 0 && row.dx[j] < 0);
        row.dx[j] = turn ? -row.dx[j] : row.dx[j];
        row.dy[j] = turn ? -row.dy[j] : row.dy[j];
    }
    for (int k = 1; k < bins; ++k) {
        const real cosine = lines.cosine[std::size_t(k)], sine = lines.sine[std::size_t(k)];
        for (int j = 0; j < width; ++j) bin[j] += row.dy[j] * cosine >= row.dx[j] * sine ? 1 : 0;
    }
    for (int k = 0; k < bins; ++k)
        for (int j = 0; j < width; ++j) sums[k * width + j] += bin[j] == k ? length[j] : real{0};
}
// [row]

// One thread's memory.
class Workspace {
public:
    Workspace(const Shape& image, const OrientedGradients& feature)
        : image_(image),
          feature_(feature),
          lines_(feature.bins),
          planes_({image.c, image.h + 2, image.w + 2, 1}),
          rows_({.h = 4, .w = image.w}),
          bin_(std::size_t(image.w)),
          sums_({.h = feature.bins, .w = image.w}),
          histograms_({.h = image.h / feature.cell, .w = image.w / feature.cell, .c = feature.bins}) {}

    // [image]
    void describe(View image, MutableView blocks) {
        surround(image);
        const int width = image_.w, cell = feature_.cell, bins = feature_.bins;
        const auto line = [&](int i) { return rows_.view().pixel(0, i, 0); };
        const Row row{line(0), line(1), line(2)};
        for (int h = 0; h < histograms_.shape().h; ++h) {
            fill(sums_, 0);
            for (int i = h * cell; i < (h + 1) * cell; ++i) {
                std::fill_n(row.dx, std::ptrdiff_t{3} * width, real{0});
                for (int k = 0; k < image_.c; ++k)
                    take_longer(plane(k, i), plane(k, i + 1), plane(k, i + 2), width, row);
                add_row(row, width, lines_, bins, line(3), bin_.data(), sums_.flat().data());
            }
            for (int w = 0; w < histograms_.shape().w; ++w)
                for (int k = 0; k < bins; ++k) {
                    real sum = 0;
                    for (int j = w * cell; j < (w + 1) * cell; ++j) sum += sums_(0, k, j, 0);
                    histograms_(0, h, w, k) = sum;
                }
        }
        normalise_blocks(histograms_, feature_, blocks);
    }
    // [image]

private:
    // The first pixel of a channel's row i - 1, the repeated ones beside it.
    real* plane(int k, int i) { return planes_.view().pixel(k, i, 1); }

    // Each channel by itself, its border repeated once.
    void surround(View image) {
        for (int k = 0; k < image_.c; ++k) {
            for (int i = 0; i < image_.h; ++i) {
                real* to = plane(k, i + 1);
                const real* from = image.pixel(0, i, 0) + k;
                for (int j = 0; j < image_.w; ++j) to[j] = from[j * image.pixel_pitch];
                to[-1] = to[0], to[image_.w] = to[image_.w - 1];
            }
            std::copy_n(plane(k, 1) - 1, image_.w + 2, plane(k, 0) - 1);
            std::copy_n(plane(k, image_.h) - 1, image_.w + 2, plane(k, image_.h + 1) - 1);
        }
    }

    Shape image_;
    OrientedGradients feature_;
    Lines lines_;
    Tensor planes_, rows_;
    std::vector<int> bin_;
    Tensor sums_, histograms_;
};

}  // namespace

Tensor oriented_gradients(View images, const OrientedGradients& feature) {
    const Shape shape = oriented_gradients_shape(images.shape, feature);
    require(feature.bins <= most_bins, "oriented gradients: ", feature.bins, " bins; at most ", most_bins,
            " here, or take the naive ones");
    Tensor features = Tensor::uninitialized(shape);
    // Some images a task, which share a workspace.
    constexpr int together = 32;
    parallel_for((shape.n + together - 1) / together, [&](int task) {
        Workspace workspace({1, images.shape.h, images.shape.w, images.shape.c}, feature);
        for (int n = task * together; n < std::min(shape.n, (task + 1) * together); ++n)
            workspace.describe(images.images(n, 1), features.view().images(n, 1));
    });
    return features;
}

}  // namespace cnn::optimized
