#include "common/graph/operation.hpp"

#include <algorithm>

#include "common/base/error.hpp"
#include "crop.hpp"

namespace cnn {

Shape cropped_shape(const Shape& x, const Sides& margins) {
    const auto [top, bottom, left, right] = margins;
    require(std::min({top, bottom, left, right}) >= 0, "crop: the margins are ", margins,
            "; they must not be negative");
    require(std::int64_t{top} + bottom < x.h && std::int64_t{left} + right < x.w, "crop: margins of ",
            margins, " leave nothing of ", x, "; cut less");
    return {x.n, x.h - top - bottom, x.w - left - right, x.c};
}

Sides margins_around(const Shape& x, Extent middle) {
    const int rows = x.h - middle.h, columns = x.w - middle.w;
    require(rows >= 0 && columns >= 0, "crop: a middle of ", middle, " is larger than the map ", x);
    return {rows / 2, rows - rows / 2, columns / 2, columns - columns / 2};
}

namespace {

class Crop : public Operation {
public:
    explicit Crop(const Sides& margins) : margins_(margins) {}

    std::string kind() const override { return "crop"; }
    Shape output(const Shapes& x) const override { return cropped_shape(x[0], margins_); }
    Window window(const Shapes& /*x*/) const override {
        const auto [top, bottom, left, right] = margins_;
        return {.padding = {-top, -bottom, -left, -right}};
    }
    void forward(const Forward& call, MutableView y) const override {
        if (call.mode.kernels == Kernels::naive)
            copy(naive::crop(call.inputs[0], margins_), y);
        else
            copy(optimized::crop(call.inputs[0], margins_), y);
    }
    void backward(const Backward& call) const override {
        const MutableView dx = call.input_gradients[0];
        if (dx.empty()) return;
        if (call.mode.kernels == Kernels::naive)
            copy(naive::crop_backward(call.output_gradient, dx.shape, margins_), dx);
        else
            optimized::crop_backward_into(call.output_gradient, margins_, dx);
    }
    Reads backward_reads() const override { return {.inputs = false, .output = false}; }
    std::optional<View> view_of(View x, const Mode& mode) const override {
        if (mode.kernels == Kernels::naive) return {};
        return optimized::crop(x, margins_);
    }

private:
    Sides margins_;
};

}  // namespace

Node crop(Node x, const Sides& margins, std::string name) {
    return x.then(std::make_shared<Crop>(margins), std::move(name));
}

}  // namespace cnn
