// What `cnn tour 11` prints and draws.
#include <cmath>
#include <iomanip>
#include <sstream>

#include "common/book/chapter.hpp"
#include "common/book/drawn.hpp"
#include "common/figure/figure.hpp"
#include "common/machine/peak.hpp"
#include "common/tensor/normal_numbers.hpp"
#include "convolution.hpp"
#include "engine/convolution_engine.hpp"
#include "engine/depthwise_engine.hpp"
#include "engine/pointwise_engine.hpp"
#include "pointwise.hpp"

namespace cnn {

namespace {

// The slide's two filters: four channels, three maps.
void pair(Report& report) {
    Graph regular, separable;
    conv(regular.input({.h = 12, .w = 12, .c = 4}, "map"), {.filters = 3, .kernel = 3}, "conv");
    separable_conv(separable.input({.h = 12, .w = 12, .c = 4}, "map"), 3, {}, "pair");
    figure::Blocks all = drawn(separable, "map", separable.output().name(), "Regular, and in two steps");
    figure::Blocks::Box one = drawn(regular, "map", "conv", "").boxes.back();
    all.boxes.insert(all.boxes.begin() + 1, one);
    for (std::size_t k = 3; k < all.boxes.size(); ++k) all.boxes[k].inputs = {int(k) - 1};
    figure::blocks(report.path("depthwise_pair.svg"), all);
    report.figure(
        "depthwise_pair.svg",
        "Left, a regular convolution from four channels to three. Right, a filter for each channel, "
        "and then mixtures.");
}

std::string rounded(double value, int digits) {
    std::ostringstream out;
    out << std::fixed << std::setprecision(digits) << value;
    return out.str();
}

void counts(Report& report) {
    const Tensor image({.h = 224, .w = 224, .c = 3}), filters({7, 7, 3, 64});
    const std::int64_t counted = naive::conv2d_multiplications(image, filters, {.stride = 2, .padding = 3});
    report.check("ResNet's first layer, counted as the loops run (E15)", counted, std::int64_t{118013952});
    report.check("the slide's formula with the input's size (E15)",
                 regular_cost(3, 7, {.h = 224, .w = 224, .c = 64}).multiply_adds, std::int64_t{472055808});

    std::vector<std::vector<std::string>> table{{"output channels", "1/C_out + 1/9", "counted ratio"}};
    for (const int c : {1, 2, 64, 128, 512}) {
        const Tensor x({.h = 4, .w = 4, .c = 8});
        const Depthwise window{.padding = 1};
        const double pair = double(naive::depthwise_multiplications(x, Tensor({3, 3, 1, 8}), window) +
                                   naive::conv2d_multiplications(x, Tensor({1, 1, 8, c}), {}));
        const double regular = double(naive::conv2d_multiplications(x, Tensor({3, 3, 8, c}), {.padding = 1}));
        table.push_back({std::to_string(c), rounded(1.0 / c + 1.0 / 9, 4), rounded(pair / regular, 4)});
        report.check("3x3, " + std::to_string(c) + " output channels: ratio counted",
                     rounded(pair / regular, 4), rounded(1.0 / c + 1.0 / 9, 4));
    }
    report.table(table, "depthwise_separable_ratio");
}

// The ratio of multiplications beside the ratio of times, as channels grow.
void times(Report& report) {
    figure::Series multiplications{"multiplications", {}, {}}, naive_time{"time, naive", {}, {}},
        optimized_time{"time, optimized", {}, {}};
    std::vector<std::vector<std::string>> table{
        {"channels in and out", "multiply-adds", "time, optimized", "time, naive"}};
    for (const int c : {8, 16, 32, 64, 128, 256}) {
        const Shape map{.h = 14, .w = 14, .c = c};
        const Tensor x = normal_numbers(map, 1), window = normal_numbers({3, 3, 1, c}, 2),
                     mixture = normal_numbers({1, 1, c, c}, 3), filters = normal_numbers({3, 3, c, c}, 4);
        const SeparableWeights w{window, {}, mixture, {}};
        const Separable pair{{.padding = 1}, false};
        const Convolution regular{.padding = 1};

        const double ratio =
            double(separable_cost(c, 3, map).multiply_adds) / double(regular_cost(c, 3, map).multiply_adds);
        multiplications.x.push_back(c), multiplications.y.push_back(ratio);
        // As in a network that runs again and again: weights packed before, results into memory that is kept.
        const Panels columns(engine::filter_matrix(mixture));
        const engine::PackedFilters packed(filters, 1);
        Tensor middle(map), y(map);
        const double fast =
            median_seconds(
                [&] {
                    engine::depthwise_conv2d_into(x, window, {}, pair.depthwise, middle);
                    engine::pointwise_conv2d_packed(middle, columns, {}, y);
                },
                0.02) /
            median_seconds([&] { engine::direct(x, packed, {}, {.top = 1, .left = 1}, y); }, 0.02);
        optimized_time.x.push_back(c), optimized_time.y.push_back(fast);
        table.push_back({std::to_string(c), rounded(ratio, 3), rounded(fast, 3), ""});
        if (c <= 64) {
            const double plain = median_seconds([&] { naive::separable_conv2d(x, w, pair); }, 0.02) /
                                 median_seconds([&] { naive::conv2d(x, filters, {}, regular); }, 0.02);
            naive_time.x.push_back(c), naive_time.y.push_back(plain);
            table.back().back() = rounded(plain, 3);
        }
        if (c == 256) {
            report.number("depthwiseSeparableMultiplications", rounded(ratio, 3));
            report.number("depthwiseSeparableTime", rounded(fast, 3));
        }
    }
    report.table(table, "depthwise_separable_times");
    report.plot(
        "depthwise_separable_ratio.svg",
        {.title = "Separable over regular, 3x3 on a 14x14 map",
         .x_label = "channels in and out",
         .y_label = "ratio",
         .series = {multiplications, naive_time, optimized_time},
         .log_x = true},
        "What separating saves in multiplications, and what it saves in time. Below 1 it is a saving.");
}

void speed(Report& report) {
    const Tensor x = normal_numbers({.h = 56, .w = 56, .c = 128}, 1), w = normal_numbers({3, 3, 1, 128}, 2);
    const Depthwise layer{.padding = 1, .activation = Activation::relu};
    Ladder ladder{.title = "3x3 depthwise convolution of a 56x56x128 map",
                  .unit = "GFLOP/s",
                  .amount = 2.0 * 9 * double(x.shape().size()),
                  .limits = {{"ceiling, one thread", peak_flops(1)}}};
    for (const auto& rung : depthwise_ladder())
        ladder.steps.push_back(
            {std::string(rung.name), std::string(rung.idea), [&, rung] { rung.call(x, w, {}, layer); }});
    ladder.steps.push_back({"engine", "prefetches, and results that pass the caches where maps are large",
                            [&] { engine::depthwise_conv2d(x, w, {}, layer); }});
    const std::vector<double> seconds =
        climb(report, "depthwise_ladder", "The steps from the formula to the engine, on one thread.", ladder);
    const auto ratio = [&](std::size_t slow, std::size_t fast) { return seconds[slow] / seconds[fast]; };
    report.number("depthwiseSpeedup", about(ratio(0, 4)));
    report.number("depthwiseOverLanes", rounded(ratio(1, 4), 1));
    report.number("depthwiseEngineOverOptimized", rounded(ratio(4, 5), 1));
    report.timing("3x3 depthwise convolution of a 56x56x128 map", seconds[0], seconds[4]);
}

void walk(Report& report) {
    report.say(
        "A filter for each channel, then a 1x1 convolution across channels: nearly what a regular "
        "convolution "
        "does, for about a ninth of its multiplications.");
    pair(report);
    counts(report);
    times(report);
    speed(report);
}

}  // namespace

Chapter chapter_11_depthwise_separable() {
    return {"11_depthwise_separable", "Depthwise separable convolution", "s-15", walk};
}

}  // namespace cnn
