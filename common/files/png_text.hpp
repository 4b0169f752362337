#pragma once
/// @file  Words inside a PNG: what a picture shows, for whom cannot see it.
#include <string>
#include <string_view>

namespace cnn {

/// A PNG's bytes with a text (UTF-8) under the keyword "Description", as the format has it (iTXt).  Error:
/// bytes that are no PNG.
std::string with_description(std::string_view png, std::string_view description);

/// The text under that keyword; empty where there is none.
std::string description_of(std::string_view png);

/// Whether these bytes begin as every PNG does.
bool is_png(std::string_view bytes);

/// Error: a chunk whose checksum does not hold; it begins with the file's `name`.
void require_checksums(std::string_view png, std::string_view name);

}  // namespace cnn
