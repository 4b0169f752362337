#pragma once
/// @file  Many pictures for one network: a folder of files, read as they are asked for, or a data set.
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "common/book/network.hpp"
#include "learned_filters.hpp"

namespace cnn::program {

struct Gallery {
    std::string name;                        ///< the folder, or the data set
    Pictures read = {};                      ///< in the network's units
    std::function<Tensor(int n)> show = {};  ///< picture n as the network sees it, from 0 to 1, RGB or grey
    std::vector<std::string> titles = {};    ///< of each picture: its file, or its number in the data set
    std::vector<int> labels = {};            ///< of each picture; empty: not known

    int size() const { return int(titles.size()); }
};

/// The pictures for a network whose input is of this shape:
/// CIFAR-10's test pictures where `images` holds its binary files;
/// otherwise every PNG and JPEG in it and the folders in it but `figure`, by name, of which no more than a
/// few are in memory at a time; for a network of garments and no `images` Fashion-MNIST's test pictures from
/// `data`, or the 64 that ship. Errors: no such folder, no picture in it; no `images` for another network;
/// what cannot be read, when it is asked for.
Gallery gallery(const Network& net, const Shape& input, const std::filesystem::path& images,
                const std::filesystem::path& data, const std::filesystem::path& figure);

}  // namespace cnn::program
