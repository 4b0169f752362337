#include "common/graph/operation.hpp"

#include "common/base/error.hpp"
#include "common/machine/parallel.hpp"
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
        const View x = call.inputs[0];
        parallel_for(y.rows(), [&](int r) {
            for (int j = 0; j < y.shape.w; ++j) {
                const real* from = x.row(r).pixel(0, 0, j);
                real* to = y.row(r).pixel(0, 0, j);
                for (int c = 0; c < y.shape.c; ++c) {
                    const real value = from[c] < low_ ? low_ : from[c];  // a NaN is below nothing
                    to[c] = value > high_ ? high_ : value;
                }
            }
        });
    }
    void backward(const Backward& call) const override {
        const MutableView dx = call.input_gradients[0];
        if (dx.empty()) return;
        parallel_for(dx.rows(), [&](int r) {
            for (int j = 0; j < dx.shape.w; ++j) {
                const real *y = call.output.row(r).pixel(0, 0, j),
                           *dy = call.output_gradient.row(r).pixel(0, 0, j);
                real* to = dx.row(r).pixel(0, 0, j);
                for (int c = 0; c < dx.shape.c; ++c) {
                    const real gradient = dy[c];
                    to[c] = y[c] <= low_ || y[c] >= high_ ? real{0} : gradient;
                }
            }
        });
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
