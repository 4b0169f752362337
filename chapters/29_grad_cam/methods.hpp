#pragma once
/// @file  All methods of the chapters on explanations, asked and answered alike: what the program offers by
/// name and what the scores compare.
#include <functional>
#include <string>
#include <vector>

#include "grad_cam.hpp"
#include "occlusion.hpp"

namespace cnn {

/// One picture, one class.  What it refers to must outlive it.
struct Question {
    const Classifier& net;
    const Weights& weights;
    View image;
    int label = 0;
    Node layer = {};  ///< of the Grad-CAMs; the last convolution where none is named
    std::vector<real> blank = {
        0};  ///< what no content is in the network's units: one number a channel or one for all
    Extent patch = 0,
           stride = 0;  ///< of occlusion; 0: a sixth of the picture's shorter side, a quarter of the patch
    int samples = 25;   ///< pictures that SmoothGrad and integrated gradients average over
    std::function<void(int done, int all)> on_step = {};
};

/// The answer of a method.
struct Explanation {
    Tensor raw;       ///< the map as the slide has it, at the size the method finds it in: (1, h, w, 1)
    Tensor evidence;  ///< what speaks for the class, 0 and more, at the picture's size: (1, h, w, 1)
    std::string at;   ///< the node whose map it is

    /// Whether nothing speaks for the class.
    bool empty() const;
};

struct Method {
    std::string name;   ///< "grad-cam"
    std::string about;  ///< one line
    std::function<Explanation(const Question&)> explain;
};

/// occlusion, saliency, smoothgrad, integrated-gradients, cam, grad-cam, counterfactual.
const std::vector<Method>& methods();

/// One of them by its name; an Error suggests the nearest names.
const Method& method(const std::string& name);

/// Occlusion with the question's patch, or its default; a stride of 0 becomes a quarter of the patch.
Occlusion occlusion_of(const Question& question);

/// A map of places of the patch as a map of the picture: each pixel gets the mean over the patches on it, and
/// less than that near the border, where only few are.
Tensor spread(View map, const Occlusion& occlusion, Extent size);

}  // namespace cnn
