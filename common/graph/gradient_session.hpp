#pragma once
/// @file  A network whose gradients are asked for again and again, while its weights stay as they are.
///
///     GradientSession session(graph, weights, {{image, one_picture}}, {logits}, {image});
///     session.run({{image, photograph}});
///     const Tensor gradient = session.back({{logits, one}})[image];
///
/// Same bits as `run` and `differentiate`, from weights that are packed once for either direction.  No weight
/// gets a gradient.
#include <map>
#include <vector>

#include "common/graph/differentiate.hpp"
#include "common/graph/input_gradient_operation.hpp"
#include "common/graph/session.hpp"
#include "common/graph/walk_back.hpp"

namespace cnn {

class GradientSession : Backpropagation {
public:
    /// Seeds will stand at `seeds`, and gradients of `wanted` are asked for.  The weights must live as long
    /// as the session, unchanged.  Errors: those of Session.
    GradientSession(const Graph& graph, const Weights& weights, const FedShapes& fed,
                    const std::vector<Node>& seeds, const std::vector<Node>& wanted);

    /// Forward.  What is fed must live until `back` has returned.
    void run(const Feeds& feeds);
    /// The map of a seed or of a wanted node, valid until the next run.
    View map(Node node) const override;
    /// Backward from these gradients of seeds, as often as one likes after a run.
    Gradients back(const Feeds& seed) const { return walk_back(graph_, *this, seed, wanted_); }

private:
    Shape shape(Node node) const override { return session_.shape(node); }
    std::vector<View> saved(Node) const override { return {}; }
    void step(Node node, Backward& call) const override;

    const Graph& graph_;
    const Weights& weights_;
    Wanted wanted_;
    std::vector<Node> kept_;
    Session session_;
    std::map<int, View> maps_;
    std::vector<Tensor> copies_;  ///< of maps whose pixels lie apart: backward passes want them side by side
    std::map<int, InputGradientOperation::PreparedBackward> calls_;
};

}  // namespace cnn
