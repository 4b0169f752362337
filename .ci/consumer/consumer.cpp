// A convolution by somebody who takes the chapters as a library.
#include <cstdio>

#include "convolution.hpp"

int main() {
    cnn::Tensor picture({.h = 3, .w = 3}), filter({3, 3, 1, 1});
    cnn::fill(picture.view(), 1);
    cnn::fill(filter.view(), 1);
    const cnn::Tensor y = cnn::optimized::conv2d(picture, filter, {}, {.padding = 1});
    std::printf("%g %g\n", double(y(0, 0, 0, 0)), double(y(0, 1, 1, 0)));
    return y(0, 0, 0, 0) == 4 && y(0, 1, 1, 0) == 9 ? 0 : 1;
}
