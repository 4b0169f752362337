// A network, or a piece of one, as boxes and arrows from top to bottom.
#include <algorithm>
#include <cmath>

#include "common/base/error.hpp"
#include "common/figure/drawing.hpp"
#include "common/figure/figure.hpp"

namespace cnn::figure {

namespace {

constexpr double margin = 16, gap = 22, between = 14, height = 46, title_height = 30;

/// Where a box stands: how many arrows from the top, and how many columns from the left.
struct Place {
    int depth = 0;
    double lane = 0;
};

std::vector<Place> places_of(const std::vector<Blocks::Box>& boxes) {
    std::vector<Place> places;
    const auto taken = [&](int depth, double lane) {
        return std::ranges::any_of(places,
                                   [&](const Place& p) { return p.depth == depth && p.lane == lane; });
    };
    for (const Blocks::Box& box : boxes) {
        Place place;
        double sum = 0;
        for (const int input : box.inputs) {
            place.depth = std::max(place.depth, places[std::size_t(input)].depth + 1);
            sum += places[std::size_t(input)].lane;
        }
        // A branch goes straight down where it can, a join stands below the middle of what it joins.
        if (!box.inputs.empty()) place.lane = sum / double(box.inputs.size());
        while (taken(place.depth, place.lane)) ++place.lane;
        places.push_back(place);
    }

    // What is alone in its row stands above the middle of what reads it.
    for (std::size_t i = boxes.size(); i-- > 0;) {
        double sum = 0;
        int branches = 0;
        for (std::size_t k = i + 1; k < boxes.size(); ++k)
            if (places[k].depth == places[i].depth + 1 && std::ranges::count(boxes[k].inputs, int(i)) > 0)
                sum += places[k].lane, ++branches;
        const auto in_row = std::ranges::count(places, places[i].depth, &Place::depth);
        if (branches > 0 && in_row == 1) places[i].lane = sum / branches;
    }
    return places;
}

/// An arrow's two short lines, at its end; (dx, dy) is its direction.
void head(Drawing& drawing, double x, double y, double dx, double dy) {
    const double length = std::hypot(dx, dy);
    dx *= 6 / length, dy *= 6 / length;
    for (const double side : {-0.6, 0.6})
        drawing.line(x, y, x - dx - side * dy, y - dy + side * dx, palette::muted, 1.5);
}

}  // namespace

void blocks(const std::filesystem::path& svg, const Blocks& all) {
    require(!all.boxes.empty(), "figure: ", svg.string(), " has no boxes");
    double width = 90;
    for (std::size_t i = 0; i < all.boxes.size(); ++i) {
        const Blocks::Box& box = all.boxes[i];
        width = std::max({width, Drawing::width(box.name, 13) + 20, Drawing::width(box.note, 12) + 20});
        for (const int input : box.inputs)
            require(input >= 0 && std::size_t(input) < i, "figure: the box \"", box.name, "\" of ",
                    svg.string(), " has the input ", input, "; inputs come before what they lead to");
    }
    const std::vector<Place> places = places_of(all.boxes);
    const auto left = [&](const Place& p) { return margin + p.lane * (width + between); };
    const auto top = [&](const Place& p) { return margin + title_height + p.depth * (height + gap); };
    double right = 0, bottom = 0, detour = 0;
    for (const Place& p : places) {
        right = std::max(right, left(p) + width);
        bottom = std::max(bottom, top(p) + height);
    }

    Drawing drawing;
    drawing.words(margin, margin + 8, all.title, {.size = 15, .anchor = "start", .bold = true});
    int detours = 0;
    for (std::size_t k = 0; k < all.boxes.size(); ++k)
        for (const int input : all.boxes[k].inputs) {
            const Place from = places[std::size_t(input)], to = places[k];
            const double x1 = left(from) + width / 2, y1 = top(from) + height, x2 = left(to) + width / 2,
                         y2 = top(to);
            const bool blocked = std::ranges::any_of(places, [&](const Place& p) {
                return from.depth < p.depth && p.depth < to.depth && std::abs(p.lane - from.lane) < 0.9;
            });
            if (blocked) {  // around the boxes between, on the right, each detour outside of the ones before
                const double x = right + 14 + 12 * detours++, y = y1 - height / 2 + 8,
                             end = y2 + height / 2 - 8;
                drawing.line(left(from) + width, y, x, y, palette::muted, 1.5);
                drawing.line(x, y, x, end, palette::muted, 1.5);
                drawing.line(x, end, left(to) + width, end, palette::muted, 1.5);
                head(drawing, left(to) + width, end, -1, 0);
                detour = std::max(detour, x - right);
                continue;
            }
            drawing.line(x1, y1, x1, y2 - gap, palette::muted, 1.5);
            drawing.line(x1, y2 - gap, x2, y2, palette::muted, 1.5);
            head(drawing, x2, y2, x2 - x1, gap);
        }
    for (std::size_t k = 0; k < all.boxes.size(); ++k) {
        const Blocks::Box& box = all.boxes[k];
        const double x = left(places[k]), y = top(places[k]);
        drawing.rectangle(x, y, width, height, box.learns ? palette::tint : palette::cell, palette::muted, 6);
        drawing.words(x + width / 2, y + 15, box.name, {.size = 13, .bold = true});
        drawing.words(x + width / 2, y + 33, box.note, {.size = 12, .colour = palette::muted});
    }
    drawing.write(svg, std::max(right + detour, margin + Drawing::width(all.title, 15)) + margin,
                  bottom + margin);
}

}  // namespace cnn::figure
