#pragma once
/// @file  What the commands that look at a picture have in common.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "common/report/table.hpp"
#include "program/subject.hpp"

namespace cnn::program {

/// PICTURE, --net, --weights and --labels of a command that draws a figure.
void add_picture_options(CLI::App& command, Wish& wish, std::filesystem::path& labels);

/// The network's scores of the picture.  Error: one that is not finite, with the command's name.
Tensor finite_scores(const Subject& subject, const std::string& command);

/// Where the figure goes: to the file that was asked for, or beside the picture, cat.png to cat.WORD.png.
std::filesystem::path figure_file(const std::filesystem::path& picture, const std::string& word,
                                  const std::filesystem::path& asked);
/// Error: no folder to write the file to.
void require_folder_of(const std::filesystem::path& file, const std::string& command);

/// The answer on standard output: one JSON object, or the network's name, a table, a remark if there is one
/// and the figure's file.
void print_answer(const Subject& subject, bool as_json, const nlohmann::ordered_json& result,
                  const Table& table, const std::filesystem::path& figure, const std::string& remark = "");

}  // namespace cnn::program
