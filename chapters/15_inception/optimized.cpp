// The fastest copy is the one that is not made: what stands in its place already stays there.
//
// And what reads the same map can read it once: the filters of sibling 1x1 layers, side by side, are the
// filters of one layer, whose map is a concatenation already.
#include "common/base/error.hpp"
#include "concatenation.hpp"
#include "convolution.hpp"
#include "siblings.hpp"

namespace cnn::optimized {

// [optimized]
void concatenate_into(const std::vector<View>& maps, MutableView y) {
    const Shape shape = concatenated_shape(shapes_of(maps));
    require(y.shape == shape, "concatenate: the output is ", y.shape, "; it must be ", shape);
    int first = 0;
    for (const View& x : maps) {
        const MutableView place = y.channels(first, x.shape.c);
        const bool there = x.data == place.data && x.pixel_pitch == place.pixel_pitch &&
                           x.row_pitch == place.row_pitch && x.image_pitch == place.image_pitch;
        if (!there) copy(x, place);
        first += x.shape.c;
    }
}
// [optimized]

Tensor concatenate(const std::vector<View>& maps) {
    Tensor y = Tensor::uninitialized(concatenated_shape(shapes_of(maps)));
    concatenate_into(maps, y);
    return y;
}

// [siblings]
Merged merge(const std::vector<Sibling>& layers) {
    std::vector<View> filters, biases;
    for (const Sibling& layer : layers) filters.push_back(layer.w), biases.push_back(layer.b);
    return {concatenate(filters), concatenate(biases)};
}

Tensor siblings(View x, const Merged& layers) {
    return conv2d(x, layers.w, layers.b, {.activation = Activation::relu});
}
// [siblings]

}  // namespace cnn::optimized

namespace cnn {

// [slices]
std::vector<View> slices(View y, const std::vector<int>& filters) {
    std::vector<View> maps;
    int first = 0;
    for (const int count : filters) {
        maps.push_back(y.channels(first, count));
        first += count;
    }
    return maps;
}
// [slices]

}  // namespace cnn
