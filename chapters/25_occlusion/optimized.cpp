// A patch changes a box of the picture, a somewhat larger box of the first map, and so on.  Outside of these
// boxes every map is that of the uncovered picture, which is computed once.
#include <algorithm>

#include "loss/loss.hpp"
#include "occlusion.hpp"
#include "sweep.hpp"

namespace cnn::optimized {

// [optimized]
Tensor occlusion(const Classifier& net, const Weights& weights, View image, const Occlusion& occlusion) {
    require_picture("occlusion", net, image);
    Tensor map(occlusion_shape(net, occlusion));
    constexpr int together = 32;  // places of the patch in a batch
    const int columns = map.shape().w, places = map.shape().h * columns;
    const Sweep sweep(net, weights, image, occlusion);
    for (int first = 0; first < places; first += together) {
        std::vector<Region> patches;
        for (int place = first; place < std::min(first + together, places); ++place)
            patches.push_back(covered_by(occlusion, place / columns, place % columns));
        const Tensor z = sweep.scores(patches);
        const Tensor scores = occlusion.logits ? z : softmax(z);
        for (int n = 0; n < int(patches.size()); ++n)
            copy(scores.view().images(n, 1),
                 map.view().window((first + n) / columns, (first + n) % columns, 1));
        if (occlusion.on_step) occlusion.on_step(first + int(patches.size()), places);
    }
    return map;
}
// [optimized]

}  // namespace cnn::optimized
