#include "scores.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "common/base/error.hpp"
#include "common/base/random.hpp"

namespace cnn {

namespace {

double inside(View map, const Region& box) {
    double sum = 0;
    for (int i = box.rows.begin; i < box.rows.end; ++i)
        for (int j = box.columns.begin; j < box.columns.end; ++j) sum += double(map(0, i, j, 0));
    return sum;
}

/// The probabilities while pixels of `from` are replaced by those of `to`.
std::vector<double> curve(const Question& q, View from, View to, const std::vector<int>& order, int steps) {
    const auto [N, H, W, C] = from.shape;
    require(steps >= 1 && int(order.size()) == H * W, "curve: ", steps, " steps and an order of ",
            order.size(), " pixels for a picture of ", H, 'x', W, "; it must name every pixel once");
    Tensor batch = Tensor::uninitialized({steps + 1, H, W, C});
    Tensor now(from);
    std::size_t done = 0;
    for (int step = 0; step <= steps; ++step) {
        const auto until = order.size() * std::size_t(step) / std::size_t(steps);
        for (; done < until; ++done) {
            const int i = order[done] / W, j = order[done] % W;
            std::copy_n(to.pixel(0, i, j), C, now.view().pixel(0, i, j));
        }
        copy(now, batch.view().images(step, 1));
    }
    const Tensor p = probabilities(q.net, q.weights, batch);
    std::vector<double> all;
    for (int step = 0; step <= steps; ++step) all.push_back(double(p(step, 0, 0, q.label)));
    return all;
}

/// Ranks from 0 on; equal numbers share the mean of theirs.
std::vector<double> ranks(View map) {
    const Tensor values(map);
    std::vector<int> order(values.flat().size());
    std::iota(order.begin(), order.end(), 0);
    const auto value = [&](int k) { return values.flat()[std::size_t(k)]; };
    std::ranges::stable_sort(order, {}, value);
    std::vector<double> rank(order.size());
    for (std::size_t first = 0; first < order.size();) {
        std::size_t end = first;
        while (end < order.size() && value(order[end]) == value(order[first])) ++end;
        for (std::size_t k = first; k < end; ++k) rank[std::size_t(order[k])] = (double(first + end) - 1) / 2;
        first = end;
    }
    return rank;
}

}  // namespace

// [pointing]
bool points_at(const Explanation& explanation, const Region& box) {
    const View map = explanation.evidence;
    const Place at = largest(map);
    const bool flat = map(0, at.row, at.column, 0) == std::ranges::min(explanation.evidence.flat());
    return !flat && box.rows.begin <= at.row && at.row < box.rows.end && box.columns.begin <= at.column &&
           at.column < box.columns.end;
}
// [pointing]

// [energy]
std::optional<double> energy_inside(const Explanation& explanation, const Region& box) {
    const Shape s = explanation.evidence.shape();
    const double all = inside(explanation.evidence, {{0, s.h}, {0, s.w}});
    if (!(all > 0)) return std::nullopt;
    return inside(explanation.evidence, box) / all;
}
// [energy]

std::vector<int> order_of(View evidence, std::uint64_t seed) {
    const Tensor map(evidence);
    std::vector<int> order(map.flat().size());
    std::iota(order.begin(), order.end(), 0);
    Random random(seed);
    random.shuffle(std::span<int>(order));
    std::ranges::stable_sort(order, std::ranges::greater{},
                             [&](int k) { return map.flat()[std::size_t(k)]; });
    return order;
}

// [deletion]
std::vector<double> deletion_curve(const Question& q, const std::vector<int>& order, int steps) {
    return curve(q, q.image, filling(q.image, Fill::grey, q.blank), order, steps);
}

std::vector<double> insertion_curve(const Question& q, const std::vector<int>& order, int steps) {
    return curve(q, blurred(q.image, std::min(q.image.shape.h, q.image.shape.w) / 8.0), q.image, order,
                 steps);
}
// [deletion]

double area(const std::vector<double>& curve) {
    double sum = 0;
    for (std::size_t k = 1; k < curve.size(); ++k) sum += (curve[k - 1] + curve[k]) / 2;
    return sum / double(curve.size() - 1);
}

// [correlation]
double rank_correlation(View a, View b) {
    require(a.shape == b.shape, "rank_correlation: maps of ", a.shape, " and ", b.shape,
            "; both must have one shape");
    const std::vector<double> x = ranks(a), y = ranks(b);
    const double mean = (double(x.size()) - 1) / 2;
    double xy = 0, xx = 0, yy = 0;
    for (std::size_t k = 0; k < x.size(); ++k) {
        xy += (x[k] - mean) * (y[k] - mean);
        xx += (x[k] - mean) * (x[k] - mean);
        yy += (y[k] - mean) * (y[k] - mean);
    }
    return xx > 0 && yy > 0 ? xy / std::sqrt(xx * yy) : 0;
}
// [correlation]

double sensitivity(const Method& method, const Question& q, double most, int draws, std::uint64_t seed) {
    const Tensor before = scaled(method.explain(q).evidence), image(q.image);
    const auto [low, high] = std::ranges::minmax(image.flat());
    const double reach = most * double(high - low);
    Random random(seed);
    double largest_change = 0;
    for (int draw = 0; draw < draws; ++draw) {
        Tensor noisy = image;
        for (real& value : noisy.flat()) value += real(random.uniform(-reach, reach));
        Question again = q;
        again.image = noisy;
        const Tensor after = scaled(method.explain(again).evidence);
        double change = 0, size = 0;
        for (std::size_t k = 0; k < before.flat().size(); ++k) {
            change += std::pow(double(after.flat()[k] - before.flat()[k]), 2);
            size += std::pow(double(before.flat()[k]), 2);
        }
        if (size > 0) largest_change = std::max(largest_change, std::sqrt(change / size));
    }
    return largest_change;
}

namespace {

bool learns(const Graph::Entry& entry) {
    return std::ranges::any_of(entry.parameters, [](const Parameter& p) { return p.role == Role::weight; });
}

}  // namespace

int layers_that_learn(const Graph& graph) { return int(std::ranges::count_if(graph.entries(), learns)); }

// [randomised]
Weights randomised(const Graph& graph, const Weights& weights, int layers, std::uint64_t seed) {
    const int all = layers_that_learn(graph);
    require(0 <= layers && layers <= all, "randomised: ", layers, " layers asked for; ", all, " learn");
    const Weights fresh = initialise(graph, seed);
    Weights result = weights;
    for (auto entry = graph.entries().rbegin(); entry != graph.entries().rend() && layers > 0; ++entry) {
        if (!learns(*entry)) continue;
        for (const Parameter& p : entry->parameters)
            if (p.role == Role::weight) result.set(p.name, fresh[p.name]);
        --layers;
    }
    return result;
}
// [randomised]

}  // namespace cnn
