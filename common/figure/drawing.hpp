#pragma once
/// @file  A drawing of rectangles, lines and words, written as an SVG, and the palette of all figures.
#include <filesystem>
#include <sstream>
#include <string>

namespace cnn {

/// The colours of every figure, plot and page: dark enough to read on white, apart for colour-blind eyes.
namespace palette {
inline constexpr const char* paper = "#ffffff";
inline constexpr const char* ink = "#1f2a37";
inline constexpr const char* muted = "#6b7785";
inline constexpr const char* line = "#d5dae1";
inline constexpr const char* cell = "#f7f8fa";
inline constexpr const char* tint = "#dbe8f8";
inline constexpr const char* series[] = {"#2f6db5", "#e07b27", "#2e8b6a", "#c2483d",
                                         "#7d5ba6", "#8a6d3b", "#3aa0b8", "#6b7785"};
}  // namespace palette

/// `text` with &, <, > and quotes made harmless in SVG and HTML.
std::string escaped(const std::string& text);

class Drawing {
public:
    struct Style {
        double size = 14;               ///< of the letters, in pixels
        const char* anchor = "middle";  ///< start, middle or end
        const char* colour = palette::ink;
        bool bold = false;
        double rotated = 0;  ///< degrees, clockwise
    };

    void rectangle(double x, double y, double width, double height, const std::string& fill,
                   const std::string& stroke = "none", double radius = 0);
    void line(double x1, double y1, double x2, double y2, const std::string& colour = palette::line,
              double width = 1);
    void dashes(double x1, double y1, double x2, double y2, const std::string& colour, double width = 1.5);
    /// Words whose middle line is at y.
    void words(double x, double y, const std::string& text, const Style& style);
    void words(double x, double y, const std::string& text) { words(x, y, text, Style()); }

    /// About how wide words are, in pixels.
    static double width(const std::string& text, double size = 14);

    void write(const std::filesystem::path& svg, double width, double height) const;

private:
    std::ostringstream body_;
};

}  // namespace cnn
