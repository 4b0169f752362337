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
    const Sweep sweep(net, weights, image, occlusion);
    const int columns = map.shape().w, places = sweep.places();
    for (int first = 0; first < places; first += sweep.together()) {
        const Range some{first, std::min(first + sweep.together(), places)};
        const Tensor z = sweep.scores(some);
        const Tensor scores = occlusion.logits ? z : softmax(z);
        for (int place = some.begin; place < some.end; ++place)
            copy(scores.view().images(place - first, 1),
                 map.view().window(place / columns, place % columns, 1));
        if (occlusion.on_step) occlusion.on_step(some.end, places);
    }
    return map;
}
// [optimized]

}  // namespace cnn::optimized
