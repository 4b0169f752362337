// The parts of 1998 as nodes of a network.
#include <algorithm>
#include <cmath>

#include "common/base/error.hpp"
#include "common/kernels/epilogue.hpp"
#include "convolution.hpp"
#include "filter_node.hpp"
#include "lenet_1998/lenet_1998.hpp"

namespace cnn {

Shape subsampled_shape(const Shape& x) {
    require(x.h % 2 == 0 && x.w % 2 == 0, "subsample: the map is ", x.h, 'x', x.w,
            "; both sides must be even, or pixels would be left over");
    return {x.n, x.h / 2, x.w / 2, x.c};
}

Shape partial_shape(const Shape& x, Extent kernel, const Connections& table) {
    for (const std::vector<int>& maps : table)
        for (const int map : maps)
            require(0 <= map && map < x.c, "partial_conv2d: the table names map ", map,
                    ", but the input has ", x.c, ", counted from 0");
    return convolved_shape(x, {kernel.h, kernel.w, x.c, int(table.size())}, {});
}

void require_subsample(View w, View b, const Shape& x) {
    require(w.shape == Shape{.c = x.c}, "subsample: the coefficients are ", w.shape, "; ", x.c, " maps need ",
            Shape{.c = x.c});
    require_bias("subsample", b, x.c);
}

void require_partial(const Shape& w, View b, const Connections& table) {
    int connections = 0;
    for (const std::vector<int>& maps : table) connections += int(maps.size());
    require(w.w == 1 && w.c == connections, "partial_conv2d: the kernels are ", w, "; the table has ",
            connections, " connections, and each needs one kernel");
    require_bias("partial_conv2d", b, int(table.size()));
}

Shape rbf_shape(const Shape& x, const Shape& codes) {
    require(x.h == 1 && x.w == 1 && x.c == codes.w, "rbf: the input is ", x.h, 'x', x.w, 'x', x.c,
            "; the codes have ", codes.w, " numbers each");
    return {.n = x.n, .c = codes.c};
}

namespace {

bool plain(const Call& call) { return call.mode.kernels == Kernels::naive; }

// Section A of the paper's appendix: uniform within 2.4 / F_i, with F_i inputs to a unit.
Initialiser within(std::int64_t inputs) { return {Initialiser::Kind::uniform, 2.4 / double(inputs)}; }

class Squash : public Operation {
public:
    std::string kind() const override { return "squash"; }
    Shape output(const Shapes& x) const override { return x[0]; }
    void forward(const Forward& call, MutableView y) const override {
        copy((plain(call) ? naive::squash : optimized::squash)(call.inputs[0]), y);
    }
    void backward(const Backward& call) const override {
        if (call.input_gradients[0].empty()) return;
        const auto& of_input = plain(call) ? naive::squash_backward : optimized::squash_backward;
        copy(of_input(call.output_gradient, call.output), call.input_gradients[0]);
    }
};

class Subsample : public Operation {
public:
    std::string kind() const override { return "subsample"; }
    Shape output(const Shapes& x) const override { return subsampled_shape(x[0]); }
    std::vector<Parameter> parameters(const Shapes& x) const override {
        return {{"weight", {.c = x[0].c}, Layout::vector, within(4)},
                {"bias", {.c = x[0].c}, Layout::vector, within(4)}};
    }
    /// One multiplication for each sum of four.
    std::int64_t multiply_adds(const Shapes& x) const override { return output(x).size(); }
    Window window(const Shapes& /*inputs*/) const override {
        return {.kernel = 2, .stride = 2, .padding = {}};
    }

    void forward(const Forward& call, MutableView y) const override {
        const auto& of = plain(call) ? naive::subsample : optimized::subsample;
        copy(of(call.inputs[0], call.parameters[0], call.parameters[1]), y);
    }
    void backward(const Backward& call) const override {
        const View x = call.inputs[0], w = call.parameters[0], dy = call.output_gradient;
        if (!call.input_gradients[0].empty()) {
            const auto& of =
                plain(call) ? naive::subsample_backward_input : optimized::subsample_backward_input;
            copy(of(dy, w, x.shape), call.input_gradients[0]);
        }
        if (!call.parameter_gradients[0].empty()) {
            const auto& of =
                plain(call) ? naive::subsample_backward_weights : optimized::subsample_backward_weights;
            copy(of(dy, x), call.parameter_gradients[0]);
        }
        if (!call.parameter_gradients[1].empty())
            copy(plain(call) ? naive::bias_gradient(dy) : bias_gradient(dy), call.parameter_gradients[1]);
    }
};

class PartialConv2d : public Operation {
public:
    PartialConv2d(Extent kernel, Connections table) : kernel_(kernel), table_(std::move(table)) {
        for (const std::vector<int>& maps : table_) connections_ += int(maps.size());
    }

