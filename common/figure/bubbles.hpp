#pragma once
/// @file  A chart of circles: two numbers are their place, a third their area.
#include <filesystem>
#include <string>
#include <vector>

namespace cnn::figure {

/// Circles over two axes: x in powers of ten, the area a third number.
struct Bubbles {
    struct Bubble {
        std::string label;
        double x, y, area;
        int series = 0;       ///< its colour; neighbours of one series, the second further right, are joined
        bool hollow = false;  ///< of another kind than the others
    };
    std::string title = {}, x_label = {}, y_label = {};
    std::vector<Bubble> bubbles = {};
};
/// Draws them as an SVG, a name beside each circle where there is room.  Errors: no bubbles; numbers that are
/// not finite, or an x or an area that is not positive.
void bubbles(const std::filesystem::path& svg, const Bubbles& bubbles);

}  // namespace cnn::figure
