#pragma once
/// @file  The tour as one HTML page that needs no other file: sections, a table of contents, a total.
#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "common/base/shape.hpp"
#include "common/report/table.hpp"

namespace cnn {

/// Whose a checked number is.
enum class Source {
    slide,     ///< printed in the lecture
    erratum,   ///< what the lecture should have printed
    measured,  ///< a result of ours, held to a bound or to an earlier run
};
/// An erratum's where the text carries one's number, such as E1 or H4; otherwise a slide's.
Source source_of(const std::string& what);

struct Check {
    std::string what, computed, expected;
    Source source = Source::slide;
    bool equal = false;
};

/// How many numbers were checked, and how many came out equal, by their source.
struct Tally {
    std::array<int, 3> checked = {}, equal = {};

    void count(const Check& check);
    Tally& operator+=(const Tally& other);
    int all() const { return checked[0] + checked[1] + checked[2]; }
    int all_equal() const { return equal[0] + equal[1] + equal[2]; }
    /// "57 of 57 numbers agree: 41 of 41 printed on slides, 12 of 12 of errata, 4 of 4 measured here".
    std::string sentence() const;
};

/// One chapter of the page; `body` is HTML.
struct Section {
    std::string number, title, slides, body;
    Tally tally = {};
};

/// The whole page.
std::string html_page(const std::vector<Section>& sections, const std::vector<std::string>& remarks = {});

/// The parts of a section's body.
namespace html {
std::string paragraph(const std::string& text);
std::string check(const Check& check);
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
/// A ratio of times for a sentence, rounded to what another run repeats: "about 150".
std::string about(double ratio);
/// With so many digits behind the point: "0.44".
std::string decimals(double number, int after);
/// 0.9347 with so many digits behind the point: "93.47 %".
std::string percent(double share, int after);
/// One image of a map: "14x14x512".
std::string size_of(const Shape& map);
/// 1010100.0 as "1,010,100"; other numbers with six digits.
std::string readable(double number);
}  // namespace cnn
