// What the formula needs is the layer's maps, the maps behind it, and the gradient down to it.  Nothing
// before the layer is kept, no weight gets a gradient, and the walk backwards ends where the first layer
// asked for stands.
#include <algorithm>

#include "grad_cam.hpp"

namespace cnn {

namespace optimized {

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

std::vector<GradCam> grad_cams(const Classifier& net, const Weights& weights, View image,
                               const std::vector<Node>& layers, int label, bool counterfactual) {
    return GradCams(net, weights, layers)(image, label, counterfactual);
}

GradCam grad_cam(const Classifier& net, const Weights& weights, View image, Node layer, int label,
                 bool counterfactual) {
    return std::move(grad_cams(net, weights, image, {layer}, label, counterfactual)[0]);
}

}  // namespace optimized

// [optimized]
GradCams::GradCams(const Classifier& net, const Weights& weights, const std::vector<Node>& layers)
    : net_(net),
      layers_(layers),
      session_(*net.image.graph, weights, {{net.image, net.image.shape()}}, {net.logits}, layers) {}

std::vector<GradCam> GradCams::operator()(View image, int label, bool counterfactual) {
    require_picture("grad_cam", net_, image);
    require_class("grad_cam", net_, label);
    session_.run({{net_.image, image}});
    Tensor one(net_.logits.shape());
    one(0, 0, 0, label) = counterfactual ? real{-1} : real{1};
    const Gradients gradients = session_.back({{net_.logits, one}});

    std::vector<GradCam> all;
    for (const Node& layer : layers_) {
        const Tensor sum = optimized::weigh(session_.map(layer), gradients[layer]);
        Tensor map = sum;
        for (real& value : map.flat()) value = std::max(value, real{0});
        all.push_back({sum, std::move(map)});
    }
    return all;
}
// [optimized]

}  // namespace cnn
