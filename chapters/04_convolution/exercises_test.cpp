// Solutions to the exercises of chapter.md.
#include "common/testing/testing.hpp"
#include "convolution.hpp"

using namespace cnn;

namespace {

// How often a batch of one map is read by each output: 1 where it is read, summed over outputs.
Tensor reads(Shape x, int kernel, const Convolution& layer) {
    Tensor ones({kernel, kernel, 1, 1});
    fill(ones, 1);
    Tensor dy(convolved_shape(x, ones.shape(), layer));
    fill(dy, 1);
    return naive::conv2d_backward_input(dy, ones, x, layer);
}

}  // namespace

TEST_CASE("exercise 04.1: without padding a corner is read once and the middle nine times") {
    const Tensor counts = reads({.h = 7, .w = 7}, 3, {});
    CHECK(counts(0, 0, 0, 0) == 1);
    CHECK(counts(0, 3, 3, 0) == 9);
    CHECK(reads({.h = 7, .w = 7}, 3, {.padding = 1})(0, 0, 0, 0) == 4);
}

TEST_CASE("exercise 04.2: two 3x3 convolutions are one 5x5 convolution with fewer weights") {
    const Tensor x = small_integers({.h = 9, .w = 9}), a = slide_kernel("1 2 0\n -1 3 1\n 0 1 2"),
                 b = slide_kernel("2 0 1\n 1 -1 0\n 0 3 1");
    // The kernel of both is b spread by a: a's gradient for its input, with b as the output's gradient.
    const Tensor b_as_map = slide("2 0 1\n 1 -1 0\n 0 3 1");
    const Tensor map = naive::conv2d_backward_input(b_as_map, a, {.h = 5, .w = 5}, {});
    const Tensor both = Tensor(map).reshaped({5, 5, 1, 1});
    CHECK(naive::conv2d(naive::conv2d(x, a, {}, {}), b, {}, {}) == naive::conv2d(x, both, {}, {}));
    CHECK(a.shape().size() + b.shape().size() < both.shape().size());
}

TEST_CASE("exercise 04.3: with a ReLU in between no 5x5 kernel does it") {
    // A linear map takes -x to the negative; the pair with a ReLU does not.
    const Tensor x = small_integers({.h = 9, .w = 9}), a = small_integers({3, 3, 1, 1}, 2),
                 b = small_integers({3, 3, 1, 1}, 3);
    Tensor negative = x;
    for (real& value : negative.flat()) value = -value;
    const auto pair = [&](const Tensor& input) {
        return naive::conv2d(naive::conv2d(input, a, {}, {.activation = Activation::relu}), b, {}, {});
    };
    Tensor sum = pair(x);
    add(pair(negative), sum);
    CHECK_FALSE(sum == Tensor(sum.shape()));
}
