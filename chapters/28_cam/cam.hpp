#pragma once
/// @file  s-26: class activation maps (Zhou, Khosla, Lapedriza, Oliva and Torralba 2016).
///
///     M_c(i, j) = sum_k w_k^c A_k(i, j)        mean(M_c) + b_c = S_c
///
/// A are the last feature maps and w the weights of the linear layer behind global average pooling (S6). Maps
/// are upsampled with half-pixel centres (S8), as PyTorch's interpolate(mode="bilinear", align_corners=False)
/// does.
#include <vector>

#include "explained.hpp"

namespace cnn {

/// @name The pair
/// @{
namespace naive {
/// Bilinear, pixel by pixel: (n, h, w, c) to (n, size.h, size.w, c).  Error: an empty size.
Tensor upsample(View maps, Extent size);
/// Upsamples every feature map, then weighs and sums them, as the slide draws it.  `features` is (1, h, w,
/// k), `w` is (1, 1, k, classes); one channel of the result for each label.
Tensor cam(View features, View w, const std::vector<int>& labels, Extent size);
}  // namespace naive

namespace optimized {
/// Separable: rows first, then columns, each with its two neighbours and weights worked out once.
Tensor upsample(View maps, Extent size);
/// Weighs before upsampling: one map a label is enlarged, not one a feature.
Tensor cam(View features, View w, const std::vector<int>& labels, Extent size);
}  // namespace optimized
/// @}

/// The slide's sum at the features' own size: (1, h, w, labels).
Tensor weighed(View features, View w, const std::vector<int>& labels);

/// The end of a network that has class activation maps: the features, and where the weights of the classes
/// are.
struct LinearEnd {
    Node features;  ///< what is averaged; behind a 1x1 convolution to the classes, their maps themselves
    std::string
        weight;        ///< of the dense layer behind the average; empty where a convolution stands before it
    std::string bias;  ///< empty for none
};

/// Error, one line, naming what is needed: a network that does not end in global average pooling and one
/// linear layer, in either order (a ReLU between a 1x1 convolution and the average may stand, as in
/// SqueezeNet).
LinearEnd linear_end(const Classifier& net);

/// The class activation maps of a picture at the features' own size, (1, h, w, labels).
Tensor class_activation_maps(const Classifier& net, const Weights& weights, View image,
                             const std::vector<int>& labels);

}  // namespace cnn
