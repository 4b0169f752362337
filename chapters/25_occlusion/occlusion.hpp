#pragma once
/// @file  s-23: occlusion saliency (Zeiler and Fergus 2014).
///
///     M_c(i, j) = p_c(I with the K x K patch at row i S, column j S covered)
///
/// A function of the patch's *position* (S1).  Where covering the picture makes the class less likely, the
/// class was there.  Patches lie wholly inside, so the map has ((H - K) / S + 1) x ((W - K) / S + 1) places.
#include <cstdint>
#include <functional>
#include <vector>

#include "explained.hpp"
#include "filling.hpp"
#include "receptive_field.hpp"

namespace cnn {

struct Occlusion {
    Extent patch = 16;
    Extent stride = 8;
    Fill fill = Fill::grey;
    std::vector<real> grey = {real(0.5)};  ///< in the network's units, one number a channel or one for all
    bool logits = false;                   ///< the score instead of the probability
    std::function<void(int done, int all)> on_step = {};  ///< told how many positions are done
};

/// (1, rows, columns, classes): how many places a patch has.  Errors: a patch larger than the picture or
/// empty, a stride below 1.
Shape occlusion_shape(const Classifier& net, const Occlusion& occlusion);

/// The map of one class: what the patch at each place takes away, p_c(I) - M_c.  Large where the class is
/// seen.
Tensor importance(const Classifier& net, const Weights& weights, View image, View map, int label,
                  const Occlusion& occlusion);

/// @name The pair
/// Maps of all classes from one sweep, (1, rows, columns, classes).
/// @{
namespace naive {
/// One forward pass for each place of the patch.
Tensor occlusion(const Classifier& net, const Weights& weights, View image, const Occlusion& occlusion);
}  // namespace naive

/// The rung between: full passes, but many patches in one batch.
Tensor occlusion_in_batches(const Classifier& net, const Weights& weights, View image,
                            const Occlusion& occlusion);

namespace optimized {
/// Recomputes, in every map, only what the patch can change.
Tensor occlusion(const Classifier& net, const Weights& weights, View image, const Occlusion& occlusion);
}  // namespace optimized
/// @}

/// What receptive fields permit: multiply-adds of full passes, and of the parts that the patches reach.
struct OcclusionCost {
    std::int64_t full = 0, reached = 0;
    double ratio() const { return double(full) / double(reached); }
};
OcclusionCost occlusion_cost(const Classifier& net, const Occlusion& occlusion);

/// The box that the patch at place (i, j) of the map covers.
Region covered_by(const Occlusion& occlusion, int i, int j);

}  // namespace cnn
