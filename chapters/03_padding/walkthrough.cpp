// What `cnn tour 03` prints and draws.
#include "common/book/chapter.hpp"
#include "common/figure/figure.hpp"
#include "common/tensor/slide.hpp"
#include "padding.hpp"

namespace cnn {

namespace {

const char* const slide_image = "5 3 8 1 6\n 4 7 2 9 0\n 3 5 7 8 1\n 2 6 0 4 3\n 9 1 5 2 7";

// The third row of each padded image: the first row of the image with its border, as s-06 prints it.
struct Mode {
    PaddingMode mode;
    const char* title;
    const char* row;
};
constexpr Mode modes[] = {
    {PaddingMode::constant, "constant: zero", "0 0 5 3 8 1 6 0 0"},
    {PaddingMode::replicate, "replicate", "5 5 5 3 8 1 6 6 6"},
    {PaddingMode::symmetric, "symmetric: the slide's reflective", "3 5 5 3 8 1 6 6 1"},
    {PaddingMode::reflect, "reflect, as in PyTorch", "8 3 5 3 8 1 6 1 8"},
    {PaddingMode::circular, "circular", "1 6 5 3 8 1 6 5 3"},
};

void walk(Report& report) {
    report.say(
        "Padding puts rows and columns around a map before a kernel eats its border. "
        "The mode says what stands there.");

    const Tensor image = slide(slide_image);
    std::vector<figure::Grid> grids;
    for (const Mode& mode : modes) {
        const Tensor padded = optimized::pad(image, {.sides = 2, .mode = mode.mode});
        const Tensor row(padded.view().window(2, 0, {1, 9}));
        report.check(std::string("padded by 2, ") + mode.title + ", third row", row, slide(mode.row));
        grids.push_back({mode.title, padded, figure::Grid::Region{2, 2, 5, 5}});
    }
    figure::grids(report.path("padding_modes.svg"), grids, 3);
    report.figure("padding_modes.svg",
                  "One 5x5 image padded by 2 in five modes. The image itself is tinted.");

    // An ordinary feature map: 64 channels of 56x56, padded by 1.
    const Tensor map({.h = 56, .w = 56, .c = 64});
    const Padding by_one{.sides = 1, .mode = PaddingMode::reflect};
    const double naive = median_seconds([&] { naive::pad(map, by_one); });
    const double optimized = median_seconds([&] { optimized::pad(map, by_one); });
    report.timing("reflect padding of a 56x56x64 map", naive, optimized);
    report.number("paddingSpeedup", about(naive / optimized));
}

}  // namespace

Chapter chapter_03_padding() { return {"03_padding", "Padding", "s-06", walk}; }

}  // namespace cnn
