#include <oneapi/dnnl/dnnl.hpp>

#include "onednn.hpp"
#include "onednn_call.hpp"

namespace cnn::onednn {

using bench::Layer, bench::Work;
using dnnl::prop_kind;

namespace {

dnnl::algorithm algorithm_of(Algorithm algorithm) {
    return algorithm == Algorithm::winograd ? dnnl::algorithm::convolution_winograd
                                            : dnnl::algorithm::convolution_direct;
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
    const Memory result{plan.dst_desc()};
    const Arguments arguments{{DNNL_ARG_SRC, {plan.src_desc(), x}},
                              {DNNL_ARG_WEIGHTS, reordered({filters.plain(), w}, plan.weights_desc())},
                              {DNNL_ARG_BIAS, {bias_desc(layer), b}},
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
    const Memory result{plan.diff_src_desc()};
    const Arguments arguments{{DNNL_ARG_DIFF_DST, {plan.diff_dst_desc(), dy}},
                              {DNNL_ARG_WEIGHTS, reordered({filters.plain(), w}, plan.weights_desc())},
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
    const Memory result{plan.diff_weights_desc()};
    const Arguments arguments{{DNNL_ARG_SRC, {plan.src_desc(), x}},
                              {DNNL_ARG_DIFF_DST, {plan.diff_dst_desc(), dy}},
                              {DNNL_ARG_DIFF_WEIGHTS, result}};
    return work(dnnl::convolution_backward_weights{plan}, arguments, threads, result, filters.plain(),
                layer.weights());
}

}  // namespace cnn::onednn
