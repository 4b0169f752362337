#include "program/sheet.hpp"

#include <algorithm>
#include <cmath>

#include "common/base/range.hpp"
#include "common/figure/colour_scale.hpp"
#include "common/figure/lettering.hpp"
#include "common/files/image.hpp"

namespace cnn::program {

namespace {

constexpr int margin = 16, bar_width = 18, bar_room = 96, scale = 2;

/// The scale from bottom to top between its two ends.
void draw_bar(MutableView sheet, int top, int left, int height) {
    const int letters = figure::letters_height(scale);
    figure::letter(sheet, top, left, "maximum");
    figure::letter(sheet, top + height - letters + 6, left, "0");
    const int first = top + letters, last = top + height - letters;
    for (int i = first; i < last; ++i) {
        const figure::Rgb colour = figure::uniform_colour(1 - double(i - first) / (last - 1 - first));
        for (int j = left; j < left + bar_width; ++j) std::ranges::copy(colour, sheet.pixel(0, i, j));
    }
}

}  // namespace

Extent shown_size(double height, double width) {
    constexpr double longer = 320, shorter = 48;
    const double zoom = longer / std::max(height, width);
    return {int(std::lround(std::max(shorter, height * zoom))),
            int(std::lround(std::max(shorter, width * zoom)))};
}

Tensor overlaid(View picture, View evidence, Extent size) {
    constexpr double opacity = 0.65;
    Tensor result = resample(picture, size);
    const Tensor map = resample(evidence, size);
    const double most = double(std::ranges::max(map.flat()));
    for (int i = 0; i < size.h; ++i)
        for (int j = 0; j < size.w; ++j) {
            real* pixel = result.view().pixel(0, i, j);
            const real grey = real(0.299) * pixel[0] + real(0.587) * pixel[1] + real(0.114) * pixel[2];
            const double share = most > 0 ? double(map(0, i, j, 0)) / most : 0;
            const figure::Rgb colour = figure::uniform_colour(share);
            for (std::size_t c = 0; c < 3; ++c)
                pixel[c] = real(1 - opacity) * grey + real(opacity) * colour.at(c);
        }
    return result;
}

Tensor sheet(const std::vector<Panel>& panels, int columns, bool bar) {
    int height = 0, width = 0;
    for (const Panel& panel : panels) {
        height = std::max(height, panel.picture.shape().h);
        width = std::max(width, panel.picture.shape().w);
    }
    const int letters = figure::letters_height(scale), below = 2 * letters + 2 * margin;
    const int count = int(panels.size());
    const int rows = divide_up(count, columns);
    Tensor all({.h = rows * (height + below) + margin,
                .w = columns * (width + margin) + margin + (bar ? bar_room : 0),
                .c = 3});
    fill(all, 1);

    for (int k = 0; k < count; ++k) {
        const auto& [picture, title, note] = panels[std::size_t(k)];
        const Shape s = picture.shape();
        const int top = margin + k / columns * (height + below),
                  left = margin + k % columns * (width + margin);
        copy(picture, all.view().window(top + (height - s.h) / 2, left + (width - s.w) / 2, {s.h, s.w}));
        figure::letter(all, top + height + 8, left, figure::shortened(title, width, scale));
        figure::letter(all, top + height + 8 + letters, left, figure::shortened(note, width, scale),
                       {.colour = {real(0.35), real(0.4), real(0.46)}});
    }
    if (bar) draw_bar(all, margin, margin + columns * (width + margin), height);
    return all;
}

}  // namespace cnn::program
