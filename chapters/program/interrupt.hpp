#pragma once
/// @file  Ctrl-C in a training: it ends at its next step, in words.
#include <string>

namespace cnn::program {

/// From here on Ctrl-C is noted instead of ending the program.
void watch_interrupt();
bool interrupted();
/// Error where Ctrl-C was pressed: the command's name, "interrupted", and how to go on.
void require_uninterrupted(const std::string& command, const std::string& how_to_go_on);

}  // namespace cnn::program
