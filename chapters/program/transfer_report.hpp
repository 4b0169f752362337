#pragma once
/// @file  How well a transferred network does on the pictures that were held out, and which it got wrong.
#include <filesystem>

#include "common/book/network.hpp"
#include "common/files/picture_list.hpp"
#include "hold_out.hpp"

namespace cnn::program {

/// Prints accuracy, confusion matrix and the pictures that were got wrong, or one JSON object of all that;
/// draws BASE_curves.svg, BASE_confusion.svg and, where there are wrong ones, BASE_wrong.png.  `logits` are
/// those of the pictures held out, (n, 1, 1, classes).
void report_transfer(const std::filesystem::path& base, const Network& network, const PictureList& pictures,
                     const Halves& halves, View logits, const std::vector<Epoch>& history, bool json);

}  // namespace cnn::program
