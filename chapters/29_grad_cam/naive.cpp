/// @file  The slide's two formulas.
#include <algorithm>

#include "common/graph/differentiate.hpp"
#include "grad_cam.hpp"

namespace cnn::naive {

// [weigh]
Tensor weigh(View A, View dS) {
    const auto [N, H, W, K] = A.shape;
    const real Z = real(H) * real(W);
    Tensor L({N, H, W, 1});
    for (int n = 0; n < N; ++n)
        for (int k = 0; k < K; ++k) {
            real w = 0;
            for (int i = 0; i < H; ++i)
                for (int j = 0; j < W; ++j) w += dS(n, i, j, k);
            w /= Z;
            for (int i = 0; i < H; ++i)
                for (int j = 0; j < W; ++j) L(n, i, j, 0) += w * A(n, i, j, k);
        }
    return L;
}
// [weigh]

// [naive]
GradCam grad_cam(const Classifier& net, const Weights& weights, View image, Node layer, int label,
                 bool counterfactual) {
    require_picture("grad_cam", net, image);
    require_class("grad_cam", net, label);
    const Graph& graph = *net.image.graph;
    const Wanted everything{{net.image, layer}, trainable(graph)};
    std::vector<Node> kept = read_backward(graph, {net.logits}, everything);
    kept.push_back(layer);
    const Activations maps = run(graph, weights, {{net.image, image}}, kept);

    Tensor one(net.logits.shape());
    one(0, 0, 0, label) = counterfactual ? real{-1} : real{1};
    const Gradients gradients = differentiate(graph, weights, maps, {{net.logits, one}}, everything);

    Tensor sum = weigh(maps[layer], gradients[layer]), map = sum;
    for (real& value : map.flat()) value = std::max(value, real{0});
    return {std::move(sum), std::move(map)};
}
// [naive]

}  // namespace cnn::naive
