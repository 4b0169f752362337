#include "scenes.hpp"

#include <algorithm>
#include <cmath>

#include "common/base/error.hpp"
#include "common/base/random.hpp"
#include "common/machine/parallel.hpp"

namespace cnn {

namespace {

/// A garment's own pixels are brighter than a tenth; its photograph is black around them.
constexpr auto own_above = real(0.1);

/// The smallest box around a garment's own pixels.
Region bright_box(View image) {
    Region box{{image.shape.h, 0}, {image.shape.w, 0}};
    for (int i = 0; i < image.shape.h; ++i)
        for (int j = 0; j < image.shape.w; ++j)
            if (image(0, i, j, 0) > own_above) {
                box.rows = {std::min(box.rows.begin, i), std::max(box.rows.end, i + 1)};
                box.columns = {std::min(box.columns.begin, j), std::max(box.columns.end, j + 1)};
            }
    return box;
}

/// Writes a label where the garment's own pixels are.
void mark(View garment, int label, MutableView mask) {
    for (int i = 0; i < garment.shape.h; ++i)
        for (int j = 0; j < garment.shape.w; ++j)
            if (garment(0, i, j, 0) > own_above) mask(0, i, j, 0) = real(1 + label);
}

/// The brighter of both, pixel by pixel.
void paste(View piece, MutableView canvas, int top, int left) {
    for (int i = 0; i < piece.shape.h; ++i)
        for (int j = 0; j < piece.shape.w; ++j) {
            real& pixel = canvas(0, top + i, left + j, 0);
            pixel = std::max(pixel, piece(0, i, j, 0));
        }
}

bool overlap(const Region& a, const Region& b) {
    return !intersection(a.rows, b.rows).empty() && !intersection(a.columns, b.columns).empty();
}

/// Places for `count` garments, none over another.  Where the first few leave no room, all are drawn again.
std::vector<Region> free_cells(Random& random, int count, int side, Extent size) {
    std::vector<Region> cells;
    for (int tries = 0; int(cells.size()) < count; ++tries) {
        if (tries % 100 == 99) cells.clear();
        const int top = random.below(side - size.h + 1), left = random.below(side - size.w + 1);
        const Region cell{{top, top + size.h}, {left, left + size.w}};
        if (std::ranges::none_of(cells, [&](const Region& other) { return overlap(other, cell); }))
            cells.push_back(cell);
    }
    return cells;
}

}  // namespace

Scene scene(const Dataset& garments, std::uint64_t seed, const SceneOptions& options) {
    const auto [N, H, W, C] = garments.images.shape();
    const int side = options.side, across = std::min(side / H, side / W);
    require(options.garments <= across * across && options.garments <= int(garments.classes.size()),
            "scene: ", options.garments, " garments of ", H, 'x', W, " do not fit on a canvas of ", side, 'x',
            side, "; take a larger side");
    Random random(seed * 0x2545F4914F6CDD1DULL);
    Scene scene{Tensor({.h = side, .w = side}), {}, Tensor({.h = side, .w = side})};

    // Scraps first, so that garments cover them.
    for (int k = 0; k < options.scraps; ++k) {
        const int size = 6 + random.below(7), from = random.below(N);
        const View piece = garments.images.view().images(from, 1).window(random.below(H - size + 1),
                                                                         random.below(W - size + 1), size);
        const int top = random.below(side - size + 1), left = random.below(side - size + 1);
        paste(piece, scene.picture, top, left);
    }

    // Garments of different classes, each in a cell of its own.
    std::vector<Region> cells;
    while (int(scene.garments.size()) < options.garments) {
        const int which = random.below(N), label = garments.labels[std::size_t(which)];
        if (std::ranges::any_of(scene.garments, [&](const Placed& p) { return p.label == label; })) continue;
        if (cells.empty()) cells = free_cells(random, options.garments, side, {H, W});
        const Region cell = cells.back();
        cells.pop_back();

        const View garment = garments.images.view().images(which, 1);
        const int top = cell.rows.begin, left = cell.columns.begin;
        copy(garment, scene.picture.view().window(top, left, {H, W}));
        mark(garment, label, scene.mask.view().window(top, left, {H, W}));
        const Region box = bright_box(garment);
        scene.garments.push_back({label,
                                  {{top + box.rows.begin, top + box.rows.end},
                                   {left + box.columns.begin, left + box.columns.end}}});
    }

    // A little noise, so that no background is perfectly black.
    for (real& pixel : scene.picture.flat()) pixel = std::min(real{1}, pixel + real(0.08 * random.uniform()));
    return scene;
}

Dataset scene_pictures(const Dataset& garments, int count, std::uint64_t first, const SceneOptions& options,
                       bool pairs) {
    const int side = options.side;
    Dataset set{Tensor({.n = count, .h = side, .w = side}), std::vector<int>(std::size_t(count)),
                garments.classes};
    parallel_for(count, [&](int i) {
        SceneOptions one = options;
        if (pairs && i % 2 == 1) one.garments = 2;
        const Scene drawn = scene(garments, first + std::uint64_t(i), one);
        copy(drawn.picture, set.images.view().images(i, 1));
        set.labels[std::size_t(i)] = drawn.garments[0].label;
    });
    return set;
}

Scene grid(const Dataset& garments, const std::vector<int>& which) {
    const int n = int(std::lround(std::sqrt(double(which.size()))));
    require(n >= 1 && n * n == int(which.size()), "grid: ", which.size(),
            " garments make no square; give 4 or 9");
    const auto [N, H, W, C] = garments.images.shape();
    Scene scene{Tensor({.h = n * H, .w = n * W}), {}, Tensor({.h = n * H, .w = n * W})};
    for (int k = 0; k < n * n; ++k) {
        const int top = k / n * H, left = k % n * W, index = which[std::size_t(k)];
        require(0 <= index && index < N, "grid: there is no garment ", index, "; there are ", N);
        const View garment = garments.images.view().images(index, 1);
        const int label = garments.labels[std::size_t(index)];
        copy(garment, scene.picture.view().window(top, left, {H, W}));
        mark(garment, label, scene.mask.view().window(top, left, {H, W}));
        scene.garments.push_back({label, {{top, top + H}, {left, left + W}}});
    }
    return scene;
}

}  // namespace cnn
