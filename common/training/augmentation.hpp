#pragma once
/// @file  Training pictures moved and mirrored at random, so that a network sees each one anew in every
/// epoch.
#include <cstdint>
#include <span>
#include <vector>

#include "common/tensor/tensor.hpp"

namespace cnn {

/// He et al. (2015, section 4.2) for CIFAR-10: shift 4, mirrored.
struct Augmentation {
    int shift = 0;        ///< pixels: up to so many up or down, left or right; what comes in is black (0)
    bool mirror = false;  ///< left and right change places in every second picture

    bool any() const { return shift != 0 || mirror; }
    friend bool operator==(const Augmentation&, const Augmentation&) = default;
};

/// The examples 0 ... count - 1 in the order in which an epoch sees them: each epoch's is its own.
std::vector<int> order_of_epoch(int count, std::uint64_t seed, int epoch);

/// Copies images `which` of `all` into a minibatch, each augmented by a draw that depends on the seed, the
/// epoch and the number of the example alone: not on the batch, its order or the threads.
void gather(View all, std::span<const int> which, MutableView batch, const Augmentation& augmentation,
            std::uint64_t seed, int epoch);

/// The same without augmentation: of images or labels.
void gather(View all, std::span<const int> which, MutableView batch);

}  // namespace cnn
