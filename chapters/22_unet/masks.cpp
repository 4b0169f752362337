#include "masks.hpp"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <iterator>
#include <sstream>

#include "common/base/error.hpp"
#include "common/figure/drawing.hpp"
#include "common/figure/lettering.hpp"
#include "common/files/image.hpp"
#include "common/training/evaluation.hpp"

namespace cnn {

figure::Rgb mask_colour(int kind) {
    if (kind == 0) return {real(0.5), real(0.5), real(0.5)};
    const std::string hex = palette::series[std::size_t(kind - 1) % std::size(palette::series)];
    const auto part = [&](std::size_t at) { return real(std::stoi(hex.substr(at, 2), nullptr, 16)) / 255; };
    return {part(1), part(3), part(5)};
}

Tensor with_masks(View picture, View kinds, Extent size) {
    constexpr auto opacity = real(0.6);
    const Tensor large = resample(picture, size);
    Tensor result = Tensor::uninitialized({.h = size.h, .w = size.w, .c = 3});
    for (int i = 0; i < size.h; ++i)
        for (int j = 0; j < size.w; ++j) {
            const real* from = large.view().pixel(0, i, j);
            const real grey = picture.shape.c == 1
                                  ? from[0]
                                  : real(0.299) * from[0] + real(0.587) * from[1] + real(0.114) * from[2];
            const int kind = int(kinds(0, i * kinds.shape.h / size.h, j * kinds.shape.w / size.w, 0));
            const real weight = kind == 0 ? real{0} : opacity;
            const figure::Rgb colour = mask_colour(kind);
            for (std::size_t c = 0; c < 3; ++c)
                result.view().pixel(0, i, j)[c] = (1 - weight) * grey + weight * colour.at(c);
        }
    return result;
}

Tensor legend(const std::vector<Called>& lines, Extent size) {
    constexpr int line = 36, square = 20;
    Tensor all({.h = size.h, .w = size.w, .c = 3});
    fill(all, 1);
    int top = 4;
    for (const auto& [kind, name, share] : lines) {
        if (top + square > size.h) break;
        const int wide = std::min(square, size.w);
        for (int i = top; i < top + square; ++i)
            for (int j = 0; j < wide; ++j) std::ranges::copy(mask_colour(kind), all.view().pixel(0, i, j));
        std::ostringstream text;
        text << name << ' ' << std::fixed << std::setprecision(1) << 100 * share << " %";
        const int left = square + 8;
        figure::letter(all, top + (square - figure::letters_height()) / 2, left,
                       figure::shortened(text.str(), std::max(0, size.w - left)));
        top += line;
    }
    return all;
}

Tensor named_pixels(View logits) {
    require(logits.shape.n == 1, "masks: ", logits.shape.n, " pictures; one at a time can be drawn");
    std::vector<int> kinds;
    append_classes(logits, kinds);
    Tensor all({.h = logits.shape.h, .w = logits.shape.w});
    std::ranges::transform(kinds, all.flat().begin(), [](int kind) { return real(kind); });
    return all;
}

}  // namespace cnn
