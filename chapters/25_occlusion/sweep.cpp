#include "sweep.hpp"

#include <algorithm>

#include "common/graph/window_operation.hpp"
#include "common/machine/parallel.hpp"

namespace cnn {

namespace {

/// m pixels from `data` on: side by side, or one under another.
template <class Number>
BasicView<Number> pixels(Number* data, int m, int c, bool column) {
    const std::ptrdiff_t pitch = c, row = column ? pitch : pitch * m;
    return {data, column ? Shape{1, m, 1, c} : Shape{1, 1, m, c}, pitch * m, row, pitch};
}

}  // namespace

Sweep::Sweep(const Classifier& net, const Weights& weights, View image, const Occlusion& occlusion)
    : graph_(*net.image.graph),
      net_(net),
      filling_(filling(image, occlusion.fill, occlusion.grey)),
      needed_(ancestors(graph_, {net.logits}, std::vector<bool>(graph_.entries().size()))),
      plain_(run(graph_, weights, {{net.image, image}}, needed_nodes())),
      reach_(net, occlusion) {
    for (std::size_t i = 0; i < needed_.size(); ++i)
        layers_.push_back(needed_[i] && entry(i).operation ? layer(i, weights) : Layer{});
    together_ = affordable();
}

/// So many places that the units of the largest map that change are a cache's worth, and products have rows.
int Sweep::affordable() const {
    constexpr std::int64_t numbers = 1 << 17;
    const int middle = places() / 2;
    std::int64_t most = 1;
    for (std::size_t i = 0; i < needed_.size(); ++i) {
        const Region box = reach_.box(i, middle);
        if (!needed_[i] || box.empty()) continue;
        most = std::max(most, std::int64_t{box.rows.size()} * box.columns.size() * entry(i).shape.c);
    }
    return int(std::clamp<std::int64_t>(numbers / most, 32, 256));
}

std::vector<Region> Sweep::boxes(std::size_t node, Range places) const {
    std::vector<Region> all;
    for (int place = places.begin; place < places.end; ++place) all.push_back(reach_.box(node, place));
    return all;
}

std::vector<Node> Sweep::needed_nodes() const {
    std::vector<Node> nodes;
    for (const Node& node : all_nodes(graph_))
        if (needed_[std::size_t(node.index)]) nodes.push_back(node);
    return nodes;
}

Sweep::Layer Sweep::layer(std::size_t node, const Weights& weights) {
    const Graph::Entry& of = entry(node);
    for (const int input : of.inputs) layers_[std::size_t(input)].last_use = node;
    const Shapes shapes = graph_.input_shapes(of);
    const std::vector<View> parameters = parameters_of(of, weights);
    Layer layer;
    layer.window = of.operation->window(shapes);
    const Window& w = layer.window;

    // A box needs a box where windows are boxes, and where further inputs are as large as the output.
    const auto fits = [&](const Shape& x) { return x.h == of.shape.h && x.w == of.shape.w; };
    const bool boxes = !w.whole && !w.transposed && !w.repeats &&
                       std::all_of(shapes.begin() + (shapes.empty() ? 0 : 1), shapes.end(), fits);
    layer.pointwise =
        boxes && w.kernel == Extent(1) && w.stride == Extent(1) && w.padding == Sides(0) && fits(shapes[0]);
    const auto* windows = dynamic_cast<const WindowOperation*>(of.operation.get());
    if (boxes && windows != nullptr)
        if (const auto on_windows = windows->on_windows(parameters)) {
            layer.windowed = true;
            layer.beyond = on_windows->beyond;
            layer.call = on_windows->call;
        }
    layer.local = layer.pointwise || layer.windowed;
    if (!layer.call)
        layer.call = [&of, parameters, mode = Mode{}.at(node)](const std::vector<View>& x, MutableView y) {
            of.operation->forward({{x, parameters, mode}, {}}, y);
        };
    return layer;
}

Tensor Sweep::scores(Range places) const {
    std::vector<Changed> changed(needed_.size());
    for (std::size_t i = 0; i < needed_.size(); ++i) {
        if (!needed_[i]) continue;
        if (int(i) == net_.image.index)
            changed[i] = fillings(boxes(i, places));
        else if (entry(i).operation)
            changed[i] =
                layers_[i].local ? local(i, boxes(i, places), changed) : whole(i, places.size(), changed);
        for (const int input : entry(i).inputs)
            if (layers_[std::size_t(input)].last_use == i) changed[std::size_t(input)].units = {};
    }
    Tensor z = Tensor::uninitialized({places.size(), 1, 1, net_.logits.shape().c});
    const PatchedMap scores(plain_[net_.logits], changed[std::size_t(net_.logits.index)]);
    for (int n = 0; n < z.shape().n; ++n) scores.line(n, 0, 0, 1, z.view().pixel(n, 0, 0));
    return z;
}

Changed Sweep::fillings(const std::vector<Region>& patches) const {
    const int c = filling_.shape().c;
    Changed image(patches, c);
    for (const auto& share : shares(image, 1))
        for (const UnitRow& row : share)
            std::copy_n(filling_.view().pixel(0, row.row, row.columns.begin), row.columns.size() * c,
                        image.units.view().pixel(0, 0, row.first));
    return image;
}

// [local]
/// The units of a node that change, from the windows that they see.
Changed Sweep::local(std::size_t node, const std::vector<Region>& boxes,
                     const std::vector<Changed>& changed) const {
    const Extent K = layers_[node].window.kernel;
    Changed y(boxes, entry(node).shape.c);
    const int taps = K.h * K.w * graph_.input_shapes(entry(node))[0].c;
    constexpr int near = 1 << 16;  // numbers of windows that stay in a core's own cache
    const std::vector<std::vector<UnitRow>> all = shares(y, std::clamp(near / taps, 48, 256));
    parallel_for(int(all.size()), [&](int s) { share(node, all[std::size_t(s)], changed, y); });
    return y;
}

void Sweep::share(std::size_t node, const std::vector<UnitRow>& rows, const std::vector<Changed>& changed,
                  Changed& y) const {
    const Layer& layer = layers_[node];
    const int first = rows.front().first, m = rows.back().first + rows.back().columns.size() - first;
    std::vector<Tensor> copies;
    std::vector<View> inputs;
    std::vector<real> line;
    for (std::size_t k = 0; k < entry(node).inputs.size(); ++k) {
        const int input = entry(node).inputs[k];
        const Changed& from = changed[std::size_t(input)];
        const Window window = k == 0 ? layer.window : Window{};
        const int c = graph_.node(input).shape().c, taps = window.kernel.h * window.kernel.w;
        if ((k > 0 || layer.pointwise) && from.boxes == y.boxes) {
            inputs.push_back(pixels(from.units.view().pixel(0, 0, first), m, c, layer.windowed));
            continue;
        }
        copies.push_back(Tensor::uninitialized({1, m * window.kernel.h, window.kernel.w, c}));
        const View windows = copies.back();
        const PatchedMap map(plain_[graph_.node(input)], from, layer.beyond);
        for (const UnitRow& row : rows)
            map.windows(row, window, copies.back().view().pixel(0, (row.first - first) * window.kernel.h, 0),
                        line);
        inputs.push_back(taps == 1 ? pixels(windows.data, m, c, layer.windowed) : windows);
    }
    layer.call(inputs, pixels(y.units.view().pixel(0, 0, first), m, y.units.shape().c, layer.windowed));
}
// [local]

/// A layer that sees its whole inputs runs on the maps of all places.
Changed Sweep::whole(std::size_t node, int places, const std::vector<Changed>& changed) const {
    std::vector<Tensor> maps;
    for (const int input : entry(node).inputs) {
        Shape x = graph_.node(input).shape();
        x.n = places;
        maps.push_back(Tensor::uninitialized(x));
        const PatchedMap map(plain_[graph_.node(input)], changed[std::size_t(input)]);
        parallel_for(places, [&, all = maps.back().view()](int place) {
            for (int row = 0; row < x.h; ++row) map.line(place, row, 0, x.w, all.pixel(place, row, 0));
        });
    }
    const Shape& s = entry(node).shape;
    Changed y(std::vector<Region>(std::size_t(places), {{0, s.h}, {0, s.w}}), s.c);
    y.units = std::move(y.units).reshaped({places, s.h, s.w, s.c});
    layers_[node].call({maps.begin(), maps.end()}, y.units);
    y.units = std::move(y.units).reshaped({.w = places * s.h * s.w, .c = s.c});
    return y;
}

}  // namespace cnn
