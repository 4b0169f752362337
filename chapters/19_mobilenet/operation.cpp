#include "common/graph/operation.hpp"

#include "common/base/error.hpp"
#include "common/kernels/elementwise.hpp"
#include "relu6.hpp"

namespace cnn {

namespace {

class Clip : public Operation {
public:
    Clip(double low, double high) : low_(real(low)), high_(real(high)) {
        require(low <= high, "clip: from ", low, " to ", high, "; the first must not be above the second");
    }

    std::string kind() const override { return "clip"; }
    Shape output(const Shapes& x) const override { return x[0]; }
    void forward(const Forward& call, MutableView y) const override {
        map_numbers(call.inputs[0], y, [&](real x) {
            const real value = x < low_ ? low_ : x;  // a NaN is below nothing
            return value > high_ ? high_ : value;
        });
    }
    void backward(const Backward& call) const override {
        if (call.input_gradients[0].empty()) return;
        map_numbers(call.output, call.output_gradient, call.input_gradients[0],
                    [&](real y, real dy) { return y <= low_ || y >= high_ ? real{0} : dy; });
    }
    Reads backward_reads() const override { return {.inputs = false, .output = true}; }
    bool in_place() const override { return true; }

private:
    real low_, high_;
};

}  // namespace

Node clip(Node x, double low, double high, std::string name) {
    return x.then(std::make_shared<Clip>(low, high), std::move(name));
}

Node relu6(Node x, std::string name) { return clip(x, 0, 6, std::move(name)); }

}  // namespace cnn
