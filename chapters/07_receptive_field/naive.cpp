#include <algorithm>

#include "common/graph/run.hpp"
#include "effective.hpp"
#include "receptive_field.hpp"

namespace cnn {

namespace {

// How many probes run at a time.
constexpr int batch = 64;

// [probe]
// Lights one pixel after another in a dark image; visit(row, column, dark map, lit map) for each.
template <class Visit>
void probe(const Graph& graph, Node node, const Visit& visit) {
    const Weights weights = open_weights(graph);
    const Node input = graph.node(0);
    const auto [_, H, W, C] = input.shape();
    const auto map_of = [&](View images) {
        Activations maps = run(graph, weights, {{input, images}}, {node});
        return Tensor(maps[node]);
    };
    const Tensor dark = map_of(Tensor(input.shape()));

    for (int first = 0; first < H * W; first += batch) {
        Tensor images({.n = std::min(batch, H * W - first), .h = H, .w = W, .c = C});
        for (int n = 0; n < images.shape().n; ++n) {
            const int pixel = first + n;
            fill(images.view().images(n, 1).window(pixel / W, pixel % W, 1), 1);
        }
        const Tensor lit = map_of(images);
        for (int n = 0; n < images.shape().n; ++n)
            visit((first + n) / W, (first + n) % W, View(dark), View(lit).images(n, 1));
    }
}

bool moved(View dark, View lit, int i, int j) {
    for (int c = 0; c < dark.shape.c; ++c)
        if (lit(0, i, j, c) != dark(0, i, j, c)) return true;
    return false;
}
// [probe]

Range with(Range range, int i) {
    return range.empty() ? Range{i, i + 1} : Range{std::min(range.begin, i), std::max(range.end, i + 1)};
}

}  // namespace

Weights open_weights(const Graph& graph) {
    Weights weights = initialise(graph, 1);
    for (const Parameter& p : graph.parameters()) {
        Tensor& tensor = weights[p.name];
        if (p.layout != Layout::vector)
            fill(tensor, real(1.0 / (double(p.shape.n) * p.shape.h * p.shape.w)));
        else
            fill(tensor, p.initialiser.kind == Initialiser::Kind::ones ? 1 : 0);
    }
    return weights;
}

Region extent_of(View map) {
    Region box;
    for (int i = 0; i < map.shape.h; ++i)
        for (int j = 0; j < map.shape.w; ++j)
            for (int c = 0; c < map.shape.c; ++c)
                if (map(0, i, j, c) != 0) box = {with(box.rows, i), with(box.columns, j)};
    return box;
}

Tensor influence(const Graph& graph, Node node, int i, int j) {
    const Shape& image = graph.node(0).shape();
    Tensor mask({.h = image.h, .w = image.w});
    probe(graph, node, [&](int row, int column, View dark, View lit) {
        mask(0, row, column, 0) = moved(dark, lit, i, j);
    });
    return mask;
}

namespace naive {

// [fields]
std::vector<Region> fields(const Graph& graph, Node node) {
    const Shape& map = node.shape();
    std::vector<Region> all(std::size_t(map.h * map.w));
    probe(graph, node, [&](int row, int column, View dark, View lit) {
        for (int i = 0; i < map.h; ++i)
            for (int j = 0; j < map.w; ++j) {
                Region& field = all[std::size_t(i * map.w + j)];
                if (moved(dark, lit, i, j)) field = {with(field.rows, row), with(field.columns, column)};
            }
    });
    return all;
}

std::vector<Region> fields_by_gradient(const Graph& graph, Node node) {
    const std::unique_ptr<Graph> open = without_maxima(graph);
    const Weights weights = open_weights(*open);
    Tensor bright(open->node(0).shape());
    fill(bright, 1);

    const Activations maps = run(*open, weights, {{open->node(0), bright}}, all_nodes(*open));

    std::vector<Region> all;
    for (int i = 0; i < node.shape().h; ++i)
        for (int j = 0; j < node.shape().w; ++j)
            all.push_back(extent_of(gradient_map(*open, weights, maps, open->node(node.index), i, j)));
    return all;
}
// [fields]

}  // namespace naive

}  // namespace cnn
