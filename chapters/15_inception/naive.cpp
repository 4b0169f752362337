/// @file  Concatenation, number by number.
#include "concatenation.hpp"

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

}  // namespace cnn::naive
