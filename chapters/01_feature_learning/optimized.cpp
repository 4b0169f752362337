// A picture in each lane, and no arc tangent.
//
//   lanes   as many pictures as a register has lanes are transposed, so that a register holds the same pixel
//   of
//           each: all of naive's arithmetic becomes arithmetic of registers, in its order and at borders, too
//   bins    which of the lines between bins a gradient lies beyond is a comparison each
//   cells   a cell's gradients are found once; then each bin takes those that are not beyond its last line
//
// The file is compiled with -fno-math-errno: a square root that reports no error is one instruction.
#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>
#include <vector>

#include "common/kernels/lanes.hpp"
#include "common/machine/parallel.hpp"
#include "oriented_gradients.hpp"

namespace cnn::optimized {

using simd::lanes;
using simd::vec;

namespace {

vec root(vec a) {
    for (int i = 0; i < lanes; ++i) a.v[i] = std::sqrt(a.v[i]);
    return a;
}

// v / sqrt(|v|^2 + e^2)
void normalise(std::span<vec> v, real epsilon) {
    vec square = vec::broadcast(epsilon * epsilon);
    for (const vec x : v) square = fma(x, x, square);
    const vec scale{real{1} / root(square).v};
    for (vec& x : v) x = x * scale;
}

// One thread's memory, and what is done in it.
class Workspace {
public:
    Workspace(const Shape& picture, const Shape& blocks, const OrientedGradients& feature)
        : picture_(picture),
          blocks_(blocks),
          feature_(feature),
          across_(picture.w / feature.cell),
          pixels_(std::size_t(picture.h * picture.w * picture.c)),
          gradients_(std::size_t(feature.cell * feature.cell)),
          histograms_(std::size_t(picture.h / feature.cell * across_ * feature.bins)),
          features_(std::size_t(blocks.h * blocks.w * blocks.c)) {
        for (int k = 1; k <= feature.bins; ++k) {
            sine_.push_back(real(std::sin(std::numbers::pi * k / feature.bins)));
            cosine_.push_back(real(std::cos(std::numbers::pi * k / feature.bins)));
        }
        cosine_.back() = NAN;  // no comparison with it holds: nothing lies behind the last line
    }

    void describe(View pictures, MutableView features) {
        simd::to_lanes(pictures, pixels_);
        for (int h = 0; h < picture_.h / feature_.cell; ++h)
            for (int w = 0; w < across_; ++w) {
                find_gradients(h * feature_.cell, w * feature_.cell);
                sort_into_bins(histogram(h, w));
            }
        const int run = feature_.block * feature_.bins;  // a row of cells lies side by side
        for (int h = 0; h < blocks_.h; ++h)
            for (int w = 0; w < blocks_.w; ++w) {
                vec* to = &features_[std::size_t((h * blocks_.w + w) * blocks_.c)];
                for (int i = 0; i < feature_.block; ++i) std::copy_n(histogram(h + i, w), run, to + i * run);
                const std::span v(to, std::size_t(blocks_.c));
                normalise(v, feature_.epsilon);
                for (vec& x : v) x = min(x, vec::broadcast(feature_.clip));
                normalise(v, feature_.epsilon);
            }
        simd::from_lanes(features_, features);
    }

private:
    struct Gradient {
        vec dx, dy, length;
    };

    const vec* pixel(int i, int j) const {
        i = std::clamp(i, 0, picture_.h - 1), j = std::clamp(j, 0, picture_.w - 1);
        return &pixels_[std::size_t((i * picture_.w + j) * picture_.c)];
    }
    vec* histogram(int h, int w) { return &histograms_[std::size_t((h * across_ + w) * feature_.bins)]; }

    // [gradients]
    // Those of a cell's pixels; in colour the longest of any channel.
    void find_gradients(int top, int left) {
        for (int p = 0; p < feature_.cell * feature_.cell; ++p) {
            const int i = top + p / feature_.cell, j = left + p % feature_.cell;
            vec dx{}, dy{}, square{};
            for (int k = 0; k < picture_.c; ++k) {
                const vec x = pixel(i, j + 1)[k] - pixel(i, j - 1)[k];
                const vec y = pixel(i + 1, j)[k] - pixel(i - 1, j)[k];
                const vec all = fma(y, y, x * x);
                const auto longer = all.v > square.v;
                dx.v = longer ? x.v : dx.v, dy.v = longer ? y.v : dy.v, square.v = longer ? all.v : square.v;
            }
            // A line has no front: let it point down, or to the right.
            dx.v = dy.v < 0 ? -dx.v : (dy.v > 0 ? dx.v : max(dx, {-dx.v}).v);
            gradients_[std::size_t(p)] = {dx, max(dy, {-dy.v}), root(square)};
        }
    }
    // [gradients]

    // [bins]
    // Each bin takes the lengths of what is not beyond the line behind it, and leaves the others to the next.
    void sort_into_bins(vec* histogram) {
        for (std::size_t k = 0; k < std::size_t(feature_.bins); ++k) {
            vec sum{};
            for (Gradient& g : gradients_) {
                const auto beyond = g.dy.v * cosine_[k] >= g.dx.v * sine_[k];
                sum.v += beyond ? vec::raw{} : g.length.v;
                g.length.v = beyond ? g.length.v : vec::raw{};
            }
            histogram[k] = sum;
        }
    }
    // [bins]

    Shape picture_, blocks_;
    OrientedGradients feature_;
    int across_;                       // cells
    std::vector<real> sine_, cosine_;  // of the line behind each bin
    std::vector<vec> pixels_;
    std::vector<Gradient> gradients_;
    std::vector<vec> histograms_, features_;
};

}  // namespace

Tensor oriented_gradients(View images, const OrientedGradients& feature) {
    const Shape shape = oriented_gradients_shape(images.shape, feature);
    if (!images.contiguous()) return oriented_gradients(Tensor(images), feature);
    Tensor features = Tensor::uninitialized(shape);
    constexpr int together = 4 * lanes;  // pictures of one task
    parallel_for((shape.n + together - 1) / together, [&](int task) {
        Workspace workspace(images.shape, shape, feature);
        for (int n = task * together; n < std::min(shape.n, (task + 1) * together); n += lanes) {
            const int count = std::min(lanes, shape.n - n);
            workspace.describe(images.images(n, count), features.view().images(n, count));
        }
    });
    return features;
}

}  // namespace cnn::optimized
