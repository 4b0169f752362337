// One rung: the same full passes, many patches in one batch, so that filters are read once for all of them.
#include <algorithm>

#include "occlusion.hpp"

namespace cnn {

// [batches]
Tensor occlusion_in_batches(const Classifier& net, const Weights& weights, View image,
                            const Occlusion& occlusion) {
    require_picture("occlusion", net, image);
    constexpr int batch = 32;
    Tensor map(occlusion_shape(net, occlusion));
    const Tensor grey = filling(image, occlusion.fill, occlusion.grey);
    const auto [_, H, W, C] = image.shape;
    const int columns = map.shape().w, places = map.shape().h * columns;

    for (int first = 0; first < places; first += batch) {
        const int count = std::min(batch, places - first);
        Tensor covered = Tensor::uninitialized({count, H, W, C});
        for (int n = 0; n < count; ++n) {
            const Region patch = covered_by(occlusion, (first + n) / columns, (first + n) % columns);
            const MutableView one = covered.view().images(n, 1);
            copy(image, one);
            copy(grey.view().window(patch.rows.begin, patch.columns.begin, occlusion.patch),
                 one.window(patch.rows.begin, patch.columns.begin, occlusion.patch));
        }
        const Tensor scores =
            occlusion.logits ? logits(net, weights, covered) : probabilities(net, weights, covered);
        for (int n = 0; n < count; ++n)
            copy(scores.view().images(n, 1),
                 map.view().window((first + n) / columns, (first + n) % columns, 1));
        if (occlusion.on_step) occlusion.on_step(first + count, places);
    }
    return map;
}
// [batches]

}  // namespace cnn
