#pragma once
/// @file  The names of a network's classes, and the class that somebody means by a name.
#include <string>
#include <vector>

#include "program/subject.hpp"

namespace cnn::program {

/// A name for each class: a line each of a file, where a WordNet number in front is left out; those of the
/// weights or else of the data set; "class 285" where none is known.  Error: a file of another number of
/// lines.
std::vector<std::string> labels_of(const Subject& subject, const std::filesystem::path& file);

/// A class by its number or its name, capital letters or not; of several names between commas one is enough.
/// Errors: a number that is no class's; a name that is nobody's, with the nearest names.
int class_of(const std::string& asked, const std::vector<std::string>& labels);

/// What stands between commas, blanks around it cut.
std::vector<std::string> between_commas(const std::string& text);

}  // namespace cnn::program
