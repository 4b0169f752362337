// What `cnn tour 10` prints and draws.
#include <algorithm>

#include "common/book/chapter.hpp"
#include "common/figure/figure.hpp"
#include "common/files/image.hpp"
#include "common/tensor/slide.hpp"
#include "dilated.hpp"
#include "effective.hpp"

namespace cnn {

namespace {

/// How often each pixel of the field enters one unit of stacked 3x3 layers with these dilations and weights
/// of 1.
Tensor visits(const std::vector<int>& dilations) {
    int field = 1;
    for (const int d : dilations) field += 2 * d;
    Graph net;
    Node x = net.input({.h = field, .w = field});
    for (const int d : dilations) x = dilated_conv(x, {.filters = 1, .dilation = d, .bias = false});
    Weights ones = open_weights(net);
    for (const Parameter& p : net.parameters()) fill(ones[p.name], 1);
    return gradient_map(net, ones, Tensor(net.node(0).shape()), x, 0, 0);
}

std::string used(const Tensor& visits) {
    std::int64_t count = 0;
    for (const real value : visits.flat()) count += value != 0;
    return std::to_string(count) + " of " + std::to_string(visits.shape().size());
}

struct Stack {
    std::vector<int> dilations;
    const char* title;
    const char* used;
};
const Stack stacks[] = {{{2, 2}, "2, 2", "25 of 81"},         {{2, 2, 2}, "2, 2, 2", "49 of 169"},
                        {{2, 4, 8}, "2, 4, 8", "225 of 841"}, {{1, 2, 4}, "1, 2, 4", "225 of 225"},
                        {{1, 2, 3}, "1, 2, 3", "169 of 169"}, {{1, 2, 5}, "1, 2, 5", "289 of 289"}};

void walk(Report& report) {
    report.say(
        "Taps d pixels apart see more of the image with the same weights and the same multiplications. "
        "What lies between the taps they do not see.");

    const Tensor row = slide("1 10 100 1000 10000 100000 1000000");
    report.check("taps 2 apart", optimized::dilated_conv2d(row, slide_kernel("1 1 1"), {}, {.dilation = 2}),
                 slide("10101 101010 1010100"));

    // The filter with zeros put in, as three grids.
    const Tensor kernel = slide_kernel("1 2 3\n 4 5 6\n 7 8 9");
    std::vector<figure::Grid> grids;
    for (const int d : {1, 2, 3}) {
        Tensor wide = with_zeros(kernel, d);
        const int side = wide.shape().n;
        grids.push_back({"d = " + std::to_string(d), std::move(wide).reshaped({.h = side, .w = side})});
    }
    figure::grids(report.path("dilated_kernels.svg"), grids, 3);
    report.figure("dilated_kernels.svg",
                  "One 3x3 filter at distances 1, 2 and 3. The zeros are never multiplied.");

    // E11: what it costs, counted as it runs.
    const Tensor x({.h = 10, .w = 10}), w({3, 3, 1, 1});
    report.check<std::int64_t>("multiplications on 10x10, d = 1, without padding: 8x8 results",
                               naive::dilated_conv2d_multiplications(x, w, {.dilation = 1}), 576);
    report.check<std::int64_t>("the same, d = 2: 6x6 results",
                               naive::dilated_conv2d_multiplications(x, w, {.dilation = 2}), 324);

    // E13: the grid.
    std::vector<Tensor> pictures;
    for (const Stack& stack : stacks) {
        const Tensor map = visits(stack.dilations);
        report.check<std::string>(std::string("3x3 layers with dilations ") + stack.title + " read",
                                  used(map), stack.used);
        // Lit where the unit reads, brighter where more paths lead; all in frames of one size.
        const int side = map.shape().h, margin = (31 - side) / 2;
        Tensor lit({.h = 31, .w = 31});
        for (int i = 0; i < side; ++i)
            for (int j = 0; j < side; ++j)
                if (const real paths = map(0, i, j, 0); paths > 0)
                    lit(0, margin + i, margin + j, 0) = real(0.4 + 0.6 * std::min(1.0, double(paths) / 9));
        pictures.push_back(figure::heat(lit));
    }
    write_png(report.path("dilated_gridding.png"), figure::montage(pictures, 3, 7));
    report.figure(
        "dilated_gridding.png",
        "What one unit reads of its field. Above: dilations 2 2, 2 2 2, and 2 4 8 leave a grid of holes. "
        "Below: 1 2 4, 1 2 3, and 1 2 5 leave none.");

    // The layer of layers.csv.
    const Tensor image({.h = 56, .w = 56, .c = 64}), filters({3, 3, 64, 64});
    const DilatedConvolution layer{.dilation = 2, .padding = 2};
    const Tensor zeros = with_zeros(filters, 2);
    const double naive = median_seconds([&] { naive::dilated_conv2d(image, filters, {}, layer); });
    const double stuffed = median_seconds([&] { optimized::conv2d(image, zeros, {}, {.padding = 2}); });
    const double optimized = median_seconds([&] { optimized::dilated_conv2d(image, filters, {}, layer); });
    report.timing("3x3, d = 2, 56x56x64 to 64", naive, optimized);
    report.number("dilatedSpeedup", about(naive / optimized));
    report.number("dilatedZeros", std::to_string(int(10 * stuffed / optimized) / 10.0).substr(0, 3));
}

}  // namespace

Chapter chapter_10_dilated() { return {"10_dilated", "Dilated convolution", "s-14", walk}; }

}  // namespace cnn
