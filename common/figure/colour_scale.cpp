#include "common/figure/colour_scale.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace cnn::figure {

namespace {

using Triple = std::array<double, 3>;

double to_screen(double linear) {
    return linear <= 0.0031308 ? 12.92 * linear : 1.055 * std::pow(linear, 1 / 2.4) - 0.055;
}
double from_screen(double value) {
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

/// Linear light of a colour given by lightness, chroma and hue; outside of 0 ... 1 no screen has it.
Triple light(double L, double chroma, double hue) {
    const double a = chroma * std::cos(hue), b = chroma * std::sin(hue);
    const double l = std::pow(L + 0.3963377774 * a + 0.2158037573 * b, 3);
    const double m = std::pow(L - 0.1055613458 * a - 0.0638541728 * b, 3);
    const double s = std::pow(L - 0.0894841775 * a - 1.2914855480 * b, 3);
    return {4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
            -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
            -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s};
}

bool on_screen(const Triple& rgb) {
    return std::ranges::all_of(rgb, [](double x) { return x >= 0 && x <= 1; });
}

/// The path at `part` of its way.
Rgb on_path(double part) {
    const double L = 0.15 + part * (0.96 - 0.15);
    const double hue = (290 + part * 170) * std::numbers::pi / 180;
    double low = 0, high = 0.17;
    for (int halving = 0; halving < 30; ++halving) {
        const double middle = (low + high) / 2;
        (on_screen(light(L, middle, hue)) ? low : high) = middle;
    }
    Rgb colour{};
    const Triple linear = light(L, low, hue);
    for (std::size_t k = 0; k < 3; ++k)
        colour.at(k) = real(std::clamp(to_screen(std::max(0.0, linear.at(k))), 0.0, 1.0));
    return colour;
}

double distance(const Rgb& a, const Rgb& b) {
    const Triple x = oklab(a), y = oklab(b);
    return std::hypot(x[0] - y[0], x[1] - y[1], x[2] - y[2]);
}

/// 256 colours at equal distances along the path.
std::vector<Rgb> table() {
    constexpr int fine = 8192, count = 256;
    std::vector<Rgb> path;
    std::vector<double> way{0};
    for (int i = 0; i <= fine; ++i) {
        path.push_back(on_path(double(i) / fine));
        if (i > 0) way.push_back(way.back() + distance(path[std::size_t(i)], path[std::size_t(i - 1)]));
    }
    std::vector<Rgb> colours;
    for (int i = 0; i < count; ++i) {
        const auto at = std::ranges::lower_bound(way, way.back() * i / (count - 1)) - way.begin();
        colours.push_back(path[std::size_t(std::min<std::ptrdiff_t>(at, fine))]);
    }
    return colours;
}

}  // namespace

std::array<double, 3> oklab(const Rgb& colour) {
    const double r = from_screen(double(colour[0])), g = from_screen(double(colour[1])),
                 b = from_screen(double(colour[2]));
    const double l = std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    const double m = std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    const double s = std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    return {0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
            1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
            0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s};
}

Rgb uniform_colour(double share) {
    static const std::vector<Rgb> colours = table();
    const double at = std::isnan(share) ? 0 : std::clamp(share, 0.0, 1.0) * 255;
    return colours[std::size_t(std::lround(at))];
}

}  // namespace cnn::figure
