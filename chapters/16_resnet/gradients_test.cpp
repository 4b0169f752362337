// Built with double: normalisation, addition and shortcut against finite differences.
#include "batch_norm.hpp"
#include "common/testing/testing.hpp"

using namespace cnn;

namespace {

std::vector<Tensor> numbers_for(const std::vector<Parameter>& parameters) {
    std::vector<Tensor> all;
    for (const Parameter& p : parameters) {
        all.push_back(normal_numbers(p.shape, all.size() + 2));
        if (p.name.ends_with("running_var"))
            for (real& value : all.back().flat()) value = value * value + 1;
    }
    return all;
}

}  // namespace

TEST_CASE("s-20: the gradients of batch normalisation agree with finite differences") {
    for (const Kernels kernels : {Kernels::naive, Kernels::optimized})
        for (const bool training : {false, true}) {
            Graph net;
            const Node y = batch_norm(net.input({.h = 3, .w = 4, .c = 5}));
            CAPTURE(training);
            CHECK(gradient_error(*net.entry(y).operation, {normal_numbers({2, 3, 4, 5})},
                                 numbers_for(net.entry(y).parameters), {kernels, training}) < 1e-6);
        }
}

TEST_CASE("s-20: the gradients of addition and padded shortcut agree with finite differences") {
    Graph net;
    const Node a = net.input({.h = 3, .w = 4, .c = 2}, "a"), b = net.input({.h = 3, .w = 4, .c = 2}, "b");
    const Node sum = add(a, b), grown = padded_shortcut(a, 5, 2);
    const Tensor x = normal_numbers({2, 3, 4, 2}), other = normal_numbers({2, 3, 4, 2}, 2);
    CHECK(gradient_error(*net.entry(sum).operation, {x, other}, {}) < 1e-6);
    CHECK(gradient_error(*net.entry(grown).operation, {x}, {}) < 1e-6);
}
