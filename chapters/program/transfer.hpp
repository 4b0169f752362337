#pragma once
/// @file  `cnn train transfer`: a trained network learns the classes of somebody's own pictures.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <optional>
#include <string>

namespace cnn::program {

struct TransferWish {
    std::filesystem::path images;               ///< one folder a class
    std::string net = "resnet20_cifar10";       ///< the backbone
    std::filesystem::path weights;              ///< of the backbone; empty: those that ship
    std::filesystem::path out = "build/train";  ///< folder of what is written
    std::filesystem::path data;                 ///< of the experiment: CIFAR-10, or empty
    std::optional<int> epochs;
    std::optional<double> rate;
    std::uint64_t seed = 1;
    bool json = false, replace = false, experiment = false;
};

/// Learns the classes of wish.images on the network's features and writes transfer.safetensors, .json (the
/// log), _curves.svg, _confusion.svg and _wrong.png.  Errors, each one line: no such folder, fewer than two
/// classes, a class of fewer than ten pictures, a picture that cannot be read; no such network or weights.
void transfer(const TransferWish& wish);

/// Repeats chapter 24's experiment: on garments, or on the photographs of wish.data with the SqueezeNet of
/// wish.weights; writes its log.
void transfer_experiment(const TransferWish& wish);

/// Adds the command below `cnn train`.
void add_transfer(CLI::App& train);

}  // namespace cnn::program
