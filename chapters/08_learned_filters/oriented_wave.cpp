#include "oriented_wave.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>
#include <vector>

#include "common/base/error.hpp"

namespace cnn {

namespace {

constexpr int angles = 12;
constexpr std::array lengths{2.5, 3.5, 5.0, 7.0, 10.0};
constexpr std::array spreads{1.0, 1.5, 2.5};

using Numbers = std::vector<double>;

double product(const Numbers& a, const Numbers& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return sum;
}

/// Bar and edge of one wave, each of length 1; orthogonal, for one is even about the middle and the other
/// odd.
std::array<Numbers, 2> bar_and_edge(int side, double angle, double length, double spread) {
    std::array<Numbers, 2> pair;
    const double middle = (side - 1) / 2.0;
    for (int i = 0; i < side; ++i)
        for (int j = 0; j < side; ++j) {
            const double y = i - middle, x = j - middle;
            const double window = std::exp(-(x * x + y * y) / (2 * spread * spread));
            const double phase = 2 * std::numbers::pi * (x * std::cos(angle) + y * std::sin(angle)) / length;
            pair[0].push_back(window * std::cos(phase));
            pair[1].push_back(window * std::sin(phase));
        }
    for (Numbers& wave : pair) {
        const double norm = std::sqrt(product(wave, wave));
        for (double& number : wave) number /= norm;
    }
    return pair;
}

}  // namespace

// [wave]
Wave best_wave(View filter) {
    const int side = filter.shape.h;
    require(filter.shape.n == 1 && side == filter.shape.w && side >= 2, "best wave: a filter of ",
            filter.shape, "; one square of at least 2x2 is needed");
    Numbers light;
    for (int i = 0; i < side; ++i)
        for (int j = 0; j < side; ++j) {
            const real* weights = filter.pixel(0, i, j);
            light.push_back(0);
            for (int c = 0; c < filter.shape.c; ++c) light.back() += double(weights[c]);
        }
    const double energy = product(light, light);

    Wave best{.share = energy == 0 ? 1.0 : -1.0, .picture = Tensor({.h = side, .w = side})};
    for (int t = 0; t < angles; ++t)
        for (const double length : lengths)
            for (const double spread : spreads) {
                const double angle = std::numbers::pi * t / angles;
                const auto [bar, edge] = bar_and_edge(side, angle, length, spread);
                const double a = product(light, bar), b = product(light, edge);
                const double share = energy == 0 ? 0 : (a * a + b * b) / energy;
                if (share <= best.share) continue;
                best.angle = 180.0 * t / angles;
                best.length = length, best.spread = spread, best.share = share;
                for (std::size_t i = 0; i < light.size(); ++i)
                    best.picture.flat()[i] = real(a * bar[i] + b * edge[i]);
            }
    return best;
}
// [wave]

Tensor shuffled(View filter, Random& random) {
    const Shape s = filter.shape;
    std::vector<int> order(std::size_t(s.h) * std::size_t(s.w));
    std::iota(order.begin(), order.end(), 0);
    random.shuffle(std::span(order));
    Tensor result(s);
    for (int p = 0; p < int(order.size()); ++p) {
        const int from = order[std::size_t(p)];
        std::copy_n(filter.pixel(0, from / s.w, from % s.w), s.c, result.view().pixel(0, p / s.w, p % s.w));
    }
    return result;
}

Tensor one_filter(View filters, int f) {
    const Shape s = filters.shape;
    Tensor filter({.h = s.n, .w = s.h, .c = s.w});
    for (int i = 0; i < s.n; ++i)
        for (int j = 0; j < s.h; ++j)
            for (int c = 0; c < s.w; ++c) filter(0, i, j, c) = filters(i, j, c, f);
    return filter;
}

}  // namespace cnn
