#include "common/training/augmentation.hpp"

#include <algorithm>
#include <numeric>

#include "common/base/error.hpp"
#include "common/base/random.hpp"
#include "common/base/range.hpp"
#include "common/machine/parallel.hpp"

namespace cnn {

namespace {

struct Draw {
    int down, right;
    bool mirrored;
};

Draw draw(const Augmentation& augmentation, Random random) {
    const int places = 2 * augmentation.shift + 1;
    const int down = random.below(places) - augmentation.shift;
    const int right = random.below(places) - augmentation.shift;
    return {down, right, augmentation.mirror && random.below(2) == 1};
}

// One image, moved and then mirrored.
void place(View from, const Draw& draw, MutableView to) {
    fill(to, 0);
    const int height = to.shape.h, width = to.shape.w;
    const Range rows = inside(-draw.down, 1, height, height), columns = inside(-draw.right, 1, width, width);
    for (int i = rows.begin; i < rows.end; ++i)
        for (int j = columns.begin; j < columns.end; ++j)
            std::copy_n(from.pixel(0, i - draw.down, j - draw.right), to.shape.c,
                        to.pixel(0, i, draw.mirrored ? width - 1 - j : j));
}

}  // namespace

std::vector<int> order_of_epoch(int count, std::uint64_t seed, int epoch) {
    constexpr std::uint64_t no_example = ~std::uint64_t{0};  // the streams of examples are augmentation's
    std::vector<int> order(std::size_t(count), 0);
    std::iota(order.begin(), order.end(), 0);
    Random::stream(seed, std::uint64_t(epoch), no_example).shuffle(std::span(order));
    return order;
}

void gather(View all, std::span<const int> which, MutableView batch) {
    parallel_for(batch.shape.n,
                 [&](int i) { copy(all.images(which[std::size_t(i)], 1), batch.images(i, 1)); });
}

void gather(View all, std::span<const int> which, MutableView batch, const Augmentation& augmentation,
            std::uint64_t seed, int epoch) {
    require(0 <= augmentation.shift && augmentation.shift < std::max(all.shape.h, all.shape.w),
            "augmentation: a shift of ", augmentation.shift, " for pictures of ",
            Extent(all.shape.h, all.shape.w), "; it must be from 0 up to, not including, their longer side");
    if (!augmentation.any()) return gather(all, which, batch);
    parallel_for(batch.shape.n, [&](int i) {
        const int example = which[std::size_t(i)];
        const Random random = Random::stream(seed, std::uint64_t(epoch), std::uint64_t(example));
        place(all.images(example, 1), draw(augmentation, random), batch.images(i, 1));
    });
}

}  // namespace cnn
