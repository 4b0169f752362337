#pragma once
/// @file  Labelled images: Fashion-MNIST (Xiao, Rasul and Vollgraf 2017) from gzipped IDX files.
#include <filesystem>
#include <string>
#include <vector>

#include "common/tensor/tensor.hpp"

namespace cnn {

struct Dataset {
    Tensor images;            ///< (count, height, width, 1), from 0 to 1
    std::vector<int> labels;  ///< the class of each image
    std::vector<std::string> classes;

    int size() const { return int(labels.size()); }
};

enum class Part { train, test };

/// Where Debian's package puts it.
inline const std::filesystem::path fashion_mnist_folder = "/usr/share/datasets/fashion-mnist";

/// The ten garments, in the order of their numbers.
const std::vector<std::string>& fashion_mnist_classes();

/// 60,000 or 10,000 garments of 28x28 in ten classes.  Errors: files missing (names the package and
/// --data), truncated, not IDX, images and labels that do not match.
Dataset fashion_mnist(Part part, const std::filesystem::path& folder = fashion_mnist_folder);

/// The first `count` of a data set.
Dataset first(const Dataset& all, int count);

}  // namespace cnn
