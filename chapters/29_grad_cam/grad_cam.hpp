#pragma once
/// @file  s-27: Grad-CAM (Selvaraju, Cogswell, Das, Vedantam, Parikh and Batra 2017).
///
///     w_k = (1/Z) sum_ij dS_c / dA_k(i, j)         L_c = ReLU(sum_k w_k A_k)
///
/// A weighted sum, no average: weights may be negative and are not divided by their sum (S9).  A are the maps
/// of any layer (S10).  The counterfactual negates the gradient before the same ReLU (S12).
#include <map>
#include <string>
#include <vector>

#include "common/graph/gradient_session.hpp"
#include "explained.hpp"

namespace cnn {

struct GradCam {
    Tensor sum;  ///< sum_k w_k A_k, before the ReLU: (1, h, w, 1)
    Tensor map;  ///< after it
    bool empty()
        const;  ///< whether nothing is left after the ReLU: the layer speaks against the class everywhere
};

/// Scaled to a maximum of 1.  A map of zeros stays zero (S13).
Tensor scaled(View map);

/// @name The pair
/// Errors: a layer that is no map of the picture, a class that there is not.
/// @{
namespace naive {
/// (1/Z) sum of gradients a channel, then the sum over channels, as written.
Tensor weigh(View maps, View gradients);
/// Differentiates with respect to everything, the picture and all weights included, and uses one of the
/// gradients.
GradCam grad_cam(const Classifier& net, const Weights& weights, View image, Node layer, int label,
                 bool counterfactual = false);
}  // namespace naive

namespace optimized {
Tensor weigh(View maps, View gradients);
/// Keeps the maps from the layer on, and stops back-propagation at it.
GradCam grad_cam(const Classifier& net, const Weights& weights, View image, Node layer, int label,
                 bool counterfactual = false);
/// Several layers from one backward pass, which ends at the first of them.
std::vector<GradCam> grad_cams(const Classifier& net, const Weights& weights, View image,
                               const std::vector<Node>& layers, int label, bool counterfactual = false);
}  // namespace optimized
/// @}

/// The optimized one for picture after picture: memory is laid out and filters are packed once.  Same bits.
class GradCams {
public:
    /// Maps of these layers, in their order.  Network and weights must live as long, unchanged.
    GradCams(const Classifier& net, const Weights& weights, const std::vector<Node>& layers);
    std::vector<GradCam> operator()(View image, int label, bool counterfactual = false);

private:
    const Classifier& net_;
    std::vector<Node> layers_;
    GradientSession session_;
};

/// The layers between the picture and the scores that are maps of more than one place, in order.
std::vector<Node> layers_with_maps(const Classifier& net);
/// The last of them, past poolings: where Grad-CAM is drawn unless told otherwise.
Node last_convolution(const Classifier& net);
/// One of them by its name; an Error suggests the nearest names.
Node layer_named(const Classifier& net, const std::string& name);
/// The names that differ least from `name` (insertions, deletions and changes of a letter), at most three.
std::vector<std::string> nearest_names(const std::string& name, const std::vector<std::string>& known);

}  // namespace cnn
