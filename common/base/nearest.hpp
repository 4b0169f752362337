#pragma once
/// @file  The names that somebody who mistyped one may have meant.
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace cnn {

/// How many letters must be inserted, removed or replaced to turn one text into the other (Levenshtein 1966).
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The `count` names nearest to `meant`, nearest first and otherwise in their order: "resnet50, resnet56".
/// All of them, in their order, where there are no more than that.
std::string nearest(std::string_view meant, std::span<const std::string> names, std::size_t count = 5);

}  // namespace cnn
