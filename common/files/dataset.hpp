#pragma once
/// @file  Labelled images: Fashion-MNIST, CIFAR-10, or anybody's pictures in one folder a class.
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "common/tensor/tensor.hpp"

namespace cnn {

struct Dataset {
    Tensor images;            ///< (count, height, width, 1 or 3), from 0 to 1
    std::vector<int> labels;  ///< the class of each image
    std::vector<std::string> classes;

    int size() const { return int(labels.size()); }
};

enum class Part { train, test };

/// Where Debian's package puts it.
inline const std::filesystem::path fashion_mnist_folder = "/usr/share/datasets/fashion-mnist";

/// The ten garments, in the order of their numbers.
const std::vector<std::string>& fashion_mnist_classes();

/// 60,000 or 10,000 garments of 28x28 in ten classes (Xiao, Rasul and Vollgraf 2017), from gzipped IDX files.
/// Errors: files missing (names the package and --data), truncated, not IDX, images and labels that do not
/// match.
Dataset fashion_mnist(Part part, const std::filesystem::path& folder = fashion_mnist_folder);

/// The first 64 of the test garments, which data/ ships: what the tour shows on any machine.
Dataset shown_garments();

/// The ten things of CIFAR-10, in the order of their numbers: airplane, automobile, bird, cat, ...
const std::vector<std::string>& cifar10_classes();

/// 50,000 or 10,000 photographs of 32x32 in ten classes (Krizhevsky 2009), from the data set's own binary
/// files: data_batch_1.bin to data_batch_5.bin, or test_batch.bin, in the folder or in its
/// cifar-10-batches-bin. A file is records of one byte of label and three planes of 32x32 bytes; any number
/// of records will do, the same in every batch.  Errors name the file: missing, truncated, a label above 9.
Dataset cifar10(Part part, const std::filesystem::path& folder);

/// Hears after each picture how many of all have been read, from any thread but one call at a time.
using PicturesRead = std::function<void(int done, int all)>;

/// The pictures (PNG or JPEG, RGB) of a folder with one folder a class, brought to one size: the shorter side
/// is resized to it (antialiased where it shrinks, as torchvision does) and the middle kept.  Classes and
/// pictures are in the order of their names, hidden files and files of other endings are left out.  Read in
/// parallel.  Errors name the file or folder: no folder, fewer than two classes, a class without pictures, a
/// picture that cannot be read or is too elongated.
Dataset picture_folder(const std::filesystem::path& folder, Extent size, const PicturesRead& listener = {});

/// CIFAR-10's binary files where the folder holds them, or else the pictures of its folders train and test.
/// Errors: neither is there; and those of the two above.
Dataset photographs(Part part, const std::filesystem::path& folder, Extent size = 32,
                    const PicturesRead& listener = {});

/// The first `count` of a data set.
Dataset first(const Dataset& all, int count);

}  // namespace cnn
