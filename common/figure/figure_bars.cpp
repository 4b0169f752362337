// Horizontal bars with a line for each limit.
#include <algorithm>
#include <cmath>
#include <iomanip>
#include <sstream>

#include "common/base/error.hpp"
#include "common/figure/drawing.hpp"
#include "common/figure/figure.hpp"

namespace cnn::figure {

namespace {

// Narrow, so that letters stay readable where a phone shrinks the figure to its width.
constexpr double margin = 16, width = 560, row_height = 46, bar_height = 20, limit_height = 20;

/// Two digits below ten, whole numbers above.
std::string printed(double value) {
    std::ostringstream out;
    out << std::fixed << std::setprecision(value < 1 ? 2 : value < 10 ? 1 : 0) << value;
    return out.str();
}

}  // namespace

void bars(const std::filesystem::path& svg, const Bars& chart) {
    require(!chart.bars.empty(), "figure: the chart ", svg.string(), " has no bars");
    double longest = 0;
    for (const auto& all : {chart.bars, chart.limits})
        for (const Bars::Bar& bar : all) {
            require(std::isfinite(bar.value) && bar.value >= 0, "figure: the bar \"", bar.label, "\" of ",
                    svg.string(), " is ", bar.value, " long; it must be finite and not negative");
            longest = std::max(longest, bar.value);
        }
    const auto place = [&](double value) {
        return margin + (longest > 0 ? value / longest : 0) * (width - 2 * margin);
    };

    Drawing drawing;
    drawing.words(margin, margin + 8, chart.title, {.size = 15, .anchor = "start", .bold = true});
    // Each limit's name has a line of its own, so that names never collide.
    const double first = margin + 34 + limit_height * double(chart.limits.size());
    const double bottom = first + row_height * double(chart.bars.size());
    double y = margin + 36;
    for (const Bars::Bar& limit : chart.limits) {
        const double x = place(limit.value);
        const std::string text = limit.label + ": " + printed(limit.value) + ' ' + chart.unit;
        const bool left = x - Drawing::width(text, 13) - 8 > margin;
        drawing.dashes(x, y - 8, x, bottom, palette::series[3]);
        drawing.words(left ? x - 8 : x + 8, y, text,
                      {.size = 13, .anchor = left ? "end" : "start", .colour = palette::series[3]});
        y += limit_height;
    }
    y = first;
    for (const Bars::Bar& bar : chart.bars) {
        drawing.words(margin, y + 12, bar.label, {.anchor = "start"});
        drawing.rectangle(margin, y + 22, place(bar.value) - margin, bar_height, palette::series[0]);
        // The value stands inside of a bar that has room for it.
        const std::string text = printed(bar.value) + ' ' + chart.unit;
        const bool inside = Drawing::width(text, 13) + 16 < place(bar.value) - margin;
        drawing.words(place(bar.value) + (inside ? -8 : 8), y + 22 + bar_height / 2, text,
                      {.size = 13,
                       .anchor = inside ? "end" : "start",
                       .colour = inside ? palette::paper : palette::ink});
        y += row_height;
    }
    drawing.write(svg, width, bottom + margin);
}

}  // namespace cnn::figure
