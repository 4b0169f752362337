#include "scoreboard.hpp"

#include <algorithm>
#include <chrono>

#include "common/base/random.hpp"
#include "common/base/range.hpp"
#include "common/report/page.hpp"

namespace cnn {

namespace {

/// Adds up to a mean.
struct Mean {
    double sum = 0;
    int count = 0;
    void add(double value) { sum += value, ++count; }
    double value() const { return count > 0 ? sum / count : 0; }
};

struct Finder {
    explicit Finder(Extent size) : net(garment_finder(graph, size)) {}
    Graph graph;
    Classifier net;
};

Question question(const Finder& finder, const Weights& weights, const Scene& scene, const Placed& garment) {
    const int patch = 12;
    return {.net = finder.net,
            .weights = weights,
            .image = scene.picture,
            .label = garment.label,
            .patch = patch,
            .stride = patch / 2,
            .samples = 12};
}

/// Energy and hits of a method on scenes of one size.
struct Located {
    Mean energy, pointing;
    double milliseconds = 0;
};
Located located(const Method& method, const Weights& weights, const std::vector<Scene>& scenes) {
    using Clock = std::chrono::steady_clock;
    const Shape size = scenes.at(0).picture.shape();
    const Finder finder({size.h, size.w});
    Located result;
    std::vector<double> times;
    for (const Scene& scene : scenes)
        for (const Placed& garment : scene.garments) {
            const Clock::time_point start = Clock::now();
            const Explanation found = method.explain(question(finder, weights, scene, garment));
            times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
            result.pointing.add(points_at(found, garment.box) ? 1 : 0);
            if (const auto share = energy_inside(found, garment.box)) result.energy.add(*share);
        }
    const auto middle = times.begin() + std::ptrdiff_t(times.size() / 2);
    std::ranges::nth_element(times, middle);
    result.milliseconds = *middle;
    return result;
}

std::vector<Scene> grids(const Dataset& garments, const Weights& weights, int side, int count,
                         Random& random) {
    constexpr real sure = real(0.9);
    const Shape one = garments.images.shape();
    const Finder finder({one.h, one.w});
    std::vector<Scene> all;
    while (int(all.size()) < count) {
        std::vector<int> which, labels;
        while (int(which.size()) < side * side) {
            const int index = random.below(garments.size()), label = garments.labels[std::size_t(index)];
            if (std::ranges::count(labels, label) > 0) continue;
            const Tensor p = probabilities(finder.net, weights, garments.images.view().images(index, 1));
            if (p(0, 0, 0, label) < sure) continue;
            which.push_back(index), labels.push_back(label);
        }
        all.push_back(grid(garments, which));
    }
    return all;
}

std::string percent(double share) { return decimals(100 * share, 1); }

}  // namespace

Gallery gallery(const Dataset& garments, const Weights& weights, int count, std::uint64_t seed) {
    Gallery all;
    for (int k = 0; k < count; ++k)
        all.scenes.push_back(scene(garments, seed + std::uint64_t(k), {.side = 72, .garments = 2}));
    Random random(seed);
    all.grids = grids(garments, weights, 2, count, random);
    all.large_grids = grids(garments, weights, 3, divide_up(count, 4), random);
    return all;
}

Scores scores_of(const Method& method, const Weights& weights, const Gallery& gallery, int detailed) {
    Scores s{.method = method.name};
    const Located scenes = located(method, weights, gallery.scenes),
                  cells = located(method, weights, gallery.grids);
    s.milliseconds = scenes.milliseconds;
    s.pointing = scenes.pointing.value(), s.energy = scenes.energy.value();
    s.grid = cells.energy.value(), s.grid_pointing = cells.pointing.value();
    s.large_grid = located(method, weights, gallery.large_grids).energy.value();

    const Finder finder(72);
    const int layers = layers_that_learn(finder.graph);
    const Weights nothing = randomised(finder.graph, weights, layers, 1);
    s.random_pointing = located(method, nothing, gallery.scenes).pointing.value();
    s.random_grid = located(method, nothing, gallery.grids).energy.value();

    // Curves, sanity and sensitivity, for the first garment of the first scenes.
    Mean deletion, insertion, moved;
    std::vector<Mean> sanity(std::size_t(layers), Mean{});
    for (int k = 0; k < std::min(detailed, int(gallery.scenes.size())); ++k) {
        const Scene& scene = gallery.scenes[std::size_t(k)];
        const Question q = question(finder, weights, scene, scene.garments[0]);
        const Explanation found = method.explain(q);
        const std::vector<int> order = order_of(found.evidence);
        deletion.add(area(deletion_curve(q, order)));
        insertion.add(area(insertion_curve(q, order)));
        moved.add(sensitivity(method, q, 0.02, 3));
        for (int random = 1; random <= layers; ++random) {
            const Weights other = randomised(finder.graph, weights, random, std::uint64_t(k) + 1);
            const Explanation without = method.explain(question(finder, other, scene, scene.garments[0]));
            sanity[std::size_t(random - 1)].add(rank_correlation(found.evidence, without.evidence));
        }
    }
    s.deletion = deletion.value(), s.insertion = insertion.value(), s.sensitivity = moved.value();
    for (const Mean& mean : sanity) s.sanity.push_back(mean.value());
    return s;
}

Scores chance(const Weights& weights, const Gallery& gallery, int detailed) {
    Scores s{.method = "chance"};
    const Finder finder(72);
    Mean box, deletion, insertion;
    for (const Scene& scene : gallery.scenes)
        for (const Placed& garment : scene.garments)
            box.add(double(garment.box.rows.size()) * garment.box.columns.size() / (72.0 * 72.0));
    for (int k = 0; k < std::min(detailed, int(gallery.scenes.size())); ++k) {
        const Scene& scene = gallery.scenes[std::size_t(k)];
        const Question q = question(finder, weights, scene, scene.garments[0]);
        const std::vector<int> order = order_of(Tensor({.h = 72, .w = 72}), std::uint64_t(k));
        deletion.add(area(deletion_curve(q, order)));
        insertion.add(area(insertion_curve(q, order)));
    }
    s.pointing = s.energy = s.random_pointing = box.value();
    s.grid = s.grid_pointing = s.random_grid = 1.0 / 4;
    s.large_grid = 1.0 / 9;
    s.deletion = deletion.value(), s.insertion = insertion.value();
    s.sanity.assign(std::size_t(layers_that_learn(finder.graph)), 0);
    return s;
}

double bright_chance(const Gallery& gallery) {
    Mean share;
    for (const Scene& scene : gallery.scenes)
        for (const Placed& garment : scene.garments)
            share.add(*energy_inside({scene.picture, scene.picture, "image"}, garment.box));
    return share.value();
}

Table table_of(const std::vector<Scores>& all) {
    Table table = {{"method", "ms", "pointing, %", "energy, %", "2x2 grid, %", "3x3 grid, %", "deletion",
                    "insertion", "sanity", "sensitivity", "pointing, random weights",
                    "2x2 grid, random weights"}};
    for (const Scores& s : all)
        table.push_back({s.method, decimals(s.milliseconds, 2), percent(s.pointing), percent(s.energy),
                         percent(s.grid), percent(s.large_grid), decimals(s.deletion, 3),
                         decimals(s.insertion, 3), decimals(s.sanity.back(), 2), decimals(s.sensitivity, 2),
                         percent(s.random_pointing), percent(s.random_grid)});
    return table;
}

}  // namespace cnn
