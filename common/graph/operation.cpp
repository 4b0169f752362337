#include "common/graph/operation.hpp"

#include <cmath>

#include "common/base/random.hpp"

namespace cnn {

Initialiser Initialiser::fan_in(std::int64_t inputs) {
    return {Kind::uniform, 1 / std::sqrt(double(inputs))};
}

Initialiser Initialiser::fixed(const Tensor& values) {
    return {Kind::fixed, 0, std::make_shared<const Tensor>(values)};
}

void Initialiser::operator()(MutableView to, Random& random) const {
    if (kind == Kind::fixed) return copy(*values, to);
    for (real& value : to.flat()) switch (kind) {
            case Kind::zeros:
                value = 0;
                break;
            case Kind::ones:
                value = 1;
                break;
            case Kind::uniform:
                value = real(random.uniform(-scale, scale));
                break;
            case Kind::normal:
                value = real(scale * random.normal());
                break;
            case Kind::fixed:
                break;
        }
}

Operation::Prepared Operation::prepare(const Shapes& /*inputs*/, const std::vector<View>& parameters,
                                       const Mode& mode) const {
    return [this, parameters, mode](const std::vector<View>& inputs, MutableView output) {
        forward({{inputs, parameters, mode}, {}}, output);
    };
}

}  // namespace cnn
