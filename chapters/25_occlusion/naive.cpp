/// @file  The slide: cover, look, move on.
#include "common/base/error.hpp"
#include "loss/loss.hpp"
#include "occlusion.hpp"

namespace cnn {

Region covered_by(const Occlusion& occlusion, int i, int j) {
    const Extent K = occlusion.patch, S = occlusion.stride;
    return {{i * S.h, i * S.h + K.h}, {j * S.w, j * S.w + K.w}};
}

// [shape]
Shape occlusion_shape(const Classifier& net, const Occlusion& occlusion) {
    const Shape x = net.image.shape();
    const Extent K = occlusion.patch, S = occlusion.stride;
    require(K.h >= 1 && K.w >= 1 && S.h >= 1 && S.w >= 1, "occlusion: a patch of ", K, " with stride ", S,
            "; both must be at least 1");
    require(K.h <= x.h && K.w <= x.w, "occlusion: a patch of ", K, " is larger than the picture of ", x.h,
            'x', x.w, "; take a smaller one");
    return {.h = (x.h - K.h) / S.h + 1, .w = (x.w - K.w) / S.w + 1, .c = net.logits.shape().c};
}
// [shape]

Tensor importance(const Classifier& net, const Weights& weights, View image, View map, int label,
                  const Occlusion& occlusion) {
    require_class("occlusion", net, label);
    const Tensor plain = occlusion.logits ? logits(net, weights, image) : probabilities(net, weights, image);
    Tensor loss(map.channels(label, 1));
    for (real& value : loss.flat()) value = plain(0, 0, 0, label) - value;
    return loss;
}

namespace naive {

// [naive]
Tensor occlusion(const Classifier& net, const Weights& weights, View image, const Occlusion& occlusion) {
    require_picture("occlusion", net, image);
    Tensor map(occlusion_shape(net, occlusion));
    const Tensor grey = filling(image, occlusion.fill, occlusion.grey);

    for (int i = 0; i < map.shape().h; ++i)
        for (int j = 0; j < map.shape().w; ++j) {
            const int top = i * occlusion.stride.h, left = j * occlusion.stride.w;
            Tensor covered(image);
            copy(grey.view().window(top, left, occlusion.patch),
                 covered.view().window(top, left, occlusion.patch));

            const Tensor scores =
                occlusion.logits ? logits(net, weights, covered) : probabilities(net, weights, covered);
            copy(scores, map.view().window(i, j, 1));
            if (occlusion.on_step)
                occlusion.on_step(i * map.shape().w + j + 1, map.shape().h * map.shape().w);
        }
    return map;
}
// [naive]

}  // namespace naive

}  // namespace cnn
