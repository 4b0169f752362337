// Circles over two axes, their areas a third number.
#include "common/figure/bubbles.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <sstream>
#include <vector>

#include "common/base/error.hpp"
#include "common/figure/drawing.hpp"

namespace cnn::figure {

namespace {

constexpr double width = 900, height = 640, left = 70, right = 30, top = 56, bottom = 64;
constexpr double letters = 12, largest_radius = 34;

struct Box {
    double x, y, width, height;

    bool meets(const Box& other) const {
        return x < other.x + other.width && other.x < x + width && y < other.y + other.height &&
               other.y < y + height;
    }
};

/// Where everything stands on the paper.
class Axes {
public:
    explicit Axes(const Bubbles& chart) {
        for (const Bubbles::Bubble& b : chart.bubbles) {
            x_low_ = std::min(x_low_, std::log10(b.x)), x_high_ = std::max(x_high_, std::log10(b.x));
            y_low_ = std::min(y_low_, b.y), y_high_ = std::max(y_high_, b.y);
            most_ = std::max(most_, b.area);
        }
        // Room for circles and names at the ends.
        x_low_ -= 0.12, x_high_ += 0.2;
        y_low_ = std::floor(y_low_ / step) * step, y_high_ = std::ceil((y_high_ + 1) / step) * step;
    }
    double x(double value) const {
        return left + (std::log10(value) - x_low_) / (x_high_ - x_low_) * (width - left - right);
    }
    double y(double value) const {
        return height - bottom - (value - y_low_) / (y_high_ - y_low_) * (height - top - bottom);
    }
    double radius(double area) const { return std::max(3.0, largest_radius * std::sqrt(area / most_)); }

    void draw(Drawing& drawing, const Bubbles& chart) const {
        for (double y_tick = y_low_; y_tick <= y_high_ + step / 2; y_tick += step) {
            drawing.line(left, y(y_tick), width - right, y(y_tick));
            drawing.words(left - 8, y(y_tick), printed(y_tick), {.size = letters, .anchor = "end"});
        }
        for (int power = int(std::floor(x_low_)); power <= int(std::ceil(x_high_)); ++power)
            for (const int digit : {1, 2, 5}) {
                const double tick = digit * std::pow(10, power), log = std::log10(tick);
                if (log < x_low_ || log > x_high_) continue;
                drawing.line(x(tick), top, x(tick), height - bottom);
                drawing.words(x(tick), height - bottom + 16, printed(tick), {.size = letters});
            }
        drawing.words((left + width - right) / 2, height - bottom + 40, chart.x_label,
                      {.size = 13, .colour = palette::muted});
        drawing.words(20, (top + height - bottom) / 2, chart.y_label,
                      {.size = 13, .colour = palette::muted, .rotated = -90});
        drawing.words(left, 24, chart.title, {.size = 16, .anchor = "start", .bold = true});
    }

private:
    static constexpr double step = 5;

    static std::string printed(double value) {
        std::ostringstream text;
        text << value;
        return text.str();
    }

    double x_low_ = 1e9, x_high_ = -1e9, y_low_ = 1e9, y_high_ = -1e9, most_ = 0;
};

const char* colour_of(int series) {
    return palette::series[std::size_t(series) % std::size(palette::series)];
}

/// A name beside its circle where nothing else stands: right, left, above, below, further off; else nowhere.
void name(Drawing& drawing, const Bubbles::Bubble& b, const Box& circle, std::vector<Box>& taken) {
    const double w = Drawing::width(b.label, letters), h = letters + 3, r = circle.width / 2;
    const double x = circle.x + r, y = circle.y + r;
    for (const double far : {3.0, 12.0})
        for (const Box& place : {Box{x + r + far, y - h / 2, w, h}, Box{x - r - far - w, y - h / 2, w, h},
                                 Box{x - w / 2, y - r - far - h, w, h}, Box{x - w / 2, y + r + far, w, h},
                                 Box{x + 0.7 * r + far, y - 0.7 * r - far - h, w, h},
                                 Box{x + 0.7 * r + far, y + 0.7 * r + far, w, h}}) {
            const bool inside = place.x > left && place.x + w < width - 4 && place.y > top - 10;
            const auto meets = [&](const Box& other) { return place.meets(other); };
            if (!inside || std::ranges::any_of(taken, meets)) continue;
            taken.push_back(place);
            drawing.words(place.x, place.y + h / 2, b.label,
                          {.size = letters, .anchor = "start", .colour = colour_of(b.series)});
            return;
        }
}

}  // namespace

void bubbles(const std::filesystem::path& svg, const Bubbles& chart) {
    require(!chart.bubbles.empty(), "figure: the chart ", svg.string(), " has no bubbles");
    for (const Bubbles::Bubble& b : chart.bubbles)
        require(std::isfinite(b.x) && b.x > 0 && std::isfinite(b.y) && std::isfinite(b.area) && b.area > 0,
                "figure: the bubble \"", b.label, "\" of ", svg.string(), " stands at ", b.x, ", ", b.y,
                " with an area of ", b.area, "; all must be finite, x and the area above 0");
    const Axes axes(chart);
    Drawing drawing;
    axes.draw(drawing, chart);

    // Neighbours of a series are joined from left to right.
    for (std::size_t i = 1; i < chart.bubbles.size(); ++i) {
        const Bubbles::Bubble &a = chart.bubbles[i - 1], &b = chart.bubbles[i];
        if (a.series == b.series && a.x < b.x)
            drawing.line(axes.x(a.x), axes.y(a.y), axes.x(b.x), axes.y(b.y), colour_of(a.series), 1);
    }

    // Small circles over large ones; names last.
    std::vector<Bubbles::Bubble> by_size = chart.bubbles;
    std::ranges::stable_sort(by_size, std::greater<>(), &Bubbles::Bubble::area);
    std::vector<Box> circles;
    for (const Bubbles::Bubble& b : by_size) {
        const double r = axes.radius(b.area);
        circles.push_back({axes.x(b.x) - r, axes.y(b.y) - r, 2 * r, 2 * r});
        drawing.rectangle(circles.back().x, circles.back().y, 2 * r, 2 * r,
                          b.hollow ? palette::paper : colour_of(b.series),
                          b.hollow ? colour_of(b.series) : palette::paper, r);
    }
    std::vector<Box> taken = circles;
    for (std::size_t i = by_size.size(); i-- > 0;) name(drawing, by_size[i], circles[i], taken);
    drawing.write(svg, width, height);
}

}  // namespace cnn::figure
