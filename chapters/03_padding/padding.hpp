#pragma once
/// @file  s-06: rows and columns around a map.
///
/// Five modes, under names nobody can confuse.  The slide's "reflective" repeats the edge pixel; that is
/// `symmetric` here and in NumPy, BORDER_REFLECT in OpenCV; PyTorch's "reflect" does not repeat it (E3).
#include <optional>
#include <string_view>

#include "common/graph/graph.hpp"
#include "common/tensor/tensor.hpp"

namespace cnn {

enum class PaddingMode {
    constant,   ///< one value everywhere; 0 is the slide's "zero padding"
    replicate,  ///< the edge pixel again and again ("edge" in NumPy)
    symmetric,  ///< the mirror stands on the edge: ... b a | a b c ...; the slide's "reflective"
    reflect,    ///< the mirror stands on the first pixel: ... c b | a b c ...
    circular,   ///< the other side of the map ("wrap" in NumPy)
};

struct Padding {
    Sides sides;
    PaddingMode mode = PaddingMode::constant;
    real value = 0;  ///< of the constant mode
};

/// Which input index stands at position i of an axis of length n, for any i left or right of it; nothing
/// where the constant stands.  Mirrors and circles fold as often as it takes.
std::optional<int> source(int i, int n, PaddingMode mode);

std::string_view name(PaddingMode mode);

/// @name "Same" padding
/// The sides with which a window of this kernel takes a map to ceil(size / stride), for every layer of
/// windows:
/// `.padding = same_upper(x.shape(), 3, 2)`.  Where their sum is odd, the larger side is below and to the
/// right
/// (`upper`: TensorFlow, ONNX's SAME_UPPER) or above and to the left (`lower`: ONNX's SAME_LOWER).  Errors: a
/// kernel, stride or dilation below 1, sides of 2^30 and more.
/// @{
Sides same_upper(const Shape& x, Extent kernel, Extent stride = 1, Extent dilation = 1);
Sides same_lower(const Shape& x, Extent kernel, Extent stride = 1, Extent dilation = 1);
/// @}

/// (n, h + top + bottom, w + left + right, c).  Negative sides crop.  Errors:
/// nothing left, an empty axis to repeat, a mirror without a second pixel, a
/// side or a padded map of 2^30 and more.
Shape padded_shape(const Shape& input, const Padding& padding);
/// Throws an Error unless y, a padded map or its gradient, has that shape.
void require_padded(const Shape& y, const Shape& input, const Padding& padding);

/// @name The pair
/// y(i, j) = x(source(i - top), source(j - left)), and the gradient: each padded element's goes to the pixel
/// it was copied from.
/// @{
namespace naive {
Tensor pad(View x, const Padding& padding);
Tensor pad_backward(View dy, const Shape& x, const Padding& padding);

/// Whether (row, column) of the padded map is padding that holds a constant.  Layers take it for no number at
/// all: a weight on it adds nothing, even if it is infinite or NaN.
bool is_constant(int row, int column, const Shape& x, const Padding& padding);
}  // namespace naive

namespace optimized {
Tensor pad(View x, const Padding& padding);
/// The same into memory of the caller's: y has padded_shape(x).
void pad_into(View x, const Padding& padding, MutableView y);
Tensor pad_backward(View dy, const Shape& x, const Padding& padding);
}  // namespace optimized
/// @}

/// A node that pads.
Node pad(Node x, const Padding& padding, std::string name = "");

}  // namespace cnn
