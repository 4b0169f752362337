#include "onednn.hpp"

#include <dlfcn.h>

#include <oneapi/dnnl/dnnl.hpp>
#include <unordered_map>

namespace cnn::onednn {

namespace {

using bench::Layer, bench::Work;
using dnnl::memory, dnnl::prop_kind;
using Arguments = std::unordered_map<int, memory>;

/// OpenMP's own switch, in whichever OpenMP library oneDNN brought along; null if it brought none.
void (*const set_threads)(int) = reinterpret_cast<void (*)(int)>(dlsym(RTLD_DEFAULT, "omp_set_num_threads"));

const dnnl::engine& engine() {
    static const dnnl::engine cpu{dnnl::engine::kind::cpu, 0};
    return cpu;
}

dnnl::stream& stream() {
    static dnnl::stream in_order{engine()};
    return in_order;
}

dnnl::algorithm algorithm_of(Algorithm algorithm) {
    return algorithm == Algorithm::winograd ? dnnl::algorithm::convolution_winograd
                                            : dnnl::algorithm::convolution_direct;
}

/// A map's dimensions in oneDNN's order n, c, h, w; its numbers in ours.
memory::desc map_desc(const Shape& s) {
    return {{s.n, s.c, s.h, s.w}, memory::data_type::f32, memory::format_tag::nhwc};
}

memory::desc bias_desc(const Layer& layer) {
    return {{layer.filters}, memory::data_type::f32, memory::format_tag::x};
}

/// Dimensions (groups,) out, in, kh, kw; the numbers as ours: (kh, kw, in, out) with the groups side by side.
struct Filters {
    memory::dims sizes, strides;

    explicit Filters(const Layer& layer) {
        const Shape w = layer.weights();
        const memory::dim out = w.c / layer.groups, row = memory::dim{w.w} * w.c;
        sizes = {layer.groups, out, w.w, w.n, w.h};
        strides = {out, 1, w.c, w.h * row, row};
        if (layer.groups == 1) {
            sizes.erase(sizes.begin());
            strides.erase(strides.begin());
        }
    }
    memory::desc plain() const { return {sizes, memory::data_type::f32, strides}; }
    memory::desc any() const { return {sizes, memory::data_type::f32, memory::format_tag::any}; }
};

/// Strides, dilation and padding as oneDNN counts them: dilation 0 is none.
struct Geometry {
    memory::dims strides, dilation, padding, kernel;

