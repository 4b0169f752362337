#pragma once
/// @file  The commands of the program.  Each adds itself, its options and what it does.
#include <CLI/CLI.hpp>

namespace cnn::program {

void add_tour(CLI::App& program);
void add_summary(CLI::App& program);
void add_train(CLI::App& program);
void add_classify(CLI::App& program);
void add_explain(CLI::App& program);
void add_segment(CLI::App& program);
void add_filters(CLI::App& program);

/// --threads N, as every command has it.
void add_threads(CLI::App& command);

}  // namespace cnn::program
