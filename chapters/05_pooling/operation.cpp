#include <algorithm>
#include <limits>

#include "common/base/error.hpp"
#include "common/graph/window_operation.hpp"
#include "pooling.hpp"

namespace cnn {

// [extent]
int pooled_extent(int size, int before, int after, std::int64_t window, int stride, bool ceil) {
    const std::int64_t room = std::int64_t{size} + before + after - window;  // wider than any of its parts
    if (!ceil) return room < 0 ? 0 : int(room / stride + 1);
    const std::int64_t windows = room <= -stride ? 0 : (room + stride - 1) / stride + 1;
    const bool last_sees_nothing = (windows - 1) * stride >= std::int64_t{size} + before;
    return int(last_sees_nothing ? windows - 1 : windows);
}
// [extent]

// [span]
Span span(int i, int size, int before, int after, int kernel, int stride, bool count_padding, int dilation) {
    const std::int64_t d = dilation, start = std::int64_t{i} * stride - before;
    // Its positions m that lie before the end of the map, or of what is padded.
    const auto positions_before = [&](std::int64_t end) {
        return std::min<std::int64_t>(kernel, (end - start + d - 1) / d);
    };
    const std::int64_t first = start < 0 ? (-start + d - 1) / d : 0, stop = positions_before(size);
    return {int(start + first * d), int(start + (stop - 1) * d + 1),
            int(count_padding ? positions_before(std::int64_t{size} + after) : stop - first), dilation};
}
// [span]

Span rows(int i, const Shape& x, const Pooling& p) {
    return span(i, x.h, p.padding.top, p.padding.bottom, p.kernel.h, p.stride.h, p.count_padding,
                p.dilation.h);
}

Span columns(int j, const Shape& x, const Pooling& p) {
    return span(j, x.w, p.padding.left, p.padding.right, p.kernel.w, p.stride.w, p.count_padding,
                p.dilation.w);
}

Shape pooled_shape(const Shape& x, const Pooling& pooling) {
    const auto& [K, S, P, ceil, count_padding, d] = pooling;
    require(x.h >= 1 && x.w >= 1, "pooling: the map is ", x.h, 'x', x.w, "; there is nothing to pool");
    require(K.h >= 1 && K.w >= 1, "pooling: the kernel is ", K, "; it must be at least 1");
    require(S.h >= 1 && S.w >= 1, "pooling: the stride is ", S, "; it must be at least 1");
    require(d.h >= 1 && d.w >= 1, "pooling: the dilation is ", d, "; it must be at least 1");
    require(std::min({P.top, P.bottom, P.left, P.right}) >= 0, "pooling: the padding is ", P,
            "; it must not be negative");
    const std::int64_t high = (std::int64_t{K.h} - 1) * d.h + 1, wide = (std::int64_t{K.w} - 1) * d.w + 1;
    require(std::max(P.top, P.bottom) < high && std::max(P.left, P.right) < wide, "pooling: the padding is ",
            P, " and the kernel ", high, 'x', wide,
            ", so a window could lie wholly in padding; pad less than the kernel");
    require((P.top == 0 || d.h <= x.h) && (P.left == 0 || d.w <= x.w), "pooling: the dilation is ", d,
            " and the map ", x.h, 'x', x.w,
            ", so a window could step over the map from padding; dilate less, or "
            "do not pad");
    const auto padded = [](int size, int before, int after) { return std::int64_t{size} + before + after; };
    require(std::max(padded(x.h, P.top, P.bottom), padded(x.w, P.left, P.right)) < 1 << 30,
            "pooling: the padding is ", P, "; a padded map must stay below 2^30 on each side");
    const Shape y{x.n, pooled_extent(x.h, P.top, P.bottom, high, S.h, ceil),
                  pooled_extent(x.w, P.left, P.right, wide, S.w, ceil), x.c};
    require(y.h >= 1 && y.w >= 1, "pooling: the kernel ", high, 'x', wide,
            " does not fit on the padded map of ", Extent{x.h + P.top + P.bottom, x.w + P.left + P.right},
            "; take a smaller kernel, or pad");
    return y;
}

void require_pooled(const Shape& y, const Shape& x, const Pooling& pooling) {
    const Shape right = pooled_shape(x, pooling);
    require(y == right, "pooling: the output or its gradient is ", y, "; a map of ", x, " pools to ", right);
}

Pooling whole_map(const Shape& x) { return {.kernel = {x.h, x.w}, .stride = {x.h, x.w}}; }

namespace {

// What maximum and average share: shape and window.
class Pool : public Operation, public WindowOperation {
public:
    explicit Pool(const Pooling& pooling) : pooling_(pooling) {}

