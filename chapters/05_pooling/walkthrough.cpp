// What `cnn tour 05` prints and draws.
#include <cmath>

#include "common/book/chapter.hpp"
#include "common/figure/figure.hpp"
#include "common/files/data_folder.hpp"
#include "common/files/image.hpp"
#include "common/tensor/slide.hpp"
#include "convolution.hpp"
#include "pooling.hpp"

namespace cnn {

namespace {

/// Each number `step` times in both directions.
Tensor enlarged(View x, int step) {
    Tensor y({x.shape.n, x.shape.h * step, x.shape.w * step, x.shape.c});
    for (int i = 0; i < step; ++i)
        for (int j = 0; j < step; ++j) copy(x, y.view().strided(step, i, j));
    return y;
}

/// The distance of two maps, as a share of the second one's own spread around its mean.
double relative_distance(View a, View b) {
    const Tensor x(a), y(b);
    double mean = 0, distance = 0, spread = 0;
    for (const real value : y.flat()) mean += value / double(y.flat().size());
    for (std::size_t i = 0; i < y.flat().size(); ++i) {
        distance += std::pow(x.flat()[i] - y.flat()[i], 2);
        spread += std::pow(y.flat()[i] - mean, 2);
    }
    return std::sqrt(distance / spread);
}

std::string percent(double share) { return std::to_string(int(std::lround(100 * share))); }

void photograph(Report& report) {
    const Tensor cat = center_crop(read_image(data_folder() / "chelsea.png"), 256);
    const Pooling eighth{.kernel = 8, .stride = 8};
    write_png(report.path("pooling_photograph.png"),
              figure::montage(
                  {cat, enlarged(optimized::max_pool(cat, eighth), 8),
                   enlarged(optimized::average_pool(cat, eighth), 8), enlarged(cat.view().strided(8), 8)},
                  4));
    report.figure(
        "pooling_photograph.png",
        "A photograph; pooled by 8 with the maximum and with the average; and every 8th pixel as it is.");
}

// How far the result moves when the photograph is shifted, with and without pooling (E6).
void shifts(Report& report) {
    const Tensor cat = read_image(data_folder() / "chelsea.png", 1);
    const Extent size = 240;
    const Pooling eighth{.kernel = 8, .stride = 8};
    figure::Plot plot{.title = "How much a shift of the input changes the output",
                      .x_label = "shift, pixels",
                      .y_label = "change, share of the map's spread",
                      .series = {{"the photograph", {}, {}},
                                 {"every 8th pixel", {}, {}},
                                 {"maximum 8/8", {}, {}},
                                 {"average 8/8", {}, {}}}};
    const View here = cat.view().window(0, 0, size);
    for (int shift = 0; shift <= 16; ++shift) {
        const View there = cat.view().window(0, shift, size);
        const double changes[] = {
            relative_distance(there, here), relative_distance(there.strided(8), here.strided(8)),
            relative_distance(optimized::max_pool(there, eighth), optimized::max_pool(here, eighth)),
            relative_distance(optimized::average_pool(there, eighth), optimized::average_pool(here, eighth))};
        for (std::size_t i = 0; i < plot.series.size(); ++i) {
            plot.series[i].x.push_back(shift);
            plot.series[i].y.push_back(changes[i]);
        }
    }
    report.plot("pooling_shift.svg", plot,
                "A shift by one or two pixels moves the pooled maps less than the photograph.");
    report.number("poolingShiftPhotograph", percent(plot.series[0].y[1]));
    report.number("poolingShiftMaximum", percent(plot.series[2].y[1]));
    report.number("poolingShiftAverage", percent(plot.series[3].y[1]));
}

void walk(Report& report) {
    report.say("Pooling puts one number in the place of a window: the largest, or the mean.");

    const Tensor grid = slide("3 5 2 7\n 4 1 3 8\n 6 3 8 2\n 9 6 1 5");
    const Pooling two{.kernel = 2, .stride = 2};
    const Tensor largest = optimized::max_pool(grid, two), average = optimized::average_pool(grid, two);
    report.check("the largest of each 2x2", largest, slide("5 8\n 9 8"));
    report.check("the mean of each 2x2", average, slide("3.25 5\n 6 4"));
    figure::grids(report.path("pooling_grid.svg"), {{"a map", grid, figure::Grid::Region{0, 0, 2, 2}},
                                                    {"maximum", largest, figure::Grid::Region{0, 0, 1, 1}},
                                                    {"average", average, figure::Grid::Region{0, 0, 1, 1}}});
    report.figure("pooling_grid.svg", "A 4x4 map, pooled 2x2 with stride 2. The first window is tinted.");
    photograph(report);

    report.say(
        "The slide's spatial invariance holds only nearly, and only for shifts smaller than a window.");
    const Pooling pairs{.kernel = {1, 2}, .stride = {1, 2}};
    report.check("E6: pairs of 0 0 1 1 0 0 1 1", optimized::max_pool(slide("0 0 1 1 0 0 1 1"), pairs),
                 slide("0 1 0 1"));
    report.check("E6: the same shifted by one", optimized::max_pool(slide("0 1 1 0 0 1 1 0"), pairs),
                 slide("1 1 1 1"));
    shifts(report);

    report.say("Fewer numbers mean less work. VGG-16 pools its first 64 maps of 224x224.");
    const Tensor maps({.h = 224, .w = 224, .c = 64});
    const Tensor pooled = optimized::max_pool(maps, two);
    report.check("numbers before for each one after", maps.shape().size() / pooled.shape().size(),
                 std::int64_t{4});
    const Tensor filters({3, 3, 64, 64});
    const Convolution next{.padding = 1};
    const double before = median_seconds([&] { optimized::conv2d(maps, filters, {}, next); });
    const double after = median_seconds([&] { optimized::conv2d(pooled, filters, {}, next); });
    report.say("A 3x3 convolution over 64 channels takes " + duration(before) + " before this pooling and " +
               duration(after) + " after it.");

    const double naive_time = median_seconds([&] { naive::max_pool(maps, two); });
    const double optimized_time = median_seconds([&] { optimized::max_pool(maps, two); });
    report.timing("VGG-16's first max pooling", naive_time, optimized_time);
    report.number("poolingSpeedup", about(naive_time / optimized_time));

    const Tensor inception({.h = 28, .w = 28, .c = 256});
    const Pooling same{.kernel = 3, .stride = 1, .padding = 1};
    const double naive_same = median_seconds([&] { naive::max_pool(inception, same); });
    const double optimized_same = median_seconds([&] { optimized::max_pool(inception, same); });
    report.timing("a 3x3 max pooling of stride 1, as in Inception", naive_same, optimized_same);
    report.number("poolingSpeedupOverlapping", about(naive_same / optimized_same));
}

}  // namespace

Chapter chapter_05_pooling() { return {"05_pooling", "Pooling", "s-09", walk}; }

}  // namespace cnn
