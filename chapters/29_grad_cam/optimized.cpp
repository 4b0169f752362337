// What the formula needs is the layer's maps, the maps behind it, and the gradient down to it.  Nothing
// before the layer is kept, no weight gets a gradient, and the walk backwards ends where the first layer
// asked for stands.
#include <algorithm>

#include "common/graph/differentiate.hpp"
#include "grad_cam.hpp"

namespace cnn::optimized {

// [weigh]
Tensor weigh(View A, View dS) {
    const auto [N, H, W, K] = A.shape;
    Tensor L({N, H, W, 1});
    std::vector<real> w(std::size_t(K), 0);
    for (int n = 0; n < N; ++n) {
        // Channels lie side by side: one walk over the gradients makes all weights at once.
        std::ranges::fill(w, real{0});
        for (int i = 0; i < H; ++i)
            for (int j = 0; j < W; ++j) {
                const real* pixel = dS.pixel(n, i, j);
                for (int k = 0; k < K; ++k) w[std::size_t(k)] += pixel[k];
            }
        for (real& weight : w) weight /= real(H) * real(W);
        for (int i = 0; i < H; ++i)
            for (int j = 0; j < W; ++j) {
                const real* pixel = A.pixel(n, i, j);
                real sum = 0;
                for (int k = 0; k < K; ++k) sum += w[std::size_t(k)] * pixel[k];
                L(n, i, j, 0) = sum;
            }
    }
    return L;
}
// [weigh]

// [optimized]
std::vector<GradCam> grad_cams(const Classifier& net, const Weights& weights, View image,
                               const std::vector<Node>& layers, int label, bool counterfactual) {
    require_picture("grad_cam", net, image);
    require_class("grad_cam", net, label);
    const Graph& graph = *net.image.graph;
    std::vector<Node> kept = read_backward(graph, {net.logits}, {layers, {}});
    kept.insert(kept.end(), layers.begin(), layers.end());
    const Activations maps = run(graph, weights, {{net.image, image}}, kept);

    Tensor one(net.logits.shape());
    one(0, 0, 0, label) = counterfactual ? real{-1} : real{1};
    const Gradients gradients = differentiate(graph, weights, maps, {{net.logits, one}}, {layers, {}});

    std::vector<GradCam> all;
    for (const Node& layer : layers) {
        const Tensor sum = weigh(maps[layer], gradients[layer]);
        Tensor map = sum;
        for (real& value : map.flat()) value = std::max(value, real{0});
        all.push_back({sum, std::move(map)});
    }
    return all;
}
// [optimized]

GradCam grad_cam(const Classifier& net, const Weights& weights, View image, Node layer, int label,
                 bool counterfactual) {
    return std::move(grad_cams(net, weights, image, {layer}, label, counterfactual)[0]);
}

}  // namespace cnn::optimized
