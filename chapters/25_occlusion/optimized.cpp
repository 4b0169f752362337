// A patch changes a box of the picture, a somewhat larger box of the first map, and so on.  Outside of these
// boxes every map is that of the uncovered picture, which is computed once.  Inside, each layer runs on a
// crop.
//
// Places of the patch whose boxes have the same sizes go through the network as one batch.
#include <algorithm>
#include <map>

#include "crops.hpp"
#include "loss/loss.hpp"
#include "occlusion.hpp"

namespace cnn {

// [cost]
OcclusionCost occlusion_cost(const Classifier& net, const Occlusion& occlusion) {
    const Graph& graph = *net.image.graph;
    const Shape places = occlusion_shape(net, occlusion);
    OcclusionCost cost;
    for (int i = 0; i < places.h; ++i)
        for (int j = 0; j < places.w; ++j) {
            const std::vector<Crop> parts = crops(graph, net.image, covered_by(occlusion, i, j));
            for (std::size_t k = 0; k < parts.size(); ++k) {
                const Graph::Entry& entry = graph.entries()[k];
                if (!entry.operation || parts[k].out.empty()) continue;
                const std::int64_t whole = entry.operation->multiply_adds(graph.input_shapes(entry));
                const std::int64_t units = std::int64_t{entry.shape.h} * entry.shape.w;
                const Region& out = parts[k].out;
                cost.full += whole;
                cost.reached += whole * out.rows.size() * out.columns.size() / units;
            }
        }
    return cost;
}
// [cost]

namespace optimized {

namespace {

/// Places of the patch that share a batch, each with its crops.
struct Batch {
    std::vector<int> places;
    std::vector<std::vector<Crop>> crops;
};

Extent extent(const Region& region) { return {region.rows.size(), region.columns.size()}; }

MutableView part(MutableView map, const Region& region) {
    return map.window(region.rows.begin, region.columns.begin, extent(region));
}
View part(View map, const Region& region) {
    return map.window(region.rows.begin, region.columns.begin, extent(region));
}

class Sweep {
public:
    Sweep(const Classifier& net, const Weights& weights, View image, const Occlusion& occlusion)
        : graph_(*net.image.graph),
          weights_(weights),
          net_(net),
          occlusion_(occlusion),
          filling_(filling(image, occlusion.fill, occlusion.grey)),
          plain_(run(graph_, weights, {{net.image, image}}, before(net.logits))) {}

    /// The scores for all places of a batch.
    Tensor scores(const Batch& batch) const {
        std::vector<Tensor> changed(graph_.entries().size());
        for (std::size_t i = 0; i <= std::size_t(net_.logits.index); ++i) {
            if (batch.crops[0][i].out.empty() || !plain_.has(graph_.node(int(i)))) continue;
            changed[i] = int(i) == net_.image.index ? patches(batch) : layer(batch, changed, i);
        }
        return std::move(changed[std::size_t(net_.logits.index)]);
    }

private:
    /// The nodes that `last` depends on, itself included.
    std::vector<Node> before(Node last) const {
        std::vector<bool> needed(graph_.entries().size());
        needed[std::size_t(last.index)] = true;
        std::vector<Node> nodes;
        for (std::size_t i = needed.size(); i-- > 0;) {
            if (!needed[i]) continue;
            nodes.push_back(graph_.node(int(i)));
            for (const int input : graph_.entries()[i].inputs) needed[std::size_t(input)] = true;
        }
        return nodes;
    }

    Tensor patches(const Batch& batch) const {
        const Extent K = occlusion_.patch;
        Tensor all = Tensor::uninitialized({int(batch.places.size()), K.h, K.w, filling_.shape().c});
        for (int n = 0; n < all.shape().n; ++n) {
            const Region& box = batch.crops[std::size_t(n)][std::size_t(net_.image.index)].out;
            copy(part(filling_, box), all.view().images(n, 1));
        }
        return all;
    }

