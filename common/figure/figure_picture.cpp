// Figures that are pictures: maps as colours, channels as grey, many pictures as one.
#include <algorithm>
#include <cmath>
#include <iterator>

#include "common/base/error.hpp"
#include "common/base/range.hpp"
#include "common/figure/figure.hpp"
#include "common/files/image.hpp"

namespace cnn::figure {

namespace {

struct Colour {
    double red, green, blue;  // 0 ... 255
};

// Viridis (Smith and van der Walt 2015) at nine places: even in lightness, safe for colour-blind eyes.
constexpr Colour viridis[] = {{68, 1, 84},    {71, 44, 122}, {59, 81, 139},  {44, 113, 142}, {33, 144, 141},
                              {39, 173, 129}, {92, 200, 99}, {170, 220, 50}, {253, 231, 37}};
constexpr Colour blue_white_red[] = {
    {33, 82, 157}, {116, 165, 209}, {255, 255, 255}, {235, 141, 114}, {178, 32, 43}};

/// The colour at `at` (0 ... 1) of a scale of evenly spaced colours, into one pixel.
template <std::size_t count>
void paint(const Colour (&scale)[count], double at, real* pixel) {
    const double place = std::clamp(std::isnan(at) ? 0.0 : at, 0.0, 1.0) * double(count - 1);
    const std::size_t low = std::min(std::size_t(place), count - 2);
    const double part = place - double(low);
    const Colour &a = scale[low], &b = scale[low + 1];
    pixel[0] = real((a.red + part * (b.red - a.red)) / 255);
    pixel[1] = real((a.green + part * (b.green - a.green)) / 255);
    pixel[2] = real((a.blue + part * (b.blue - a.blue)) / 255);
}

void require_map(const char* what, const Shape& s) {
    require(s.n == 1 && s.c == 1 && s.h >= 1 && s.w >= 1, "figure: ", what,
            " draws one map of one channel, not ", s);
}

}  // namespace

Tensor heat(View map) {
    require_map("heat", map.shape);
    const Tensor share = stretched(map);
    Tensor picture = Tensor::uninitialized({.h = map.shape.h, .w = map.shape.w, .c = 3});
    for (std::size_t i = 0; i < share.flat().size(); ++i)
        paint(viridis, double(share.flat()[i]), &picture.flat()[3 * i]);
    return picture;
}

Tensor diverging(View map) {
    require_map("diverging", map.shape);
    const Tensor values(map);
    double largest = 0;
    for (const real value : values.flat()) largest = std::max(largest, std::abs(double(value)));
    Tensor picture = Tensor::uninitialized({.h = map.shape.h, .w = map.shape.w, .c = 3});
    for (std::size_t i = 0; i < values.flat().size(); ++i) {
        const double value = double(values.flat()[i]);
        paint(blue_white_red, largest > 0 ? 0.5 + 0.5 * value / largest : 0.5, &picture.flat()[3 * i]);
    }
    return picture;
}

std::vector<Tensor> channels(View map) {
    require(map.shape.n == 1, "figure: channels draws one image, not ", map.shape.n);
    std::vector<Tensor> pictures;
    for (int c = 0; c < map.shape.c; ++c) pictures.push_back(stretched(map.channels(c, 1)));
    return pictures;
}

Tensor montage(const std::vector<Tensor>& images, int columns, int zoom) {
    require(!images.empty() && columns >= 1 && zoom >= 1,
            "figure: a montage needs at least one picture, one column and a zoom of 1");
    int height = 0, width = 0;
    for (const Tensor& image : images) {
        const Shape& s = image.shape();
        require(s.n == 1 && (s.c == 1 || s.c == 3), "figure: a picture of the montage is ", s,
                "; it must be one image of 1 or 3 channels");
        height = std::max(height, s.h * zoom);
        width = std::max(width, s.w * zoom);
    }

    constexpr int gap = 4;
    columns = std::min(columns, int(images.size()));
    const int rows = divide_up(int(images.size()), columns);
    Tensor sheet({.h = rows * (height + gap) - gap, .w = columns * (width + gap) - gap, .c = 3});
    fill(sheet, 1);
    for (int i = 0; i < int(images.size()); ++i) {
        const View image = images[std::size_t(i)];
        const Shape& s = image.shape;
        const int top = i / columns * (height + gap) + (height - s.h * zoom) / 2;
        const int left = i % columns * (width + gap) + (width - s.w * zoom) / 2;
        for (int h = 0; h < s.h * zoom; ++h)
            for (int w = 0; w < s.w * zoom; ++w)
                for (int c = 0; c < 3; ++c)
                    sheet(0, top + h, left + w, c) = image(0, h / zoom, w / zoom, s.c == 3 ? c : 0);
    }
    return sheet;
}

}  // namespace cnn::figure
