// What `cnn tour 09` prints and draws.
#include <cmath>
#include <iomanip>
#include <sstream>

#include "common/base/random.hpp"
#include "common/book/chapter.hpp"
#include "common/figure/figure.hpp"
#include "common/files/data_folder.hpp"
#include "common/files/image.hpp"
#include "common/graph/describe.hpp"
#include "common/machine/parallel.hpp"
#include "common/machine/peak.hpp"
#include "common/tensor/slide.hpp"
#include "convolution.hpp"
#include "dense.hpp"
#include "engine/pointwise_engine.hpp"
#include "pointwise.hpp"

namespace cnn {

namespace {

std::string rounded(double value) {
    std::ostringstream out;
    out << std::fixed << std::setprecision(2) << value;
    return out.str();
}

/// Filters drawn as a matrix: a row for each input channel, a column for each filter.
Tensor filters(const std::string& drawing) {
    Tensor w = slide(drawing);
    const Shape shape = w.shape();
    return std::move(w).reshaped({1, 1, shape.h, shape.w});
}

// The slide's figure: a layer with three filters, here on the channels of a photograph.
void photograph(Report& report) {
    const Tensor cat = resize(read_image(data_folder() / "chelsea.png"), {170, 256});
    const auto mixed = [&](const std::string& drawing) {
        return optimized::pointwise_conv2d(cat, filters(drawing), {});
    };
    // Columns give red, green and blue of the result.
    const Tensor grey = mixed("0.299 0.299 0.299\n 0.587 0.587 0.587\n 0.114 0.114 0.114");
    const Tensor sepia = mixed("0.393 0.349 0.272\n 0.769 0.686 0.534\n 0.189 0.168 0.131");
    const Tensor swapped = mixed("0 0 1\n 0 1 0\n 1 0 0");
    const Tensor opponent = mixed("1 0.5\n -1 0.5\n 0 -1");
    const auto difference = [&](int k) { return figure::diverging(opponent.view().channels(k, 1)); };
    write_png(report.path("pointwise_photograph.png"),
              figure::montage({cat, grey, sepia, swapped, difference(0), difference(1)}, 3));
    report.figure(
        "pointwise_photograph.png",
        "1x1 filters on a photograph: as it is, grey, sepia; red and blue swapped, red against green, "
        "yellow against blue. Nothing moves, only colours mix.");
}

std::int64_t parameters(const Shape& x, Node (*layer)(Node)) {
    Graph net;
    layer(net.input(x));
    return describe(net).parameters;
}

void counts(Report& report) {
    const Shape map{.h = 7, .w = 7, .c = 512};
    const std::int64_t as_dense = parameters(map, [](Node x) { return dense(x, 4096); });
    const std::int64_t as_conv =
        parameters(map, [](Node x) { return conv(x, {.filters = 4096, .kernel = 7}); });
    const std::int64_t as_pointwise =
        parameters(map, [](Node x) { return pointwise_conv(x, {.filters = 4096}); });
    report.check("VGG-16's fc6 as a 7x7 convolution (E17)", as_conv, as_dense);
    report.check("its parameters", as_dense, std::int64_t{102764544});
    report.check("a 1x1 convolution in its place (E17)", as_pointwise, std::int64_t{2101248});

    const std::int64_t plain = 9 * 256 * 256;
    const std::int64_t bottleneck = 256 * 64 + 9 * 64 * 64 + 64 * 256;
    report.table({{"256 channels in and out", "weights"},
                  {"3x3", std::to_string(plain)},
                  {"1x1 to 64, 3x3, 1x1 to 256", std::to_string(bottleneck)}},
                 "pointwise_bottleneck");
}

// Every step of the ladder on one of ResNet-50's layers, and the machine's arithmetic peak.
void speed(Report& report) {
    Random random(1);
    Tensor x({.h = 28, .w = 28, .c = 512}), w({1, 1, 512, 256}), b({.c = 256});
    for (Tensor* t : {&x, &w, &b})
        for (real& value : t->flat()) value = real(random.normal());
    const Epilogue epilogue{.bias = b, .activation = Activation::relu};
    Tensor y = Tensor::uninitialized(pointwise_shape(x.shape(), w.shape()));
    const Tensor panels = optimized::packed_panels(w);
    const Panels columns(engine::filter_matrix(w));
    const int all = threads();

    Ladder ladder{.title = "1x1 convolution, 28x28x512 to 256 channels",
                  .unit = "GFLOP/s",
                  .amount = 2.0 * double(y.shape().size()) * x.shape().c,
                  .steps = {},
                  .limits = {{"ceiling, one thread", peak_flops(1)}}};
    ladder.steps.push_back({"naive", "A weighted sum at each pixel, as the formula says.",
                            [&] { naive::pointwise_conv2d(x, w, epilogue); }});
    for (const auto& rung : pointwise_ladder())
        ladder.steps.push_back(
            {std::string(rung.name), std::string(rung.idea), [&, rung] { rung.call(x, w, epilogue); }});
    const auto optimized = [&] { optimized::pointwise_conv2d_packed(x, panels, epilogue, y); };
    const auto engine = [&] { engine::pointwise_conv2d_packed(x, columns, epilogue, y); };
    ladder.steps.push_back(
        {"optimized", "Bias and ReLU while sums are in registers; filters are packed once for many maps.",
         optimized});
    ladder.steps.push_back({"engine", "The product that networks run on.", engine});
    if (all > 1) {
        ladder.limits.push_back({"ceiling, all threads", peak_flops(all)});
        ladder.steps.push_back(
            {"optimized, threads", "Blocks and panels shared among all threads.", optimized, all});
        ladder.steps.push_back({"engine, threads", "The same for the engine.", engine, all});
    }
    const std::vector<double> seconds =
        climb(report, "pointwise_ladder",
              "From the formula to the machine's peak: each step is one change to the one before.", ladder);
    // Naive and the rungs, the small file, the engine.
    const std::size_t tile = 2, small = pointwise_ladder().size() + 1;
    const auto ratio = [&](std::size_t slow, std::size_t fast) { return seconds[slow] / seconds[fast]; };
    report.number("pointwiseSpeedup", about(ratio(0, small)));
    report.number("pointwiseOverTile", rounded(ratio(tile, small)));
    report.number("pointwiseEngineOverOptimized", rounded(ratio(small, small + 1)));
    const double share = ladder.amount / seconds[small] / ladder.limits[0].rate;
    report.number("pointwiseShare", std::to_string(int(std::lround(100 * share))) + " %");
}

void walk(Report& report) {
    report.say(
        "A 1x1 convolution takes, at each pixel, weighted sums of the channels there: as many as it has "
        "filters.");
    photograph(report);
    counts(report);
    speed(report);
}

}  // namespace

Chapter chapter_09_pointwise() { return {"09_pointwise", "Pointwise convolution", "s-13", walk}; }

}  // namespace cnn
