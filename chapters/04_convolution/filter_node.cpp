#include "filter_node.hpp"

#include "common/base/range.hpp"
#include "common/kernels/tile.hpp"
#include "common/machine/parallel.hpp"
#include "convolution.hpp"

namespace cnn {

std::vector<Parameter> filter_parameters(const Shape& w, int biases) {
    const Initialiser start = Initialiser::fan_in(std::int64_t{w.n} * w.h * w.w);
    std::vector<Parameter> all{{"weight", w, Layout::filters, start}};
    if (biases > 0) all.push_back({"bias", {.c = biases}, Layout::vector, start});
    return all;
}

InputGradientOperation::PreparedBackward before_epilogue(
    Activation activation, std::function<void(View dy, MutableView dx)> to_input) {
    return [activation, to_input = std::move(to_input)](const Backward& call) {
        View dy = call.output_gradient;
        const Tensor passed =
            activation == Activation::none ? Tensor() : before_activation(activation, call.output, dy);
        if (activation != Activation::none) dy = passed;
        if (call.inputs.size() == 2 && !call.input_gradients[1].empty()) copy(dy, call.input_gradients[1]);
        if (!call.input_gradients[0].empty()) to_input(dy, call.input_gradients[0]);
    };
}

void write_gradients(const Backward& call, const GradientPair& input, const GradientPair& filters) {
    const View dy = call.output_gradient;
    const auto write = [&](const GradientPair& pair, MutableView to) {
        if (to.empty()) return;
        if (call.mode.kernels == Kernels::naive)
            copy(pair.naive(dy), to);
        else
            pair.optimized(dy, to);
    };
    write(input, call.input_gradients[0]);
    write(filters, call.parameter_gradients[0]);
    if (call.parameter_gradients.size() > 1 && !call.parameter_gradients[1].empty())
        copy(call.mode.kernels == Kernels::naive ? naive::bias_gradient(dy) : bias_gradient(dy),
             call.parameter_gradients[1]);
}

namespace {

// sums[k] += x[k], x[k + length] ... for k < length: `count` runs of numbers become one.
void add_runs(const real* x, int count, int length, real* sums) {
    constexpr int vecs = 4;
    int k = 0;
    for (; k + vecs * simd::lanes <= length; k += vecs * simd::lanes) {
        Tile<1, vecs> sum;
        sum.load(sums + k, 0);
        for (int run = 0; run < count; ++run)
            unroll<1, vecs>([&](int, int v) {
                sum.sum[0][v] = sum.sum[0][v] + simd::vec::load(x + run * length + k + v * simd::lanes);
            });
        sum.store(sums + k, 0);
    }
    for (int run = 0; run < count; ++run)
        for (int rest = k; rest < length; ++rest) sums[rest] += x[run * length + rest];
}

}  // namespace

Tensor bias_gradient(View dy) {
    // Sixteen pixels that lie together are one run of numbers, and the runs of an image are added up whole.
    // How images are shared out is fixed, whatever the threads.
    constexpr int images_each = 8, across = 16;
    constexpr int near = 8;  // runs at a time, so that most stay in the nearest cache
    const int c = dy.shape.c, blocks = divide_up(dy.shape.n, images_each);
    if (dy.pixel_pitch == c && dy.row_pitch == dy.shape.w * c) dy.shape.w *= dy.shape.h, dy.shape.h = 1;
    const int runs = dy.pixel_pitch == c ? dy.shape.w / across : 0;
    Tensor parts({.h = blocks, .w = across, .c = c});
    parallel_for(blocks, [&](int block) {
        real* sums = parts.view().pixel(0, block, 0);
        for (int n = block * images_each; n < std::min(dy.shape.n, (block + 1) * images_each); ++n)
            for (int i = 0; i < dy.shape.h; ++i) {
                for (int run = 0; run < runs; run += near)
                    add_runs(dy.pixel(n, i, run * across), std::min(near, runs - run), across * c, sums);
                for (int j = runs * across; j < dy.shape.w; ++j) add_runs(dy.pixel(n, i, j), 1, c, sums);
            }
    });
    Tensor db({.c = c});
    add_runs(parts.flat().data(), blocks * across, c, db.flat().data());
    return db;
}

}  // namespace cnn
