#pragma once
/// @file  A network that is run again and again: weights packed, algorithms chosen and memory laid out once.
///
///     Session session(graph, weights, {{image, {.n = 8, .h = 224, .w = 224, .c = 3}}}, {logits});
///     const View answer = session.run({{image, photographs}})[0];
///
/// Same bits as `run` on the same kernels.  What run would copy, a session leaves where it is: branches of a
/// concatenation write their channels of it, a slice is a view, an addition or a ReLU writes over its input.
#include <vector>

#include "common/graph/run.hpp"

namespace cnn {

/// The shapes that will be fed, batch included.
using FedShapes = std::vector<std::pair<Node, Shape>>;

class Session {
public:
    /// The weights must live as long as the session, unchanged.  Errors: those of run, and a mode that
    /// trains.
    Session(const Graph& graph, const Weights& weights, const FedShapes& fed, const std::vector<Node>& keep,
            const Mode& mode = {});

    /// The maps of `keep`, in its order, valid until the next run.  Pixels of a view may lie apart.
    const std::vector<View>& run(const Feeds& feeds);

    /// The shape of a map that is computed or fed.
    const Shape& shape(Node node) const { return shapes_[std::size_t(node.index)]; }

    /// Bytes of all maps: what lives at one time never shares memory, what does not may.
    std::int64_t map_bytes() const { return arena_.shape().size() * std::int64_t{sizeof(real)}; }

private:
    /// Where a node's map lives.
    struct Place {
        std::size_t owner = 0;    ///< the node whose memory it is in; itself where it has its own
        int channel = 0;          ///< the first of its channels there
        bool is_view = false;     ///< a view of the operation's first input: nothing is computed
        std::int64_t offset = 0;  ///< of an owner's memory in the arena
    };
    struct Step {
        std::size_t node;
        Operation::Prepared call;
    };

    void find_views(const Mode& mode);
    void choose_places(const std::vector<bool>& kept);
    void lay_out(const std::vector<bool>& kept);
    void prepare(const Weights& weights, const Mode& mode);
    bool computed(std::size_t node) const { return needed_[node] && !fed_[node] && !places_[node].is_view; }
    const Graph::Entry& entry(std::size_t node) const { return graph_.entries()[node]; }
    Shapes input_shapes(std::size_t node) const;

    const Graph& graph_;
    std::vector<bool> needed_, fed_;
    Shapes shapes_;
    std::vector<Place> places_;
    std::vector<MutableView> maps_;  ///< of computed nodes, to write
    std::vector<View> views_;        ///< of all needed nodes, to read
    std::vector<Step> steps_;
    std::vector<Node> keep_;
    std::vector<View> results_;
    Tensor arena_;
};

}  // namespace cnn
