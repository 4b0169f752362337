// Figures that are drawn: grids of numbers and confusion matrices.
#include <algorithm>
#include <cmath>
#include <iomanip>
#include <sstream>

#include "common/base/error.hpp"
#include "common/figure/drawing.hpp"
#include "common/figure/figure.hpp"

namespace cnn::figure {

namespace {

constexpr double margin = 16, cell_height = 30;

/// Whole numbers as they are, others with three digits.
std::string printed(real value) {
    std::ostringstream out;
    if (value == std::round(value) && std::abs(value) < 1e9)
        out << static_cast<long long>(value);
    else
        out << std::setprecision(3) << value;
    return out.str();
}

/// White for 0, a full blue for 1.
std::string blue(double share) {
    const auto mix = [share](int end) { return int(std::lround(255 + share * (end - 255))); };
    std::ostringstream out;
    out << "rgb(" << mix(38) << ',' << mix(92) << ',' << mix(160) << ')';
    return out.str();
}

double cell_width(const Grid& grid) {
    double widest = cell_height;
    for (const real value : grid.numbers.flat())
        widest = std::max(widest, Drawing::width(printed(value)) + 12);
    return widest;
}

double grid_width(const Grid& grid) {
    return std::max(cell_width(grid) * grid.numbers.shape().w, Drawing::width(grid.title, 15));
}

void draw(Drawing& drawing, const Grid& grid, double x, double y) {
    const Shape& s = grid.numbers.shape();
    const double width = cell_width(grid);
    drawing.words(x, y + 12, grid.title, {.size = 15, .anchor = "start", .bold = true});
    y += 30;
    for (int h = 0; h < s.h; ++h)
        for (int w = 0; w < s.w; ++w) {
            const bool inside = grid.inner && h >= grid.inner->top && w >= grid.inner->left &&
                                h < grid.inner->top + grid.inner->height &&
                                w < grid.inner->left + grid.inner->width;
            const double left = x + w * width, top = y + h * cell_height;
            drawing.rectangle(left, top, width, cell_height, inside ? palette::tint : palette::cell,
                              palette::line);
            drawing.words(left + width / 2, top + cell_height / 2, printed(grid.numbers(0, h, w, 0)));
        }
}

}  // namespace

void grids(const std::filesystem::path& svg, const std::vector<Grid>& grids, int columns) {
    require(!grids.empty() && columns >= 1, "figure: ", svg.string(),
            " needs at least one grid and one column");
    for (const Grid& grid : grids)
        require(grid.numbers.shape().n == 1 && grid.numbers.shape().c == 1, "figure: the grid \"", grid.title,
                "\" is ", grid.numbers.shape(), "; only one image of one channel can be drawn");

    Drawing drawing;
    double x = margin, y = margin, lowest = y, rightmost = x;
    for (std::size_t i = 0; i < grids.size(); ++i) {
        if (i > 0 && i % std::size_t(columns) == 0) {
            x = margin;
            y = lowest + 12;
        }
        draw(drawing, grids[i], x, y);
        rightmost = std::max(rightmost, x + grid_width(grids[i]));
        lowest = std::max(lowest, y + 30 + grids[i].numbers.shape().h * cell_height);
        x += grid_width(grids[i]) + 28;
    }
    drawing.write(svg, rightmost + margin, lowest + margin);
}

void confusion(const std::filesystem::path& svg, const std::vector<std::vector<int>>& counts,
               const std::vector<std::string>& classes) {
    const std::size_t n = classes.size();
    require(n > 0 && counts.size() == n &&
                std::ranges::all_of(counts, [n](auto& row) { return row.size() == n; }),
            "figure: a confusion matrix of ", n, " classes needs ", n, " rows of ", n, " counts");
    constexpr double cell = 46;
    double names = 0;
    for (const std::string& name : classes) names = std::max(names, Drawing::width(name, 13));
    const double left = margin + 28 + names + 10, top = margin + 28 + 0.75 * names + 16;
    const double side = cell * double(n);

    Drawing drawing;
    drawing.words(left + side / 2, margin + 8, "predicted", {.colour = palette::muted});
    drawing.words(margin + 8, top + side / 2, "true", {.colour = palette::muted, .rotated = -90});
    for (std::size_t i = 0; i < n; ++i) {
        const double middle = (double(i) + 0.5) * cell;
        drawing.words(left - 8, top + middle, classes[i], {.size = 13, .anchor = "end"});
        drawing.words(left + middle, top - 10, classes[i], {.size = 13, .anchor = "start", .rotated = -45});

        // Each row is coloured by its own share: classes may differ in size.
        double all = 0;
        for (const int count : counts[i]) all += count;
        for (std::size_t j = 0; j < n; ++j) {
            const double share = all > 0 ? counts[i][j] / all : 0;
            const double x = left + double(j) * cell, y = top + double(i) * cell;
            drawing.rectangle(x, y, cell, cell, blue(std::sqrt(share)), palette::line);
            if (counts[i][j] > 0)
                drawing.words(x + cell / 2, y + cell / 2, std::to_string(counts[i][j]),
                              {.size = 13, .colour = share > 0.3 ? "#ffffff" : palette::ink, .bold = i == j});
        }
    }
    drawing.write(svg, left + side + std::max(margin, 0.75 * names - cell / 2), top + side + margin);
}

}  // namespace cnn::figure
