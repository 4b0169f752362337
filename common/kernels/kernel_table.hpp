#pragma once
/// @file  A table of kernels: instances of one template for two ints, such as pixels and vectors of a tile.
#include <utility>

namespace cnn {

template <class Kernel, int most_first, int most_second>
struct KernelTable {
    Kernel kernels[most_first][most_second] = {};

    /// The instance for 1 <= first <= most_first and 1 <= second <= most_second; null where there is none.
    constexpr Kernel operator()(int first, int second) const { return kernels[first - 1][second - 1]; }
};

// [table]
/// instance<1, 1>() ... instance<most_first, most_second>(), each a pointer to a kernel or a null one:
///
///     constexpr auto kernels = kernel_table<6, 4>([]<int pixels, int vecs>() -> Kernel {
///         if constexpr (pixels * vecs <= 24) return tile<pixels, vecs>;
///         return nullptr;
///     });
template <int most_first, int most_second, class Instance>
constexpr auto kernel_table(const Instance& instance) {
    KernelTable<decltype(instance.template operator()<1, 1>()), most_first, most_second> table;
    const auto fill = [&]<int... i>(std::integer_sequence<int, i...>) {
        ((table.kernels[i / most_second][i % most_second] =
              instance.template operator()<i / most_second + 1, i % most_second + 1>()),
         ...);
    };
    fill(std::make_integer_sequence<int, most_first * most_second>{});
    return table;
}
// [table]

}  // namespace cnn
