/// @file  Concatenation, number by number; sibling 1x1 layers, one after the other.
#include "concatenation.hpp"
#include "convolution.hpp"
#include "siblings.hpp"

namespace cnn::naive {

// [naive]
Tensor concatenate(const std::vector<View>& maps) {
    Tensor y(concatenated_shape(shapes_of(maps)));
    int first = 0;
    for (const View& x : maps) {
        for (int n = 0; n < x.shape.n; ++n)
            for (int i = 0; i < x.shape.h; ++i)
                for (int j = 0; j < x.shape.w; ++j)
                    for (int c = 0; c < x.shape.c; ++c) y(n, i, j, first + c) = x(n, i, j, c);
        first += x.shape.c;
    }
    return y;
}
// [naive]

// [siblings]
std::vector<Tensor> siblings(View x, const std::vector<Sibling>& layers) {
    std::vector<Tensor> maps;
    for (const Sibling& layer : layers)
        maps.push_back(conv2d(x, layer.w, layer.b, {.activation = Activation::relu}));
    return maps;
}
// [siblings]

}  // namespace cnn::naive