    std::string kind() const override { return "partial_conv2d"; }
    Shape output(const Shapes& x) const override { return partial_shape(x[0], kernel_, table_); }
    std::vector<Parameter> parameters(const Shapes& /*inputs*/) const override {
        const Initialiser start =
            within(std::int64_t{kernel_.h} * kernel_.w * connections_ / int(table_.size()));
        return {{"weight", {kernel_.h, kernel_.w, 1, connections_}, Layout::filters, start},
                {"bias", {.c = int(table_.size())}, Layout::vector, start}};
    }
    std::int64_t multiply_adds(const Shapes& x) const override {
        const Shape y = output(x);
        return std::int64_t{y.n} * y.h * y.w * connections_ * kernel_.h * kernel_.w;
    }
    Window window(const Shapes& /*inputs*/) const override { return {.kernel = kernel_, .padding = {}}; }

    void forward(const Forward& call, MutableView y) const override {
        const auto& of = plain(call) ? naive::partial_conv2d : optimized::partial_conv2d;
        copy(of(call.inputs[0], call.parameters[0], call.parameters[1], table_), y);
    }
    void backward(const Backward& call) const override {
        const View x = call.inputs[0], w = call.parameters[0], dy = call.output_gradient;
        if (!call.input_gradients[0].empty()) {
            const auto& of =
                plain(call) ? naive::partial_conv2d_backward_input : optimized::partial_conv2d_backward_input;
            copy(of(dy, w, x.shape, table_), call.input_gradients[0]);
        }
        if (!call.parameter_gradients[0].empty()) {
            const auto& of = plain(call) ? naive::partial_conv2d_backward_filters
                                         : optimized::partial_conv2d_backward_filters;
            copy(of(dy, x, w.shape, table_), call.parameter_gradients[0]);
        }
        if (!call.parameter_gradients[1].empty())
            copy(plain(call) ? naive::bias_gradient(dy) : bias_gradient(dy), call.parameter_gradients[1]);
    }

private:
    Extent kernel_;
    Connections table_;
    int connections_ = 0;
};

class Rbf : public Operation {
public:
    explicit Rbf(const Tensor& codes) : codes_(codes) {}

    std::string kind() const override { return "rbf"; }
    Shape output(const Shapes& x) const override { return rbf_shape(x[0], codes_.shape()); }
    std::vector<Parameter> parameters(const Shapes& /*inputs*/) const override {
        return {{"weight", codes_.shape(), Layout::dense, Initialiser::fixed(codes_), Role::constant}};
    }
    std::int64_t multiply_adds(const Shapes& x) const override { return x[0].size() * codes_.shape().c; }
    Window window(const Shapes& /*inputs*/) const override { return {.padding = {}, .whole = true}; }

    void forward(const Forward& call, MutableView y) const override {
        copy(naive::rbf(call.inputs[0], call.parameters[0]), y);
    }
    void backward(const Backward& call) const override {
        require(call.parameter_gradients[0].empty(), "rbf: the codes are drawn by hand and have no gradient");
        if (!call.input_gradients[0].empty())
            copy(naive::rbf_backward(call.output_gradient, call.inputs[0], call.parameters[0]),
                 call.input_gradients[0]);
    }

private:
    Tensor codes_;
};

class MapLoss : public Operation {
public:
    std::string kind() const override { return "map_loss"; }
    Shape output(const Shapes& inputs) const override {
        const Shape &y = inputs[0], &labels = inputs[1];
        require(y.h == 1 && y.w == 1 && labels == Shape{.n = y.n}, "map_loss: the labels are ", labels,
                ", the penalties ", y, "; one label for each image is needed");
        return {};
    }
    void forward(const Forward& call, MutableView loss) const override {
        loss(0, 0, 0, 0) = naive::map_loss(call.inputs[0], call.inputs[1]);
    }
    void backward(const Backward& call) const override {
        require(call.input_gradients[1].empty(), "map_loss: labels have no gradient");
        if (call.input_gradients[0].empty()) return;
        Tensor dy = naive::map_loss_backward(call.inputs[0], call.inputs[1]);
        for (real& gradient : dy.flat()) gradient *= call.output_gradient(0, 0, 0, 0);
        copy(dy, call.input_gradients[0]);
    }
};

}  // namespace

Node squash(Node x, std::string name) { return x.then(std::make_shared<Squash>(), std::move(name)); }

Node subsample(Node x, std::string name) { return x.then(std::make_shared<Subsample>(), std::move(name)); }

Node partial_conv(Node x, Extent kernel, const Connections& table, std::string name) {
    return x.then(std::make_shared<PartialConv2d>(kernel, table), std::move(name));
}

Node rbf(Node x, const Tensor& codes, std::string name) {
    return x.then(std::make_shared<Rbf>(codes), std::move(name));
}

Node map_loss(Node penalties, Node labels, std::string name) {
    return penalties.graph->add(std::make_shared<MapLoss>(), {penalties, labels}, std::move(name));
}

}  // namespace cnn
