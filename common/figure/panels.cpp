#include "common/figure/panels.hpp"

#include <algorithm>
#include <cmath>

#include "common/base/range.hpp"
#include "common/figure/colour_scale.hpp"
#include "common/figure/lettering.hpp"
#include "common/files/image.hpp"

namespace cnn::figure {

namespace {

constexpr int margin = 16, bar_width = 18, bar_room = 96, scale = 2;

/// The scale from bottom to top between its two ends.
void draw_bar(MutableView sheet, int top, int left, int height) {
    const int letters = letters_height(scale);
    letter(sheet, top, left, "maximum");
    letter(sheet, top + height - letters + 6, left, "0");
    const int first = top + letters, last = top + height - letters;
    for (int i = first; i < last; ++i) {
        const Rgb shade = uniform_colour(1 - double(i - first) / (last - 1 - first));
        for (int j = left; j < left + bar_width; ++j) std::ranges::copy(shade, sheet.pixel(0, i, j));
    }
}

/// A grey picture as RGB.
Tensor colour(const Tensor& picture) {
    const Shape s = picture.shape();
    if (s.c == 3) return picture;
    Tensor rgb = Tensor::uninitialized({.h = s.h, .w = s.w, .c = 3});
    for (int i = 0; i < s.h; ++i)
        for (int j = 0; j < s.w; ++j) std::fill_n(rgb.view().pixel(0, i, j), 3, picture(0, i, j, 0));
    return rgb;
}

}  // namespace

Extent shown_size(double height, double width, double longer) {
    constexpr double shorter = 48;
    const double zoom = longer / std::max(height, width);
    return {int(std::lround(std::max(shorter, height * zoom))),
            int(std::lround(std::max(shorter, width * zoom)))};
}

Tensor overlaid(View picture, View evidence, Extent size, double most) {
    constexpr double opacity = 0.65;
    Tensor result = colour(resample(picture, size));
    const Tensor map = resample(evidence, size);
    if (most == 0) most = double(std::ranges::max(map.flat()));
    for (int i = 0; i < size.h; ++i)
        for (int j = 0; j < size.w; ++j) {
            real* pixel = result.view().pixel(0, i, j);
            const real grey = real(0.299) * pixel[0] + real(0.587) * pixel[1] + real(0.114) * pixel[2];
            const double share = most > 0 ? double(map(0, i, j, 0)) / most : 0;
            const Rgb shade = uniform_colour(share);
            for (std::size_t c = 0; c < 3; ++c)
                pixel[c] = real(1 - opacity) * grey + real(opacity) * shade.at(c);
        }
    return result;
}

void frame(MutableView picture, int top, int left, Extent part, const Rgb& colour, int thick) {
    const auto paint = [&](int i, int j) {
        if (i >= 0 && j >= 0 && i < picture.shape.h && j < picture.shape.w)
            std::ranges::copy(colour, picture.pixel(0, i, j));
    };
    for (int ring = 1; ring <= thick; ++ring) {
        for (int j = left - ring; j < left + part.w + ring; ++j)
            paint(top - ring, j), paint(top + part.h + ring - 1, j);
        for (int i = top - ring; i < top + part.h + ring; ++i)
            paint(i, left - ring), paint(i, left + part.w + ring - 1);
    }
}

Tensor sheet(const std::vector<Panel>& panels, int columns, bool bar) {
    int height = 0, width = 0;
    for (const Panel& panel : panels) {
        height = std::max(height, panel.picture.shape().h);
        width = std::max(width, panel.picture.shape().w);
    }
    const int letters = letters_height(scale), below = 2 * letters + 2 * margin;
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
        copy(colour(picture),
             all.view().window(top + (height - s.h) / 2, left + (width - s.w) / 2, {s.h, s.w}));
        letter(all, top + height + 8, left, shortened(title, width, scale));
        letter(all, top + height + 8 + letters, left, shortened(note, width, scale),
               {.colour = {real(0.35), real(0.4), real(0.46)}});
    }
    if (bar) draw_bar(all, margin, margin + columns * (width + margin), height);
    return all;
}

}  // namespace cnn::figure