    // [layer]
    /// What changes in the map of node i: (batch, rows, columns, channels).
    Tensor layer(const Batch& batch, const std::vector<Tensor>& changed, std::size_t i) const {
        const Graph::Entry& entry = graph_.entries()[i];
        const Crop& first = batch.crops[0][i];
        std::vector<Tensor> inputs;
        Forward call{{{}, parameters_of(entry, weights_), Mode{}.at(i)}, {}};
        Shapes shapes;
        for (const int input : entry.inputs) {
            inputs.push_back(crop(batch, changed[std::size_t(input)], std::size_t(input), i));
            shapes.push_back(inputs.back().shape());
        }
        for (const Tensor& input : inputs) call.inputs.emplace_back(input);
        Tensor y = Tensor::uninitialized(entry.operation->output(shapes));
        entry.operation->forward(call, y);
        return first.all ? std::move(y) : Tensor(y.view().window(first.top, first.left, extent(first.out)));
    }

    /// The part of a map that layer i needs: the uncovered picture's, and over it what the patch changed.
    Tensor crop(const Batch& batch, const Tensor& changed, std::size_t map, std::size_t i) const {
        const View plain = plain_[graph_.node(int(map))];
        const Shape& s = plain.shape;
        Tensor all;
        for (std::size_t n = 0; n < batch.places.size(); ++n) {
            const Crop& layer = batch.crops[n][i];
            const Region in = layer.all ? Region{{0, s.h}, {0, s.w}} : layer.in;
            if (n == 0)
                all =
                    Tensor::uninitialized({int(batch.places.size()), in.rows.size(), in.columns.size(), s.c});
            const MutableView one = all.view().images(int(n), 1);
            copy(part(plain, in), one);
            if (changed.empty()) continue;

            const Region& box = batch.crops[n][map].out;
            const Region both{intersection(in.rows, box.rows), intersection(in.columns, box.columns)};
            if (both.empty()) continue;
            const auto from = [&](const Region& origin) {
                return Region{
                    {both.rows.begin - origin.rows.begin, both.rows.end - origin.rows.begin},
                    {both.columns.begin - origin.columns.begin, both.columns.end - origin.columns.begin}};
            };
            copy(part(changed.view().images(int(n), 1), from(box)), part(one, from(in)));
        }
        return all;
    }
    // [layer]

    const Graph& graph_;
    const Weights& weights_;
    const Classifier& net_;
    const Occlusion& occlusion_;
    Tensor filling_;
    Activations plain_;
};

}  // namespace

// [optimized]
Tensor occlusion(const Classifier& net, const Weights& weights, View image, const Occlusion& occlusion) {
    require_picture("occlusion", net, image);
    constexpr std::size_t largest_batch = 64;
    Tensor map(occlusion_shape(net, occlusion));
    const int columns = map.shape().w, places = map.shape().h * columns;

    std::map<std::vector<int>, std::vector<Batch>> groups;
    for (int place = 0; place < places; ++place) {
        const Region patch = covered_by(occlusion, place / columns, place % columns);
        std::vector<Crop> parts = crops(*net.image.graph, net.image, patch);
        std::vector<int> geometry;
        for (const Crop& part : parts)
            for (const int number : part.geometry()) geometry.push_back(number);
        std::vector<Batch>& alike = groups[geometry];
        if (alike.empty() || alike.back().places.size() == largest_batch) alike.emplace_back();
        alike.back().places.push_back(place);
        alike.back().crops.push_back(std::move(parts));
    }

    const Sweep sweep(net, weights, image, occlusion);
    int done = 0;
    for (const auto& [_, alike] : groups)
        for (const Batch& batch : alike) {
            const Tensor z = sweep.scores(batch);
            const Tensor scores = occlusion.logits ? z : softmax(z);
            for (int n = 0; n < int(batch.places.size()); ++n) {
                const int place = batch.places[std::size_t(n)];
                copy(scores.view().images(n, 1), map.view().window(place / columns, place % columns, 1));
            }
            done += int(batch.places.size());
            if (occlusion.on_step) occlusion.on_step(done, places);
        }
    return map;
}
// [optimized]

}  // namespace optimized

}  // namespace cnn
