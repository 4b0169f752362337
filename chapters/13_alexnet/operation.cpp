#include "common/graph/operation.hpp"

#include "common/base/error.hpp"
#include "local_response.hpp"

namespace cnn {

void require_window(const LocalResponse& options) {
    require(options.n >= 1 && options.n % 2 == 1, "local_response: a window of ", options.n,
            " maps; it must be an odd number, at least 1");
    require(options.k > 0, "local_response: k is ", options.k, "; it must be above 0");
}

void require_same(const char* what, const Shape& y, const Shape& x) {
    require(y == x, "local_response: the ", what, " is ", y, " and the map ", x,
            "; they must have one shape");
}

namespace {

class Response : public Operation {
public:
    explicit Response(const LocalResponse& options) : options_(options) { require_window(options); }

    std::string kind() const override { return "local_response"; }
    Shape output(const Shapes& x) const override { return x[0]; }
    void forward(const Forward& call, MutableView y) const override {
        if (call.mode.kernels == Kernels::naive)
            return copy(naive::local_response(call.inputs[0], options_), y);
        optimized::local_response_into(call.inputs[0], options_, y);
    }
    void backward(const Backward& call) const override {
        const MutableView dx = call.input_gradients[0];
        if (dx.empty()) return;
        const View dy = call.output_gradient, x = call.inputs[0];
        if (call.mode.kernels == Kernels::naive)
            return copy(naive::local_response_backward(dy, x, options_), dx);
        optimized::local_response_backward_into(dy, x, options_, dx);
    }
    Reads backward_reads() const override { return {.inputs = true, .output = false}; }

private:
    LocalResponse options_;
};

}  // namespace

Node local_response(Node x, const LocalResponse& options, std::string name) {
    return x.then(std::make_shared<Response>(options), std::move(name));
}

}  // namespace cnn
