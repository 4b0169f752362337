#pragma once
/// @file  What is wrong with a safetensors header before it is kept: too deep, or a name that comes twice.
#include <string>
#include <string_view>

namespace cnn::safetensors {

/// A name out of a file of unknown origin, fit for one line on a terminal.
std::string quoted(const std::string& name);

/// The fault of a JSON header, in words; nothing where there is none or where it is no JSON.  Linear in the
/// header's length: the callback of the JSON library looks through all that was read at every object's end.
std::string header_fault(std::string_view header);

}  // namespace cnn::safetensors
