#include "common/graph/gradient_session.hpp"

#include "common/base/error.hpp"

namespace cnn {

namespace {

std::vector<Node> both(std::vector<Node> a, const std::vector<Node>& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

}  // namespace

GradientSession::GradientSession(const Graph& graph, const Weights& weights, const FedShapes& fed,
                                 const std::vector<Node>& seeds, const std::vector<Node>& wanted)
    : graph_(graph),
      weights_(weights),
      wanted_{wanted, {}},
      kept_(both(read_backward(graph, seeds, wanted_), wanted)),
      session_(graph, weights, fed, kept_) {
    for (const Node& node : passed_back(graph, seeds, wanted_)) {
        const Graph::Entry& entry = graph.entry(node);
        const auto* prepares = dynamic_cast<const InputGradientOperation*>(entry.operation.get());
        if (prepares == nullptr) continue;
        Shapes shapes;
        for (const int input : entry.inputs) shapes.push_back(session_.shape(graph.node(input)));
        calls_[node.index] = prepares->prepare_backward(shapes, parameters_of(entry, weights));
    }
}

void GradientSession::run(const Feeds& feeds) {
    const std::vector<View>& maps = session_.run(feeds);
    copies_.clear();
    copies_.reserve(kept_.size());
    for (std::size_t k = 0; k < kept_.size(); ++k)
        maps_[kept_[k].index] = maps[k].contiguous() ? maps[k] : copies_.emplace_back(maps[k]).view();
}

View GradientSession::map(Node node) const {
    const auto found = maps_.find(node.index);
    require(node.graph == &graph_ && found != maps_.end(), "gradient session: it has no map of \"",
            node.name(), "\"; name it among those wanted, and run first");
    return found->second;
}

void GradientSession::step(Node node, Backward& call) const {
    const Graph::Entry& entry = graph_.entry(node);
    call.parameters = parameters_of(entry, weights_);
    call.mode = Mode{}.at(std::size_t(node.index));
    const auto prepared = calls_.find(node.index);
    if (prepared != calls_.end())
        prepared->second(call);
    else
        entry.operation->backward(call);
}

}  // namespace cnn
