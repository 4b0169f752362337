#include "common/tensor/normal_numbers.hpp"

#include "common/base/random.hpp"

namespace cnn {

Tensor normal_numbers(Shape shape, std::uint64_t seed) {
    Random random(seed);
    Tensor t = Tensor::uninitialized(shape);
    for (real& value : t.flat()) value = real(random.normal());
    return t;
}

}  // namespace cnn
