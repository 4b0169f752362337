#pragma once
/// @file  What a network makes of a folder of pictures.
#include <vector>

#include "common/book/network.hpp"
#include "common/files/picture_list.hpp"

namespace cnn::program {

/// The maps at a node for each picture, (n, h, w, c): read in parallel, a few at a time, preprocessed as
/// `cnn classify` does, and shown on a progress bar.  Errors: a picture that cannot be read, by its file;
/// features that take more than 4 GB.
Tensor picture_features(const PictureList& pictures, const Network& network, const Classifier& net, Node at,
                        const Weights& weights);

}  // namespace cnn::program
