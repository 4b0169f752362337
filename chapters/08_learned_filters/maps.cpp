// Where a search's maps come from, and how much the pictures that it finds agree.
#include <algorithm>
#include <memory>
#include <utility>

#include "common/base/error.hpp"
#include "common/kernels/finite.hpp"
#include "learned_filters.hpp"

namespace cnn {

Maps stored(View maps) {
    Shape one = maps.shape;
    one.n = 1;
    return {one, maps.shape.n, 16, [maps](int first, int count) { return maps.images(first, count); }};
}

Maps maps_of(const Weights& weights, Node image, Node node, int count, Pictures pictures) {
    const auto kept = std::make_shared<Activations>();
    return {node.shape(), count, 16,
            [&weights, image, node, kept, pictures = std::move(pictures)](int first, int some) {
                const Tensor x = pictures(first, some);
                *kept = run(*node.graph, weights, {{image, x}}, {node});
                require_finite(node, (*kept)[node], first);
                return (*kept)[node].view();
            }};
}

Maps maps_of(const Weights& weights, Node image, Node node, View pictures) {
    return maps_of(weights, image, node, pictures.shape.n,
                   [pictures](int first, int count) { return Tensor(pictures.images(first, count)); });
}

void require_search(const Shape& map, int pictures, int k) {
    require(k >= 1, "learned filters: the best ", k, " were asked for; it must be at least 1");
    require(pictures >= 1, "learned filters: there are no pictures to search");
    constexpr int exact = 1 << 24;
    require(std::int64_t{map.h} * map.w <= exact, "learned filters: a map of ", map.h, 'x', map.w,
            " is too large; up to ", exact, " units have a number");
}

void require_finite(Node node, View maps, int first) {
    require(all_finite(maps), "learned filters: \"", node.name(),
            "\" holds a number that is not finite for one of the pictures ", first, " to ",
            first + maps.shape.n - 1);
}

double purity(const std::vector<Maximum>& best, const std::vector<int>& labels) {
    require(!best.empty(), "purity: there are no maxima");
    std::vector<int> shown;
    for (const Maximum& m : best) shown.push_back(labels.at(std::size_t(m.picture)));
    std::ptrdiff_t most = 0;
    for (const int label : shown) most = std::max(most, std::ranges::count(shown, label));
    return double(most) / double(shown.size());
}

double purity(const Strongest& found, const std::vector<int>& labels) {
    double sum = 0;
    int excited = 0;
    for (const auto& best : found.channels)
        if (!best.empty() && best[0].value > 0) sum += purity(best, labels), ++excited;
    require(excited > 0, "purity: no picture excites any of the ", found.channels.size(), " channels");
    return sum / excited;
}

}  // namespace cnn
