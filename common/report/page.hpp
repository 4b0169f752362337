#pragma once
/// @file  The tour as one HTML page that needs no other file: sections, a table of contents, a total.
#include <filesystem>
#include <string>
#include <vector>

#include "common/report/table.hpp"

namespace cnn {

/// One chapter of the page; `body` is HTML.
struct Section {
    std::string number, title, slides, body;
    int checked = 0, equal = 0;
};

/// The whole page.
std::string html_page(const std::vector<Section>& sections);

/// The parts of a section's body.
namespace html {
std::string paragraph(const std::string& text);
std::string check(const std::string& what, const std::string& computed, const std::string& expected,
                  bool equal);
/// Two bars, the longer the full width.
std::string timing(const std::string& what, double naive, double optimized);
std::string table(const Table& rows);
/// A picture (SVG or PNG) inside the page itself.
std::string figure(const std::filesystem::path& file, const std::string& caption);
}  // namespace html

/// Seconds as one reads them: "12.3 ms".
std::string duration(double seconds);
/// How many times faster: "7.4x".
std::string ratio(double naive, double optimized);
}  // namespace cnn
