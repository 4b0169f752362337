#include "filter_node.hpp"

#include "convolution.hpp"

namespace cnn {

std::vector<Parameter> filter_parameters(const Shape& w, int biases) {
    const Initialiser start = Initialiser::fan_in(std::int64_t{w.n} * w.h * w.w);
    std::vector<Parameter> all{{"weight", w, Layout::filters, start}};
    if (biases > 0) all.push_back({"bias", {.c = biases}, Layout::vector, start});
    return all;
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

}  // namespace cnn
