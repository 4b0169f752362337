#include "common/figure/lettering.hpp"

#include <stb_easy_font.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace cnn::figure {

namespace {

std::string ascii(const std::string& text) {
    std::string plain;
    for (const char c : text)
        if ((c & 0xC0) != 0x80) plain += c >= ' ' && c <= '~' ? c : '?';
    return plain;
}

/// A corner of a rectangle as stb_easy_font gives it: four of them a rectangle.
struct Corner {
    float x, y, z;
    unsigned char colour[4];
};

}  // namespace

void letter(MutableView picture, int top, int left, const std::string& text, const Lettering& lettering) {
    std::string line = ascii(text);
    std::vector<Corner> corners(4 * (line.size() * 20 + 1));
    const int count =
        stb_easy_font_print(0, 0, line.data(), nullptr, corners.data(), int(corners.size() * sizeof(Corner)));
    for (int k = 0; k < count; ++k) {
        const Corner &from = corners[std::size_t(4 * k)], &to = corners[std::size_t(4 * k + 2)];
        const auto pixel = [&](double at) { return int(std::lround(at * lettering.scale)); };
        const int bottom = std::min(top + pixel(double(to.y)), picture.shape.h);
        const int right = std::min(left + pixel(double(to.x)), picture.shape.w);
        for (int i = std::max(0, top + pixel(double(from.y))); i < bottom; ++i)
            for (int j = std::max(0, left + pixel(double(from.x))); j < right; ++j)
                std::ranges::copy(lettering.colour, picture.pixel(0, i, j));
    }
}

int letters_width(const std::string& text, int scale) {
    std::string line = ascii(text);
    return scale * stb_easy_font_width(line.data());
}

int letters_height(int scale) { return 12 * scale; }

std::string shortened(const std::string& text, int width, int scale) {
    if (letters_width(text, scale) <= width) return text;
    std::string cut = ascii(text);
    while (!cut.empty() && letters_width(cut + "...", scale) > width) cut.pop_back();
    return cut + "...";
}

}  // namespace cnn::figure
