#include "gradient_kernel.hpp"

#include <array>
#include <bit>
#include <utility>

#include "common/kernels/tile.hpp"

namespace cnn::engine::convolution {

using simd::lanes, simd::vec;

namespace {

// [kernel]
// dw[c][f] += sum over pixels of x[pixel][c] * dy[pixel][f], for some channels and a panel of filters
template <int channels, int vecs, bool whole>
void tile(const GradientJob& job) {
    const int tail_lanes = whole ? lanes : job.tail_lanes;
    real* dw = job.dw;
    for (int t = 0; t < job.tiles; ++t, dw += channels * job.channel_pitch) {
        Tile<channels, vecs> sums;
        if (job.resume)
            sums.load(dw, job.channel_pitch, tail_lanes);
        else
            sums.zero();
        for (const Run& run : *job.runs) {
            const real *x = run.x + job.channel + t * channels, *dy = run.dy;
            if (!job.fetch) {
                sums.add(x, 1, job.pixel_pitch, dy, job.dy_pixel_pitch, run.pixels);
                continue;
            }
            for (int j = 0; j < run.pixels; ++j, x += job.pixel_pitch, dy += job.dy_pixel_pitch) {
                __builtin_prefetch(x + job.x_ahead + channels - 1, 0, 2);
                __builtin_prefetch(dy + job.dy_ahead + t % vecs * lanes, 0, 2);
                sums.add(x, 1, dy);
            }
        }
        sums.store(dw, job.channel_pitch, tail_lanes);
    }
}
// [kernel]

// Groups of few channels share vectors: channel c is that of each lane's own group.
//
// dw[c][lane] += sum over pixels of x[pixel][group of lane + c] * dy[pixel][lane]
template <int size, int vecs, bool whole>
void shared(const GradientJob& job) {
    const int tail_lanes = whole ? lanes : job.tail_lanes;
    const auto input = [&](const real* x, int v) {
        return whole || v + 1 < vecs ? vec::load(x + v * lanes) : vec::load_first(tail_lanes, x + v * lanes);
    };
    Tile<size, vecs> sums;
    if (job.resume)
        sums.load(job.dw, job.channel_pitch, tail_lanes);
    else
        sums.zero();
    for (const Run& run : *job.runs) {
        const real *x = run.x + job.channel, *dy = run.dy;
        for (int j = 0; j < run.pixels; ++j, x += job.pixel_pitch, dy += job.dy_pixel_pitch)
            [&]<int... i>(std::integer_sequence<int, i...>) __attribute__((always_inline)) {
                ((sums.sum[i % size][i / size] =
                      fma(simd::spread<size, i % size>(input(x, i / size)), vec::load(dy + i / size * lanes),
                          sums.sum[i % size][i / size])),
                 ...);
            }
        (std::make_integer_sequence<int, size * vecs>{});
    }
    sums.store(job.dw, job.channel_pitch, tail_lanes);
}

using Kernels = std::array<GradientKernel, 15>;

template <int channels, int vecs>
void either_tile(const GradientJob& job) {
    job.tail_lanes == lanes ? tile<channels, vecs, true>(job) : tile<channels, vecs, false>(job);
}
template <int size, int vecs>
void either_shared(const GradientJob& job) {
    job.tail_lanes == lanes ? shared<size, vecs, true>(job) : shared<size, vecs, false>(job);
}

template <int vecs, int... i>
constexpr Kernels of_width(std::integer_sequence<int, i...>) {
    return {nullptr, either_tile<i + 1, vecs>...};
}
template <int... v>
constexpr std::array<Kernels, sizeof...(v)> all_kernels(std::integer_sequence<int, v...>) {
    return {of_width<v + 1>(std::make_integer_sequence<int, most_channels(v + 1)>())...};
}
template <int size, int... v>
constexpr Kernels of_groups(std::integer_sequence<int, v...>) {
    return {nullptr, either_shared<size, v + 1>...};
}
template <int size>
constexpr Kernels of_groups() {
    if constexpr (size < lanes)
        return of_groups<size>(std::make_integer_sequence<int, widest_shared(size)>());
    else
        return {};
}

constexpr auto kernels = all_kernels(std::make_integer_sequence<int, widest_gradient>());
constexpr std::array shared_kernels{of_groups<1>(), of_groups<2>(), of_groups<4>(), of_groups<8>()};

}  // namespace

GradientKernel gradient_kernel(int channels, int vecs, int shared_by) {
    if (shared_by == 0) return kernels[std::size_t(vecs - 1)][std::size_t(channels)];
    return shared_kernels[std::size_t(std::countr_zero(unsigned(shared_by)))][std::size_t(vecs)];
}

}  // namespace cnn::engine::convolution