    explicit Geometry(const Layer& l)
        : strides{l.stride, l.stride},
          dilation{l.dilation - 1, l.dilation - 1},
          padding{l.padding, l.padding},
          kernel{l.kernel.h, l.kernel.w} {}
};

memory wrap(const memory::desc& desc, View v) { return {desc, engine(), const_cast<real*>(v.data)}; }

memory reordered(memory from, const memory::desc& desc) {
    memory to{desc, engine()};
    dnnl::reorder(from, to).execute(stream(), from, to);
    stream().wait();
    return to;
}

/// The call, and how to read its result as a tensor of ours of `shape`.
Work work(const dnnl::primitive& primitive, const Arguments& arguments, int threads, const memory& result,
          const memory::desc& plain, const Shape& shape) {
    const auto run = [=] {
        set_threads(threads);
        primitive.execute(stream(), arguments);
        stream().wait();
    };
    const auto read = [=] {
        Tensor t = Tensor::unset(shape);
        memory from = result, to = wrap(plain, t);
        dnnl::reorder(from, to).execute(stream(), from, to);
        stream().wait();
        return t;
    };
    return {run, read};
}

dnnl::primitive_attr then_relu() {
    dnnl::post_ops after;
    after.append_eltwise(1, dnnl::algorithm::eltwise_relu, 0, 0);
    dnnl::primitive_attr attributes;
    attributes.set_post_ops(after);
    return attributes;
}

/// What the backward passes want to be told of the forward pass.
dnnl::convolution_forward::primitive_desc forward_hint(const Layer& layer, int batch, Algorithm algorithm) {
    const Geometry g{layer};
    return {
        {prop_kind::forward_training, algorithm_of(algorithm), map_desc(layer.input(batch)),
         Filters{layer}.any(), map_desc(layer.output(batch)), g.strides, g.dilation, g.padding, g.padding},
        engine()};
}

}  // namespace

bool available() { return set_threads != nullptr; }

Work convolution(const Layer& layer, View x, View w, View b, int threads, Algorithm algorithm) {
    set_threads(threads);
    const Geometry g{layer};
    const Filters filters{layer};
    const Shape y = layer.output(x.shape.n);
    const dnnl::convolution_forward::primitive_desc plan{
        {prop_kind::forward_inference, algorithm_of(algorithm), map_desc(x.shape), filters.any(),
         bias_desc(layer), map_desc(y), g.strides, g.dilation, g.padding, g.padding},
        then_relu(),
        engine()};
    const memory result{plan.dst_desc(), engine()};
    const Arguments arguments{{DNNL_ARG_SRC, wrap(plan.src_desc(), x)},
                              {DNNL_ARG_WEIGHTS, reordered(wrap(filters.plain(), w), plan.weights_desc())},
                              {DNNL_ARG_BIAS, wrap(bias_desc(layer), b)},
                              {DNNL_ARG_DST, result}};
    return work(dnnl::convolution_forward{plan}, arguments, threads, result, map_desc(y), y);
}

Work convolution_backward_input(const Layer& layer, View dy, View w, int threads, Algorithm algorithm) {
    set_threads(threads);
    const Geometry g{layer};
    const Filters filters{layer};
    const Shape x = layer.input(dy.shape.n);
    const dnnl::convolution_backward_data::primitive_desc plan{
        {algorithm_of(algorithm), map_desc(x), filters.any(), map_desc(dy.shape), g.strides, g.dilation,
         g.padding, g.padding},
        engine(),
        forward_hint(layer, dy.shape.n, algorithm)};
    const memory result{plan.diff_src_desc(), engine()};
    const Arguments arguments{{DNNL_ARG_DIFF_DST, wrap(plan.diff_dst_desc(), dy)},
                              {DNNL_ARG_WEIGHTS, reordered(wrap(filters.plain(), w), plan.weights_desc())},
                              {DNNL_ARG_DIFF_SRC, result}};
    return work(dnnl::convolution_backward_data{plan}, arguments, threads, result, map_desc(x), x);
}

Work convolution_backward_weights(const Layer& layer, View dy, View x, int threads, Algorithm algorithm) {
    set_threads(threads);
    const Geometry g{layer};
    const Filters filters{layer};
    const dnnl::convolution_backward_weights::primitive_desc plan{
        {algorithm_of(algorithm), map_desc(x.shape), filters.any(), map_desc(dy.shape), g.strides, g.dilation,
         g.padding, g.padding},
        engine(),
        forward_hint(layer, x.shape.n, algorithm)};
    const memory result{plan.diff_weights_desc(), engine()};
    const Arguments arguments{{DNNL_ARG_SRC, wrap(plan.src_desc(), x)},
                              {DNNL_ARG_DIFF_DST, wrap(plan.diff_dst_desc(), dy)},
                              {DNNL_ARG_DIFF_WEIGHTS, result}};
    return work(dnnl::convolution_backward_weights{plan}, arguments, threads, result, filters.plain(),
                layer.weights());
}

Work deconvolution(const Layer& layer, View x, View w, View b, int threads) {
    set_threads(threads);
    const Geometry g{layer};
    const Filters filters{layer};
    const Shape y = layer.output(x.shape.n);
    const dnnl::deconvolution_forward::primitive_desc plan{
        {prop_kind::forward_inference, dnnl::algorithm::deconvolution_direct, map_desc(x.shape),
         filters.any(), bias_desc(layer), map_desc(y), g.strides, g.dilation, g.padding, g.padding},
        engine()};
    const memory result{plan.dst_desc(), engine()};
    const Arguments arguments{{DNNL_ARG_SRC, wrap(plan.src_desc(), x)},
                              {DNNL_ARG_WEIGHTS, reordered(wrap(filters.plain(), w), plan.weights_desc())},
                              {DNNL_ARG_BIAS, wrap(bias_desc(layer), b)},
                              {DNNL_ARG_DST, result}};
    return work(dnnl::deconvolution_forward{plan}, arguments, threads, result, map_desc(y), y);
}

Work inner_product(const Layer& layer, View x, View w, View b, int threads) {
    set_threads(threads);
    const Filters filters{layer};
    const Shape y = layer.output(x.shape.n);
    const memory::desc flat{{y.n, y.c}, memory::data_type::f32, memory::format_tag::nc};
    const dnnl::inner_product_forward::primitive_desc plan{
        {prop_kind::forward_inference, map_desc(x.shape), filters.any(), bias_desc(layer), flat}, engine()};
    const memory result{plan.dst_desc(), engine()};
    const Arguments arguments{{DNNL_ARG_SRC, wrap(plan.src_desc(), x)},
                              {DNNL_ARG_WEIGHTS, reordered(wrap(filters.plain(), w), plan.weights_desc())},
                              {DNNL_ARG_BIAS, wrap(bias_desc(layer), b)},
                              {DNNL_ARG_DST, result}};
    return work(dnnl::inner_product_forward{plan}, arguments, threads, result, flat, y);
}

Work pooling(const Layer& layer, View x, int threads) {
    set_threads(threads);
    const Geometry g{layer};
    const Shape y = layer.output(x.shape.n);
    const auto kind = layer.operation == "maxpool" ? dnnl::algorithm::pooling_max
                                                   : dnnl::algorithm::pooling_avg_include_padding;
    const dnnl::pooling_forward::primitive_desc plan{{prop_kind::forward_inference, kind, map_desc(x.shape),
                                                      map_desc(y), g.strides, g.kernel, g.padding, g.padding},
                                                     engine()};
    const memory result{plan.dst_desc(), engine()};
    const Arguments arguments{{DNNL_ARG_SRC, wrap(plan.src_desc(), x)}, {DNNL_ARG_DST, result}};
    return work(dnnl::pooling_forward{plan}, arguments, threads, result, map_desc(y), y);
}

}  // namespace cnn::onednn
