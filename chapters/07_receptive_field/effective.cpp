#include "effective.hpp"

#include <algorithm>
#include <cmath>

#include "common/base/error.hpp"
#include "common/graph/differentiate.hpp"
#include "common/graph/run.hpp"

namespace cnn {

namespace {

/// The mean over a window, as a layer: y = sum of the taps / their number.
class WindowMean : public Operation {
public:
    /// A size of 0x0 follows from the window; pooling with ceil needs it told.
    WindowMean(const Window& window, Extent size) : window_(window), size_(size) {}

    std::string kind() const override { return "window_mean"; }
    Shape output(const Shapes& inputs) const override {
        const Shape& x = inputs[0];
        if (size_.h > 0) return {x.n, size_.h, size_.w, x.c};
        if (window_.whole) return {.n = x.n, .c = x.c};
        const auto& [K, S, P, d, transposed, whole, repeats] = window_;
        const auto length = [&, transposed = window_.transposed](int n, int kernel, int stride, int padding,
                                                                 int dilation) {
            const int reach = dilation * (kernel - 1) + 1;
            return transposed ? (n - 1) * stride + reach - padding : (n + padding - reach + stride) / stride;
        };
        const Shape y{x.n, length(x.h, K.h, S.h, P.top + P.bottom, d.h),
                      length(x.w, K.w, S.w, P.left + P.right, d.w), x.c};
        require(y.h > 0 && y.w > 0, "window_mean: a window of ", K, " does not fit a map of ", x.h, 'x', x.w,
                "; pad it or take a smaller one");
        return y;
    }
    Window window(const Shapes& /*inputs*/) const override { return window_; }

    void forward(const Forward& call, MutableView y) const override {
        fill(y, 0);
        const View x = call.inputs[0];
        each(x.shape, y.shape, [&](int n, int row, int column, int i, int j, real weight) {
            for (int c = 0; c < y.shape.c; ++c) y(n, i, j, c) += weight * x(n, row, column, c);
        });
    }
    void backward(const Backward& call) const override {
        const MutableView dx = call.input_gradients[0];
        if (dx.empty()) return;
        fill(dx, 0);
        const View dy = call.output_gradient;
        each(dx.shape, dy.shape, [&](int n, int row, int column, int i, int j, real weight) {
            for (int c = 0; c < dy.shape.c; ++c) dx(n, row, column, c) += weight * dy(n, i, j, c);
        });
    }

private:
    /// visit(n, row, column, i, j, weight) wherever output (i, j) reads input (row, column).
    template <class Visit>
    void each(const Shape& x, const Shape& y, const Visit& visit) const {
        const auto& [K, S, P, d, transposed, whole, repeats] = window_;
        if (whole) {
            for (int n = 0; n < x.n; ++n)
                for (int row = 0; row < x.h; ++row)
                    for (int column = 0; column < x.w; ++column)
                        visit(n, row, column, 0, 0, real(1.0 / (x.h * x.w)));
            return;
        }
        const Shape& near = transposed ? x : y;
        const Shape& far = transposed ? y : x;
        for (int n = 0; n < x.n; ++n)
            for (int i = 0; i < near.h; ++i)
                for (int j = 0; j < near.w; ++j)
                    for (int m = 0; m < K.h; ++m)
                        for (int l = 0; l < K.w; ++l) {
                            const int row = i * S.h + m * d.h - P.top, column = j * S.w + l * d.w - P.left;
                            if (row < 0 || row >= far.h || column < 0 || column >= far.w) continue;
                            const real weight = real(1.0 / (K.h * K.w));
                            transposed ? visit(n, i, j, row, column, weight)
                                       : visit(n, row, column, i, j, weight);
                        }
    }

    Window window_;
    Extent size_;
};

}  // namespace

Node window_mean(Node x, const Window& window, std::string name) {
    return x.then(std::make_shared<WindowMean>(window, Extent(0)), std::move(name));
}

std::unique_ptr<Graph> without_maxima(const Graph& graph) {
    auto open = std::make_unique<Graph>();
    for (const Graph::Entry& entry : graph.entries()) {
        if (!entry.operation) {
            open->input(entry.shape, entry.name);
            continue;
        }
        std::vector<Node> inputs;
        for (const int input : entry.inputs) inputs.push_back(open->node(input));
        std::shared_ptr<const Operation> operation = entry.operation;
        if (operation->kind() == "max_pool2d")
            operation = std::make_shared<WindowMean>(operation->window(graph.input_shapes(entry)),
                                                     Extent(entry.shape.h, entry.shape.w));
        open->add(std::move(operation), inputs, entry.name);
    }
    return open;
}

// [gradient]
Tensor gradient_map(const Graph& graph, const Weights& weights, const Activations& maps, Node node, int i,
                    int j) {
    const Node input = graph.node(0);
    Tensor seed(node.shape());
    fill(seed.view().window(i, j, 1), 1);
    const Gradients gradients =
        differentiate(graph, weights, maps, {{node, seed}}, {.nodes = {input}, .parameters = {}});

    const Tensor& dx = gradients[input];
    Tensor map({.h = dx.shape().h, .w = dx.shape().w});
    for (int row = 0; row < dx.shape().h; ++row)
        for (int column = 0; column < dx.shape().w; ++column)
            for (int c = 0; c < dx.shape().c; ++c) map(0, row, column, 0) += std::abs(dx(0, row, column, c));
    return map;
}
// [gradient]

Tensor gradient_map(const Graph& graph, const Weights& weights, View image, Node node, int i, int j) {
    return gradient_map(graph, weights, run(graph, weights, {{graph.node(0), image}}, all_nodes(graph)), node,
                        i, j);
}

double share(View map, const Region& region) {
    double inside = 0, all = 0;
    for (int i = 0; i < map.shape.h; ++i)
        for (int j = 0; j < map.shape.w; ++j) {
            const double value = double(map(0, i, j, 0));
            const bool in = region.rows.begin <= i && i < region.rows.end && region.columns.begin <= j &&
                            j < region.columns.end;
            all += value;
            if (in) inside += value;
        }
    require(all > 0, "share: the map is zero everywhere; was the path closed by a ReLU?");
    return inside / all;
}

int side_holding(View map, int row, int column, double part) {
    for (int radius = 0;; ++radius) {
        const Region square{{row - radius, row + radius + 1}, {column - radius, column + radius + 1}};
        if (share(map, square) >= part || radius > map.shape.h + map.shape.w) return 2 * radius + 1;
    }
}

}  // namespace cnn
