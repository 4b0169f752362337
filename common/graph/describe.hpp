#pragma once
/// @file  The walk that counts: shapes, parameters, multiply-adds, from shapes alone; allocates no tensor.
#include <cstdint>
#include <string>
#include <vector>

#include "common/graph/graph.hpp"

namespace cnn {

struct LayerDescription {
    std::string name = {}, kind = {};
    Shape output = {};
    /// Statistics, such as running means, are no parameters.
    std::int64_t parameters = 0, trainable = 0, multiply_adds = 0;
    Window window = {};
};

struct Description {
    std::vector<LayerDescription> layers;
    std::int64_t parameters = 0, trainable = 0, multiply_adds = 0;
    std::int64_t activations = 0;  ///< numbers in all maps together
};

/// For a batch of one.
Description describe(const Graph& graph);

}  // namespace cnn
