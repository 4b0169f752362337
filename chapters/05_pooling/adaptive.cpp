// Average pooling to a size that is given: shapes, windows, the naive pair and the node.
#include "common/base/error.hpp"
#include "pooling.hpp"

namespace cnn {

// [adaptive]
Span adaptive_span(int i, int size, int windows) {
    const auto border = [=](std::int64_t at) { return at * size / windows; };
    const int begin = int(border(i)), end = int((std::int64_t{i + 1} * size + windows - 1) / windows);
    return {begin, end, end - begin};
}
// [adaptive]

Shape adaptive_shape(const Shape& x, Extent size) {
    require(x.h >= 1 && x.w >= 1, "adaptive pooling: the map is ", x.h, 'x', x.w,
            "; there is nothing to pool");
    require(size.h >= 1 && size.w >= 1, "adaptive pooling: the size is ", size, "; it must be at least 1");
    return {x.n, size.h, size.w, x.c};
}

void require_adaptive(const Shape& y, const Shape& x) {
    const Shape right = adaptive_shape(x, {y.h, y.w});
    require(y == right, "adaptive pooling: the output or its gradient is ", y, "; a map of ", x, " pools to ",
            right);
}

namespace naive {

Tensor adaptive_average_pool(View x, Extent size) {
    Tensor y(adaptive_shape(x.shape, size));
    const auto [N, H, W, C] = y.shape();
    for (int n = 0; n < N; ++n)
        for (int i = 0; i < H; ++i)
            for (int j = 0; j < W; ++j)
                for (int c = 0; c < C; ++c) {
                    const Span rows = adaptive_span(i, x.shape.h, H),
                               columns = adaptive_span(j, x.shape.w, W);
                    double sum = 0;
                    for (int row = rows.begin; row < rows.end; ++row)
                        for (int column = columns.begin; column < columns.end; ++column)
                            sum += x(n, row, column, c);
                    y(n, i, j, c) = real(sum) / numbers(rows, columns);
                }
    return y;
}

Tensor adaptive_average_pool_backward(View dy, const Shape& x) {
    require_adaptive(dy.shape, x);
    const auto [N, H, W, C] = dy.shape;
    Tensor dx(x);
    for (int n = 0; n < N; ++n)
        for (int i = 0; i < H; ++i)
            for (int j = 0; j < W; ++j)
                for (int c = 0; c < C; ++c) {
                    const Span rows = adaptive_span(i, x.h, H), columns = adaptive_span(j, x.w, W);
                    const real share = dy(n, i, j, c) / numbers(rows, columns);
                    for (int row = rows.begin; row < rows.end; ++row)
                        for (int column = columns.begin; column < columns.end; ++column)
                            dx(n, row, column, c) += share;
                }
    return dx;
}

}  // namespace naive

namespace {

class AdaptiveAveragePool : public Operation {
public:
    explicit AdaptiveAveragePool(Extent size) : size_(size) {}

    std::string kind() const override { return "adaptive_avg_pool2d"; }
    Shape output(const Shapes& inputs) const override { return adaptive_shape(inputs[0], size_); }
    // Windows of one size where it divides the map's; else they differ, and the whole map holds them all.
    Window window(const Shapes& inputs) const override {
        const Shape& x = inputs[0];
        const Extent each(x.h / size_.h, x.w / size_.w);
        if (size_ != Extent(1) && x.h % size_.h == 0 && x.w % size_.w == 0)
            return {.kernel = each, .stride = each};
        return {.kernel = {x.h, x.w}, .whole = true};
    }
    Reads backward_reads() const override { return {.inputs = false, .output = false}; }

    void forward(const Forward& call, MutableView y) const override {
        if (call.mode.kernels == Kernels::naive)
            copy(naive::adaptive_average_pool(call.inputs[0], size_), y);
        else
            optimized::adaptive_average_pool_into(call.inputs[0], y);
    }
    void backward(const Backward& call) const override {
        const MutableView dx = call.input_gradients[0];
        if (dx.empty()) return;
        if (call.mode.kernels == Kernels::naive)
            copy(naive::adaptive_average_pool_backward(call.output_gradient, dx.shape), dx);
        else
            optimized::adaptive_average_pool_backward_into(call.output_gradient, dx);
    }

private:
    Extent size_;
};

}  // namespace

Node adaptive_average_pool(Node x, Extent size, std::string name) {
    return x.then(std::make_shared<AdaptiveAveragePool>(size), std::move(name));
}

}  // namespace cnn
