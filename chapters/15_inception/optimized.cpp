// The fastest copy is the one that is not made: what stands in its place already stays there.
#include "common/base/error.hpp"
#include "concatenation.hpp"

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

}  // namespace cnn::optimized
