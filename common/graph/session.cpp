#include "common/graph/session.hpp"

#include <algorithm>
#include <limits>

#include "common/base/error.hpp"

namespace cnn {

namespace {

constexpr std::size_t forever = std::numeric_limits<std::size_t>::max();

// Contiguous numbers of this shape, at a place that is never read: for asking what a view would look like.
View imagined(const Shape& s) {
    static const real here = 0;
    const std::ptrdiff_t c = s.c;
    return {&here, s, c * s.w * s.h, c * s.w, c};
}

}  // namespace

Session::Session(const Graph& graph, const Weights& weights, const FedShapes& fed,
                 const std::vector<Node>& keep, const Mode& mode)
    : graph_(graph),
      fed_(graph.entries().size()),
      shapes_(graph.entries().size()),
      places_(graph.entries().size()),
      maps_(graph.entries().size()),
      views_(graph.entries().size()),
      keep_(keep) {
    require(!mode.training, "session: a session is for inference; train with run and differentiate");
    for (const auto& [node, shape] : fed) {
        require(node.graph == &graph, "session: \"", node.name(), "\" is a node of another graph");
        fed_[std::size_t(node.index)] = true;
        shapes_[std::size_t(node.index)] = shape;
    }
    std::vector<bool> kept(fed_.size());
    for (const Node& node : keep) {
        require(node.graph == &graph, "session: \"", node.name(), "\" is a node of another graph");
        kept[std::size_t(node.index)] = true;
    }
    needed_ = ancestors(graph, keep, fed_);
    for (std::size_t i = 0; i < fed_.size(); ++i) {
        places_[i].owner = i;
        if (!needed_[i] || fed_[i]) continue;
        require(entry(i).operation != nullptr, "session: the input \"", entry(i).name, "\" is not fed");
        shapes_[i] = entry(i).operation->output(input_shapes(i));
    }
    find_views(mode);
    choose_places(kept);
    lay_out(kept);
    prepare(weights, mode);
}

Shapes Session::input_shapes(std::size_t node) const {
    Shapes shapes;
    for (const int input : entry(node).inputs) shapes.push_back(shapes_[std::size_t(input)]);
    return shapes;
}

// Which maps are views of others; what is fed may be anywhere, so its views are copies.
void Session::find_views(const Mode& mode) {
    for (std::size_t i = 0; i < fed_.size(); ++i) {
        if (!needed_[i]) continue;
        views_[i] = imagined(shapes_[i]);
        if (fed_[i] || entry(i).inputs.empty()) continue;
        const auto input = std::size_t(entry(i).inputs[0]);
        if (fed_[input]) continue;
        if (const auto view = entry(i).operation->view_of(views_[input], mode.at(i))) {
            views_[i] = *view;
            places_[i] = {places_[input].owner, 0, true, 0};
        }
    }
}

// From the last node to the first, each lets its inputs be made where it would put them.
void Session::choose_places(const std::vector<bool>& kept) {
    std::vector<bool> settled = fed_;  // has its place, or must have memory of its own
    std::vector<std::size_t> last_reader(fed_.size());
    std::vector<std::size_t> overwritten(fed_.size(), forever);  // by which node, in place
    for (std::size_t i = 0; i < fed_.size(); ++i) {
        if (!needed_[i] || fed_[i]) continue;
        for (const int input : entry(i).inputs) last_reader[std::size_t(input)] = i;
        if (places_[i].is_view) settled[i] = settled[std::size_t(entry(i).inputs[0])] = true;
    }
    for (std::size_t i = fed_.size(); i-- > 0;) {
        if (!computed(i)) continue;
        const Operation& operation = *entry(i).operation;
        const Shapes shapes = input_shapes(i);
        for (std::size_t k = 0; k < shapes.size(); ++k) {
            const auto input = std::size_t(entry(i).inputs[k]);
            if (settled[input]) continue;
            if (const auto channel = operation.place_of(k, shapes)) {
                // Who overwrites the whole overwrites this part: nobody may read it from then on.
                const bool lasts = kept[input] || last_reader[input] >= overwritten[i];
                if (lasts && overwritten[i] != forever) continue;
                overwritten[input] = overwritten[i];
                places_[input] = {places_[i].owner, places_[i].channel + *channel, false, 0};
                settled[input] = true;
            } else if (k == 0 && operation.in_place() && last_reader[input] == i && !kept[input] &&
                       shapes[0] == shapes_[i]) {
                overwritten[input] = i;
                places_[input] = places_[i];
                settled[input] = true;
            }
        }
    }
}

// Gives every owner a stretch of the arena that nothing else uses while it lives, the largest first.
void Session::lay_out(const std::vector<bool>& kept) {
    struct Life {
        std::size_t first = forever, last = 0;
    };
    std::vector<Life> lives(fed_.size());
    for (std::size_t i = 0; i < fed_.size(); ++i) {
        if (!needed_[i] || fed_[i]) continue;
        Life& mine = lives[places_[i].owner];
        mine.first = std::min(mine.first, i);
        mine.last = kept[i] ? forever : std::max(mine.last, i);
        for (const int input : entry(i).inputs) {
            Life& read = lives[places_[std::size_t(input)].owner];
            read.last = std::max(read.last, i);
        }
    }
    std::vector<std::size_t> owners;
    for (std::size_t i = 0; i < fed_.size(); ++i)
        if (computed(i) && places_[i].owner == i) owners.push_back(i);
    std::ranges::stable_sort(owners, std::greater<>(), [&](std::size_t i) { return shapes_[i].size(); });

    const auto length = [&](std::size_t i) { return (shapes_[i].size() + 15) / 16 * 16; };
    std::vector<std::size_t> placed;
    std::int64_t size = 0;
    for (const std::size_t i : owners) {
        // The first gap between those that live at the same time, in the order of their places.
        std::int64_t at = 0;
        for (const std::size_t other : placed) {
            if (lives[other].last < lives[i].first || lives[i].last < lives[other].first) continue;
            if (at + length(i) <= places_[other].offset) break;
            at = std::max(at, places_[other].offset + length(other));
        }
        places_[i].offset = at;
        size = std::max(size, at + length(i));
        placed.insert(
            std::ranges::upper_bound(placed, at, {}, [&](std::size_t p) { return places_[p].offset; }), i);
    }
    require(size <= std::numeric_limits<int>::max(), "session: all maps together are ", size,
            " numbers, more than one tensor holds; run smaller batches");
    arena_ = Tensor::uninitialized({.c = int(size)});
}

void Session::prepare(const Weights& weights, const Mode& mode) {
    for (std::size_t i = 0; i < fed_.size(); ++i) {
        if (!needed_[i] || fed_[i]) continue;
        if (places_[i].is_view) {
            views_[i] = *entry(i).operation->view_of(views_[std::size_t(entry(i).inputs[0])], mode.at(i));
            continue;
        }
        // The owner's memory under this map's own batch, rows and columns.
        Shape whole = shapes_[i];
        whole.c = shapes_[places_[i].owner].c;
        const std::ptrdiff_t c = whole.c;
        const MutableView all{arena_.flat().data() + places_[places_[i].owner].offset, whole,
                              c * whole.w * whole.h, c * whole.w, c};
        maps_[i] = all.channels(places_[i].channel, shapes_[i].c);
        views_[i] = maps_[i];
        steps_.push_back(
            {i, entry(i).operation->prepare(input_shapes(i), parameters_of(entry(i), weights), mode.at(i))});
    }
    for (const Node& node : keep_) results_.push_back(views_[std::size_t(node.index)]);
}

const std::vector<View>& Session::run(const Feeds& feeds) {
    for (const auto& [node, value] : feeds) {
        const auto i = std::size_t(node.index);
        require(node.graph == &graph_ && fed_[i], "session: it was not made to be fed \"", node.name(), "\"");
        require(value.shape == shapes_[i], "session: \"", node.name(), "\" is fed ", value.shape,
                "; the session is for ", shapes_[i]);
        views_[i] = value;
    }
    std::vector<View> inputs;
    for (const Step& step : steps_) {
        inputs.clear();
        for (const int input : entry(step.node).inputs) inputs.push_back(views_[std::size_t(input)]);
        step.call(inputs, maps_[step.node]);
    }
    for (std::size_t k = 0; k < keep_.size(); ++k) results_[k] = views_[std::size_t(keep_[k].index)];
    return results_;
}

}  // namespace cnn
