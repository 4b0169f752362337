// What `cnn tour 04` prints and draws.
#include "common/base/random.hpp"
#include "common/book/chapter.hpp"
#include "common/figure/figure.hpp"
#include "common/files/data_folder.hpp"
#include "common/files/dataset.hpp"
#include "common/files/image.hpp"
#include "common/machine/parallel.hpp"
#include "common/machine/peak.hpp"
#include "common/report/ladder.hpp"
#include "common/tensor/slide.hpp"
#include "convolution.hpp"
#include "engine/convolution_engine.hpp"

namespace cnn {

namespace {

const char* const vertical_edge = "1 0 -1\n 1 0 -1\n 1 0 -1";
const char* const horizontal_edge = "1 1 1\n 0 0 0\n -1 -1 -1";

// s-05's figure, its numbers and the floor that its formula forgets.
void slide_numbers(Report& report) {
    const Tensor image =
        slide("4 9 2 5 8 3\n 5 6 2 4 0 3\n 2 4 5 4 5 2\n 5 6 5 4 7 8\n 5 7 7 9 2 1\n 5 8 5 3 8 4");
    const Tensor answer = slide("-15 6 3\n -16 4 -1\n -21 5 3"), kernel = slide_kernel(vertical_edge);
    const Convolution layer{.stride = 2, .padding = 1};
    report.check("zero padding 1, stride 2, naive", naive::conv2d(image, kernel, {}, layer), answer);
    const Tensor output = optimized::conv2d(image, kernel, {}, layer);
    report.check("zero padding 1, stride 2, optimized", output, answer);
    report.check("output size, with the floor the slide forgets (E1)", output_extent(6, 1, 1, 3, 2), 3);

    figure::grids(
        report.path("convolution_strided.svg"),
        {{"the image, padded by 1", naive::pad(image, {.sides = 1}), figure::Grid::Region{0, 2, 3, 3}},
         {"the kernel", slide(vertical_edge)},
         {"the output, stride 2", output, figure::Grid::Region{0, 1, 1, 1}}},
        3);
    report.figure(
        "convolution_strided.svg",
        "s-05: the tinted window of the padded image, times the kernel, summed, is the tinted output. "
        "The window moves two pixels at a time and never reads the last row and column.");
}

// Parameters and connections of a convolution beside those of a dense layer of the same sizes.
void sharing(Report& report) {
    const Shape image{.h = 28, .w = 28}, filters{5, 5, 1, 6};
    const Convolution layer{.padding = 2};
    const std::int64_t maps = convolved_shape(image, filters, layer).size();
    report.table({{"28x28 image to six 28x28 maps", "weights", "multiplications"},
                  {"dense layer", std::to_string(image.size() * maps), std::to_string(image.size() * maps)},
                  {"5x5 convolution", std::to_string(filters.size()),
                   std::to_string(naive::conv2d_multiplications(Tensor(image), Tensor(filters), layer))}},
                 "convolution_sharing");
    report.number("convolutionSharing", std::to_string(image.size() * maps / filters.size()));
}

// Each picture under the vertical and the horizontal edge filter.
std::vector<Tensor> edges(const std::vector<Tensor>& pictures) {
    std::vector<Tensor> row;
    for (const Tensor& picture : pictures) {
        row.push_back(picture);
        for (const char* kernel : {vertical_edge, horizontal_edge})
            row.push_back(figure::diverging(optimized::conv2d(
                picture, slide_kernel(kernel), {}, {.padding = 1, .mode = PaddingMode::replicate})));
    }
    return row;
}

void pictures(Report& report) {
    const Tensor cat = resize(read_image(data_folder() / "chelsea.png", 1), {170, 256});
    write_png(report.path("convolution_edges.png"), figure::montage(edges({cat}), 3));
    report.figure(
        "convolution_edges.png",
        "The slide's vertical-edge kernel, and its transpose, over a photograph: red where it grows "
        "darker to the right (or downwards), blue where it grows brighter.");

    const Dataset garments = first(shown_garments(), 4);
    std::vector<Tensor> images;
    for (int i = 0; i < garments.size(); ++i) images.emplace_back(garments.images.view().images(i, 1));
    write_png(report.path("convolution_garments.png"), figure::montage(edges(images), 6, 4));
    report.figure("convolution_garments.png", "The same two kernels over garments of Fashion-MNIST.");
}

// ResNet's 3x3 layer of 64 channels, on a map that the naive loops finish in reason.
void speed(Report& report) {
    Random random(1);
    const auto numbers = [&](Shape shape) {
        Tensor t(shape);
        for (real& value : t.flat()) value = real(random.normal());
        return t;
    };
    const Tensor x = numbers({.h = 28, .w = 28, .c = 64}), w = numbers({3, 3, 64, 64});
    const Convolution layer{.padding = 1, .activation = Activation::relu};
    const double naive = median_seconds([&] { naive::conv2d(x, w, {}, layer); });
    const double optimized = median_seconds([&] { optimized::conv2d(x, w, {}, layer); });
    report.timing("3x3 convolution of a 28x28x64 map", naive, optimized);
    report.number("convolutionSpeedup", about(naive / optimized));
}

// Every step of the ladder, and the engine, on ResNet's 3x3 layer of 64 channels.
void climb_ladder(Report& report) {
    Random random(2);
    Tensor x({.h = 56, .w = 56, .c = 64}), w({3, 3, 64, 64}), y(x.shape());
    for (Tensor* t : {&x, &w})
        for (real& value : t->flat()) value = real(random.normal());
    const Convolution layer{.padding = 1, .activation = Activation::relu};
    const int all = threads();
    Ladder ladder{.title = "3x3 convolution of a 56x56 map, 64 channels to 64",
                  .unit = "GFLOP/s",
                  .amount = 2.0 * double(y.shape().size() * 3 * 3 * 64)};
    for (const auto& rung : convolution_ladder())
        ladder.steps.push_back(
            {std::string(rung.name), std::string(rung.idea), [&, rung] { rung.call(x, w, {}, layer); }});
    ladder.steps.push_back(
        {"threads", "rows are shared out among all cores", [&] { optimized::conv2d(x, w, {}, layer); }, all});
    const Prepared engine = engine::prepared_conv2d(w, {}, layer, x.shape());
    ladder.steps.push_back({"the engine",
                            "border taps skipped, cache blocks, prefetching, filters packed once",
                            [&] { engine(x, y); }, all});
    set_threads(1);
    ladder.limits.push_back({"ceiling, one thread", peak_flops(1)});
    set_threads(all);
    if (all > 1) ladder.limits.push_back({"ceiling, all threads", peak_flops(all)});
    climb(report, "convolution_ladder", "GFLOP/s of each step from the seven loops to the engine.", ladder);
}

void walk(Report& report) {
    report.say(
        "A window slides over the padded map; at each place, its numbers times the kernel's are summed. "
        "A layer has many kernels, each as deep as its input, a bias for each, and a ReLU.");
    slide_numbers(report);
    sharing(report);
    pictures(report);
    speed(report);
    climb_ladder(report);
}

}  // namespace

Chapter chapter_04_convolution() { return {"04_convolution", "Convolution", "s-05, s-07, s-08", walk}; }

}  // namespace cnn