    Shape output(const Shapes& inputs) const override { return pooled_shape(inputs[0], pooling_); }
    Window window(const Shapes& /*inputs*/) const override {
        return {.kernel = pooling_.kernel,
                .stride = pooling_.stride,
                .padding = pooling_.padding,
                .dilation = pooling_.dilation};
    }

protected:
    /// Windows one under another.
    Pooling on_their_own() const {
        return {.kernel = pooling_.kernel, .stride = pooling_.kernel, .padding = 0};
    }

    Pooling pooling_;
};

void max_forward(const Forward& call, const Pooling& pooling, MutableView y) {
    if (call.mode.kernels == Kernels::naive)
        copy(naive::max_pool(call.inputs[0], pooling), y);
    else
        optimized::max_pool_into(call.inputs[0], pooling, y);
}

void max_backward(const Backward& call, const Pooling& pooling) {
    if (call.input_gradients[0].empty()) return;
    const View dy = call.output_gradient, x = call.inputs[0];
    if (call.mode.kernels == Kernels::naive)
        copy(naive::max_pool_backward(dy, x, pooling), call.input_gradients[0]);
    else
        optimized::max_pool_backward_into(dy, x, pooling, call.input_gradients[0]);
}

class MaxPool : public Pool {
public:
    using Pool::Pool;
    std::string kind() const override { return "max_pool2d"; }
    void forward(const Forward& call, MutableView y) const override { max_forward(call, pooling_, y); }
    void backward(const Backward& call) const override { max_backward(call, pooling_); }
    std::optional<OnWindows> on_windows(const std::vector<View>& /*parameters*/) const override {
        return OnWindows{-std::numeric_limits<real>::infinity(),
                         [pooling = on_their_own()](const std::vector<View>& x, MutableView y) {
                             optimized::max_pool_into(x[0], pooling, y);
                         }};
    }
};

void average_forward(const Forward& call, const Pooling& pooling, MutableView y) {
    if (call.mode.kernels == Kernels::naive)
        copy(naive::average_pool(call.inputs[0], pooling), y);
    else
        optimized::average_pool_into(call.inputs[0], pooling, y);
}

void average_backward(const Backward& call, const Pooling& pooling) {
    if (call.input_gradients[0].empty()) return;
    const View dy = call.output_gradient;
    if (call.mode.kernels == Kernels::naive)
        copy(naive::average_pool_backward(dy, call.inputs[0].shape, pooling), call.input_gradients[0]);
    else
        optimized::average_pool_backward_into(dy, pooling, call.input_gradients[0]);
}

class AveragePool : public Pool {
public:
    using Pool::Pool;
    std::string kind() const override { return "avg_pool2d"; }
    void forward(const Forward& call, MutableView y) const override { average_forward(call, pooling_, y); }
    void backward(const Backward& call) const override { average_backward(call, pooling_); }
    /// Only where every window counts as many pixels.
    std::optional<OnWindows> on_windows(const std::vector<View>& /*parameters*/) const override {
        if (pooling_.ceil || (!pooling_.count_padding && pooling_.padding != Sides(0))) return {};
        return OnWindows{0, [pooling = on_their_own()](const std::vector<View>& x, MutableView y) {
                             optimized::average_pool_into(x[0], pooling, y);
                         }};
    }
};

// A window that is as large as whatever map comes.
class GlobalPool : public Operation {
public:
    Shape output(const Shapes& inputs) const override {
        return pooled_shape(inputs[0], whole_map(inputs[0]));
    }
    Window window(const Shapes& inputs) const override {
        return {.kernel = whole_map(inputs[0]).kernel, .padding = 0, .whole = true};
    }
};

class GlobalMaxPool : public GlobalPool {
public:
    std::string kind() const override { return "global_max_pool"; }
    void forward(const Forward& call, MutableView y) const override {
        max_forward(call, whole_map(call.inputs[0].shape), y);
    }
    void backward(const Backward& call) const override {
        max_backward(call, whole_map(call.inputs[0].shape));
    }
};

class GlobalAveragePool : public GlobalPool {
public:
    std::string kind() const override { return "global_avg_pool"; }
    void forward(const Forward& call, MutableView y) const override {
        average_forward(call, whole_map(call.inputs[0].shape), y);
    }
    void backward(const Backward& call) const override {
        average_backward(call, whole_map(call.inputs[0].shape));
    }
};

}  // namespace

Node max_pool(Node x, const Pooling& pooling, std::string name) {
    return x.then(std::make_shared<MaxPool>(pooling), std::move(name));
}

Node avg_pool(Node x, const Pooling& pooling, std::string name) {
    return x.then(std::make_shared<AveragePool>(pooling), std::move(name));
}

Node global_max_pool(Node x, std::string name) {
    return x.then(std::make_shared<GlobalMaxPool>(), std::move(name));
}

Node global_average_pool(Node x, std::string name) {
    return x.then(std::make_shared<GlobalAveragePool>(), std::move(name));
}

}  // namespace cnn
