#pragma once
/// @file  A table of words and numbers, for the console, for Markdown and as CSV.
#include <cstdint>
#include <string>
#include <vector>

namespace cnn {

/// Rows of cells; the first row is the heading.
using Table = std::vector<std::vector<std::string>>;

/// Columns side by side, two blanks between them, numbers to the right.
std::string aligned(const Table& table, const std::string& indent = "");
std::string markdown(const Table& table);
/// Comma-separated; a cell with a comma or a quote is quoted (RFC 4180).
std::string csv(const Table& table);

/// Which columns hold nothing but numbers below their heading.
std::vector<bool> numeric_columns(const Table& table);

/// 61706 as "61,706".
std::string grouped(std::int64_t number);

/// Blanks up to `width` columns of a terminal, after the text or before it.
std::string padded(const std::string& text, std::size_t width, bool right = false);
/// How many columns of a terminal a text takes: UTF-8's continuation bytes take none.
std::size_t columns(const std::string& text);

}  // namespace cnn
