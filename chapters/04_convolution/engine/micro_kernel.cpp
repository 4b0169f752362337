#include "micro_kernel.hpp"

#include <array>
#include <bit>
#include <utility>

#include "common/kernels/tile.hpp"

namespace cnn::engine::convolution {

using simd::lanes;

namespace {

// [kernel]
template <int pixels, int vecs, Store ending>
void tile(const KernelArguments& arguments) {
    const int tail_lanes = ending == Store::tail ? arguments.tail_lanes : lanes;
    const real* x = arguments.x;
    real* y = arguments.y;
    for (int t = 0; t < arguments.tiles;
         ++t, x += pixels * arguments.pixel_pitch, y += pixels * arguments.y_pixel_pitch) {
        Tile<pixels, vecs> sums;
        if (arguments.resume)
            sums.load(y, arguments.y_pixel_pitch, tail_lanes);
        else if (arguments.b != nullptr)
            sums.start(arguments.b, tail_lanes);
        else
            sums.zero();
        for (int m = 0; m < arguments.rows; ++m)
            for (int run = 0; run < arguments.runs; ++run) {
                const real* from = x + m * arguments.row_pitch + run * arguments.run_pitch;
                const real* w = arguments.w + m * arguments.w_row_pitch + run * arguments.w_run_pitch;
                if (m >= arguments.fetch_from)
                    sums.add_and_fetch(from, arguments.pixel_pitch, w, sums.width, arguments.length,
                                       from + pixels * arguments.pixel_pitch);
                else
                    sums.add(from, arguments.pixel_pitch, 1, w, sums.width, arguments.length);
            }
        if (arguments.residual != nullptr)
            sums.add(arguments.residual + t * pixels * arguments.residual_pixel_pitch,
                     arguments.residual_pixel_pitch, tail_lanes);
        sums.activate(arguments.activation);
        sums.template write<ending>(y, arguments.y_pixel_pitch, tail_lanes);
    }
}
// [kernel]

template <int pixels, int vecs>
void kernel(const KernelArguments& arguments) {
    if (arguments.tail_lanes < lanes) return tile<pixels, vecs, Store::tail>(arguments);
    arguments.nontemporal ? tile<pixels, vecs, Store::nontemporal>(arguments)
                          : tile<pixels, vecs, Store::whole>(arguments);
}

// Groups of few channels share a vector: each lane sums over its group's channels.
//
// y[p][lane] += x[p][group of lane + k] * w[k][lane]      for k = 0 ... size - 1, tap by tap
template <int pixels, int size, bool whole>
void grouped(const KernelArguments& arguments) {
    const real* x = arguments.x;
    real* y = arguments.y;
    for (int t = 0; t < arguments.tiles;
         ++t, x += pixels * arguments.pixel_pitch, y += pixels * arguments.y_pixel_pitch) {
        Tile<pixels, 1> sums;
        if (arguments.resume)
            sums.load(y, arguments.y_pixel_pitch, arguments.tail_lanes);
        else if (arguments.b != nullptr)
            sums.start(arguments.b, arguments.tail_lanes);
        else
            sums.zero();
        for (int m = 0; m < arguments.rows; ++m)
            for (int run = 0; run < arguments.runs; ++run) {
                const real* from = x + m * arguments.row_pitch + run * arguments.run_pitch;
                const real* w = arguments.w + m * arguments.w_row_pitch + run * arguments.w_run_pitch;
                const auto channel = [&]<int... k>(const simd::vec& pixel, simd::vec& sum,
                                                   std::integer_sequence<int, k...>) {
                    ((sum = fma(simd::spread<size, k>(pixel), simd::vec::load(w + k * lanes), sum)), ...);
                };
                unroll<pixels, 1>([&](int p, int) {
                    const real* pixel = from + p * arguments.pixel_pitch;
                    channel(
                        whole ? simd::vec::load(pixel) : simd::vec::load_first(arguments.tail_lanes, pixel),
                        sums.sum[p][0], std::make_integer_sequence<int, size>{});
                });
            }
        if (arguments.residual != nullptr)
            sums.add(arguments.residual + t * pixels * arguments.residual_pixel_pitch,
                     arguments.residual_pixel_pitch, arguments.tail_lanes);
        sums.activate(arguments.activation);
        sums.store(y, arguments.y_pixel_pitch, arguments.tail_lanes);
    }
}
template <int pixels, int size>
void grouped_either(const KernelArguments& arguments) {
    arguments.tail_lanes == lanes ? grouped<pixels, size, true>(arguments)
                                  : grouped<pixels, size, false>(arguments);
}
// Groups that fill a vector or more do not share it.
template <int size, std::size_t... i>
constexpr std::array<Kernel, most_pixels_shared + 1> of_group(std::index_sequence<i...>) {
    if constexpr (size < lanes)
        return {nullptr, grouped_either<int(i) + 1, size>...};
    else
        return {};
}

using Kernels = std::array<Kernel, most_pixels(1) + 1>;
template <int vecs, std::size_t... i>
constexpr Kernels of_width(std::index_sequence<i...>) {
    return {nullptr, kernel<int(i) + 1, vecs>...};
}
template <int vecs>
constexpr Kernels of_width() {
    return of_width<vecs>(std::make_index_sequence<std::size_t(most_pixels(vecs))>());
}

}  // namespace

Kernel kernel_for(int pixels, int vecs, int shared_by) {
    static constexpr auto all = [] {
        std::array<Kernels, widest + 1> table{};
        table[1] = of_width<1>();
        table[2] = of_width<2>();
        if constexpr (widest >= 4) table[3] = of_width<3>(), table[4] = of_width<4>();
        return table;
    }();
    static constexpr auto shared = [] {
        constexpr auto pixels = std::make_index_sequence<std::size_t(most_pixels_shared)>();
        return std::array{of_group<1>(pixels), of_group<2>(pixels), of_group<4>(pixels), of_group<8>(pixels)};
    }();
    if (shared_by == 0) return all[std::size_t(vecs)][std::size_t(pixels)];
    return shared[std::size_t(std::countr_zero(unsigned(shared_by)))][std::size_t(pixels)];
}

}  // namespace cnn::engine::convolution
