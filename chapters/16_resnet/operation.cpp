#include "common/graph/operation.hpp"

#include <algorithm>

#include "batch_norm.hpp"
#include "common/base/error.hpp"
#include "common/kernels/elementwise.hpp"

namespace cnn {

void require_normalised(const Shape& x, const Moments& moments, const Affine& affine) {
    const Shape each{.c = x.c};
    for (const auto& [what, shape] : {std::pair{"mean", moments.mean.shape()},
                                      {"variance", moments.variance.shape()},
                                      {"weight", affine.weight.shape},
                                      {"bias", affine.bias.shape}})
        require(shape == each, "batch_norm: the ", what, " is ", shape, "; ", x.c, " channels need ", each);
}

namespace {

class BatchNormalisation : public Operation {
public:
    explicit BatchNormalisation(const BatchNorm& options) : options_(options) {
        require(options.epsilon > 0, "batch_norm: epsilon is ", options.epsilon, "; it must be above 0");
        require(options.momentum >= 0 && options.momentum <= 1, "batch_norm: the momentum is ",
                options.momentum, "; it must be from 0 to 1");
    }

    std::string kind() const override { return "batch_norm2d"; }
    Shape output(const Shapes& x) const override { return x[0]; }
    std::vector<Parameter> parameters(const Shapes& x) const override {
        const Shape each{.c = x[0].c};
        const Initialiser ones{Initialiser::Kind::ones};
        return {{"weight", each, Layout::vector, ones},
                {"bias", each, Layout::vector},
                {"running_mean", each, Layout::vector, {}, Role::statistic},
                {"running_var", each, Layout::vector, ones, Role::statistic}};
    }

    /// Mean, variance, and how many pixels they are of.
    Shapes saved(const Shapes& x) const override { return {{.c = x[0].c}, {.c = x[0].c}, {}}; }

    void forward(const Forward& call, MutableView y) const override {
        const View x = call.inputs[0];
        const bool naive = call.mode.kernels == Kernels::naive;
        const Affine affine{call.parameters[0], call.parameters[1]};
        if (!call.mode.training) return normalise(x, running(call.parameters), affine, naive, y);

        const std::int64_t pixels = std::int64_t{x.shape.n} * x.shape.h * x.shape.w;
        require(pixels != 1,
                "batch_norm: a batch of one pixel a channel has no variance; train with larger "
                "batches or images");
        const Moments moments = naive ? naive::moments(x) : optimized::moments(x);
        if (!call.saved.empty()) {
            copy(moments.mean, call.saved[0]);
            copy(moments.variance, call.saved[1]);
            fill(call.saved[2], real(pixels));
        }
        normalise(x, moments, affine, naive, y);
    }

    void backward(const Backward& call) const override {
        const bool of_batch = call.mode.training;
        const Moments moments =
            of_batch ? Moments{Tensor(call.saved[0]), Tensor(call.saved[1])} : running(call.parameters);
        const auto& gradients =
            call.mode.kernels == Kernels::naive ? naive::batch_norm_backward : optimized::batch_norm_backward;
        const BatchNormGradients d = gradients(call.output_gradient, call.inputs[0], moments,
                                               call.parameters[0], options_.epsilon, of_batch);
        const auto give = [](const Tensor& from, const MutableView& to) {
            if (!to.empty()) copy(from, to);
        };
        give(d.x, call.input_gradients[0]);
        give(d.weight, call.parameter_gradients[0]);
        give(d.bias, call.parameter_gradients[1]);
    }
    Reads backward_reads() const override { return {.inputs = true, .output = false}; }
    bool in_place() const override { return true; }

    /// The running variance is of all pictures there might be, so it divides by one pixel less.
    void update(const std::vector<View>& saved, const std::vector<MutableView>& parameters) const override {
        const double m = double(saved[2](0, 0, 0, 0)), keep = 1 - options_.momentum;
        if (m < 2) return;
        for (int c = 0; c < saved[0].shape.c; ++c) {
            real &mean = parameters[2](0, 0, 0, c), &variance = parameters[3](0, 0, 0, c);
            mean = real(keep * double(mean) + options_.momentum * double(saved[0](0, 0, 0, c)));
            variance = real(keep * double(variance) +
                            options_.momentum * double(saved[1](0, 0, 0, c)) * m / (m - 1));
        }
    }

private:
    static Moments running(const std::vector<View>& parameters) {
        return {Tensor(parameters[2]), Tensor(parameters[3])};
    }
    void normalise(View x, const Moments& moments, const Affine& affine, bool naive, MutableView y) const {
        if (naive)
            copy(naive::batch_norm(x, moments, affine, options_.epsilon), y);
        else
            optimized::batch_norm_into(x, moments, affine, options_.epsilon, y);
    }

    BatchNorm options_;
};

class Addition : public Operation {
public:
    std::string kind() const override { return "add"; }
    Shape output(const Shapes& x) const override {
        require(x[0] == x[1], "add: the maps are ", x[0], " and ", x[1], "; they must have one shape");
        return x[0];
    }
    void forward(const Forward& call, MutableView y) const override {
        map_numbers(call.inputs[0], call.inputs[1], y, [](real a, real b) { return a + b; });
    }
    /// The gradient flows into both, as it is.
    void backward(const Backward& call) const override {
        for (const MutableView& gradient : call.input_gradients)
            if (!gradient.empty()) copy(call.output_gradient, gradient);
    }
    Reads backward_reads() const override { return {.inputs = false, .output = false}; }
    bool in_place() const override { return true; }
};

class PaddedShortcut : public Operation {
public:
    PaddedShortcut(int channels, int stride) : channels_(channels), stride_(stride) {}

    std::string kind() const override { return "padded_shortcut"; }
    Shape output(const Shapes& inputs) const override {
        const Shape& x = inputs[0];
        require(channels_ >= x.c, "padded_shortcut: ", channels_, " channels out of ", x.c,
                "; there must be at least as many");
        require(stride_ >= 1, "padded_shortcut: the stride is ", stride_, "; it must be at least 1");
        return {x.n, (x.h - 1) / stride_ + 1, (x.w - 1) / stride_ + 1, channels_};
    }
    Window window(const Shapes& /*inputs*/) const override { return {.kernel = 1, .stride = stride_}; }
    void forward(const Forward& call, MutableView y) const override {
        const View x = call.inputs[0];
        fill(y, 0);
        copy(x.strided(stride_), y.channels((channels_ - x.shape.c) / 2, x.shape.c));
    }
    void backward(const Backward& call) const override {
        const MutableView dx = call.input_gradients[0];
        if (dx.empty()) return;
        fill(dx, 0);
        copy(call.output_gradient.channels((channels_ - dx.shape.c) / 2, dx.shape.c), dx.strided(stride_));
    }
    Reads backward_reads() const override { return {.inputs = false, .output = false}; }

private:
    int channels_, stride_;
};

}  // namespace

Node batch_norm(Node x, const BatchNorm& options, std::string name) {
    return x.then(std::make_shared<BatchNormalisation>(options), std::move(name));
}

Node add(Node a, Node b, std::string name) {
    return a.graph->add(std::make_shared<Addition>(), {a, b}, std::move(name));
}

Node padded_shortcut(Node x, int channels, int stride, std::string name) {
    return x.then(std::make_shared<PaddedShortcut>(channels, stride), std::move(name));
}

}  // namespace cnn
