#pragma once
/// @file  Programs that lay out a figure for us: gnuplot, graphviz.
#include <filesystem>
#include <string>
#include <vector>

namespace cnn::figure {

/// Runs `command`, a program with its arguments, and waits; what it says on standard error is dropped.
/// Errors name the figure: the program is missing (and the Debian package that has it), or it failed.
void run_tool(std::vector<std::string> command, const std::filesystem::path& figure,
              const std::string& package);

}  // namespace cnn::figure
