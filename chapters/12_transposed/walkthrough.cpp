// What `cnn tour 12` prints and draws.

#include "common/book/chapter.hpp"
#include "common/figure/figure.hpp"
#include "common/files/data_folder.hpp"
#include "common/files/image.hpp"
#include "common/tensor/slide.hpp"
#include "convolution.hpp"
#include "transposed.hpp"

namespace cnn {

namespace {

Tensor ones(Shape shape) {
    Tensor t(shape);
    fill(t, 1);
    return t;
}

/// How many products each output receives.
Tensor overlap(Extent inputs, Extent kernel, Extent stride) {
    return optimized::conv_transposed2d(ones({.h = inputs.h, .w = inputs.w}),
                                        ones({.n = kernel.h, .h = kernel.w}), {}, {.stride = stride});
}

// The slide's sum of four maps, one for each number of the input.
void partial_maps(Report& report, View small, View kernel, const Tensor& large) {
    std::vector<figure::Grid> grids{{"input", Tensor(small)},
                                    {"kernel", Tensor(kernel).reshaped({.h = 3, .w = 3})}};
    Tensor sum(large.shape());
    for (int i = 0; i < 2; ++i)
        for (int j = 0; j < 2; ++j) {
            Tensor alone(small.shape);
            alone(0, i, j, 0) = small(0, i, j, 0);
            const Tensor map = optimized::conv_transposed2d(alone, kernel, {}, {});
            add(map, sum);
            grids.push_back(
                {"from " + std::to_string(int(small(0, i, j, 0))), map, figure::Grid::Region{i, j, 3, 3}});
        }
    grids.push_back({"their sum", sum});
    report.check("the four maps add up to the slide's output", sum, large);
    figure::grids(report.path("transposed_partial_maps.svg"), grids, 4);
    report.figure("transposed_partial_maps.svg",
                  "Each number of the input sends its own copy of the kernel; the four maps add up.");
}

// E21: uneven overlap, as numbers, as a map, and in a photograph.
void checkerboard(Report& report) {
    const char* const counts[] = {"1 1 1 1 1 1 1 1", "1 1 2 1 2 1 2 1 1", "1 1 2 2 2 2 2 2 1 1",
                                  "1 1 2 2 3 2 3 2 2 1 1"};
    std::vector<figure::Grid> grids;
    for (int kernel = 2; kernel <= 5; ++kernel) {
        const Tensor row = overlap({1, 4}, {1, kernel}, {1, 2});
        report.check("E21: what four inputs send, stride 2, kernel " + std::to_string(kernel), row,
                     slide(counts[kernel - 2]));
        grids.push_back({"kernel " + std::to_string(kernel), row});
    }
    figure::grids(report.path("transposed_overlap.svg"), grids, 1);
    report.figure(
        "transposed_overlap.svg",
        "How many of four inputs reach each output at stride 2: even only where 2 divides the kernel.");

    // Enlarge a small photograph with kernels that only repeat, scaled by what an output receives on average.
    const Tensor cat = resize(center_crop(read_image(data_folder() / "chelsea.png", 1), 256), 64);
    std::vector<Tensor> pictures;
    for (const int kernel : {2, 3, 4}) {
        Tensor filters = ones({.n = kernel, .h = kernel});
        for (real& weight : filters.flat()) weight = real(4) / real(kernel * kernel);
        const Tensor large = optimized::conv_transposed2d(cat, filters, {}, {.stride = 2});
        pictures.emplace_back(large.view().window(1, 1, 126));
    }
    write_png(report.path("transposed_checkerboard.png"), figure::montage(pictures, 3, 2));
    report.figure(
        "transposed_checkerboard.png",
        "A photograph enlarged with stride 2 and a flat kernel of 2x2, 3x3 and 4x4: a board where 2 does "
        "not divide the kernel.");
    write_png(report.path("transposed_overlap_maps.png"),
              figure::montage({figure::heat(overlap(8, 3, 2)), figure::heat(overlap(8, 4, 2))}, 2, 16));
    report.figure("transposed_overlap_maps.png",
                  "The overlap itself, for 8x8 inputs, stride 2: kernel 3x3, kernel 4x4.");
}

void walk(Report& report) {
    report.say("A convolution is a matrix. Transposed, it leads from small maps to large ones.");

    const Tensor image = slide("3 5 2 7\n 4 1 3 8\n 6 3 8 2\n 9 6 1 5");
    const Tensor kernel = slide_kernel("1 2 1\n 2 1 2\n 1 1 2"), small = slide("55 52\n 57 50");
    const Tensor large = slide("55 162 159 52\n 167 323 319 154\n 169 264 326 204\n 57 107 164 100");
    const Tensor matrix = convolution_matrix(small.shape(), kernel, {});
    report.check("the slide's convolution", optimized::conv2d(image, kernel, {}, {}), small);
    report.check("its matrix", matrix,
                 slide("1 2 1 0 2 1 2 0 1 1 2 0 0 0 0 0\n 0 1 2 1 0 2 1 2 0 1 1 2 0 0 0 0\n"
                       "0 0 0 0 1 2 1 0 2 1 2 0 1 1 2 0\n 0 0 0 0 0 1 2 1 0 2 1 2 0 1 1 2"));
    report.check("the transposed convolution", optimized::conv_transposed2d(small, kernel, {}, {}), large);
    report.check("by the matrix", naive::conv_transposed2d_by_matrix(small, kernel, {}, {}), large);
    report.check("by inserted zeros", naive::conv_transposed2d_by_zeros(small, kernel, {}, {}), large);
    partial_maps(report, small, kernel, large);

    report.say(
        "It is no deconvolution: sixteen numbers that went through a matrix of rank four do not come back.");
    report.check("E19: the rank of the 4x16 matrix", rank(matrix), 4);
    report.check("E20: 3 numbers, kernel 3, stride 2, padding 1", transposed_extent(3, 3, 2, 1, 1, 1, 0),
                 std::int64_t{5});
    report.check("E20: the same with output_padding 1", transposed_extent(3, 3, 2, 1, 1, 1, 1),
                 std::int64_t{6});
    report.check("E20: it can shrink: 4 numbers, kernel 1, padding 1", transposed_extent(4, 1, 1, 1, 1, 1, 0),
                 std::int64_t{2});
    checkerboard(report);

    // An upsampling layer of ordinary size: 64 channels of 56x56 to 32 of 112x112.
    const Tensor x({.h = 56, .w = 56, .c = 64}), w({4, 4, 32, 64});
    const TransposedConvolution twice{.stride = 2, .padding = 1};
    const double naive_time = median_seconds([&] { naive::conv_transposed2d(x, w, {}, twice); });
    const double optimized_time = median_seconds([&] { optimized::conv_transposed2d(x, w, {}, twice); });
    report.timing("4x4 with stride 2 from 64x56x56 to 32x112x112", naive_time, optimized_time);
    report.number("transposedSpeedup", about(naive_time / optimized_time));

    // The same on the same tiles, but with zeros inserted first.
    const double zeros_time = median_seconds([&] {
        Tensor spread({.h = 111, .w = 111, .c = 64});
        copy(x, spread.view().strided(2));
        optimized::conv2d(spread, Tensor({4, 4, 64, 32}), {}, {.padding = 2});
    });
    report.timing("the phases against inserted zeros on the same tiles", zeros_time, optimized_time);
    report.number("transposedAgainstZeros", about(zeros_time / optimized_time));
}

}  // namespace

Chapter chapter_12_transposed() { return {"12_transposed", "Transposed convolution", "s-16", walk}; }

}  // namespace cnn
