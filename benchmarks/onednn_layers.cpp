#include <oneapi/dnnl/dnnl.hpp>

#include "onednn.hpp"
#include "onednn_call.hpp"

namespace cnn::onednn {

using bench::Layer, bench::Work;
using dnnl::memory, dnnl::prop_kind;

Work deconvolution(const Layer& layer, View x, View w, View b, int threads) {
    set_threads(threads);
    const Geometry g{layer};
    const Filters filters{layer};
    const Shape y = layer.output(x.shape.n);
    const dnnl::deconvolution_forward::primitive_desc plan{
        {prop_kind::forward_inference, dnnl::algorithm::deconvolution_direct, map_desc(x.shape),
         filters.any(), bias_desc(layer), map_desc(y), g.strides, g.dilation, g.padding, g.padding},
        engine()};
    const Memory result{plan.dst_desc()};
    const Arguments arguments{{DNNL_ARG_SRC, {plan.src_desc(), x}},
                              {DNNL_ARG_WEIGHTS, reordered({filters.plain(), w}, plan.weights_desc())},
                              {DNNL_ARG_BIAS, {bias_desc(layer), b}},
                              {DNNL_ARG_DST, result}};
    return work(dnnl::deconvolution_forward{plan}, arguments, threads, result, map_desc(y), y);
}

namespace {

dnnl::deconvolution_forward::primitive_desc deconvolution_hint(const Layer& layer, int batch) {
    const Geometry g{layer};
    return {
        {prop_kind::forward_training, dnnl::algorithm::deconvolution_direct, map_desc(layer.input(batch)),
         Filters{layer}.any(), map_desc(layer.output(batch)), g.strides, g.dilation, g.padding, g.padding},
        engine()};
}

}  // namespace

Work deconvolution_backward_input(const Layer& layer, View dy, View w, int threads) {
    set_threads(threads);
    const Geometry g{layer};
    const Filters filters{layer};
    const Shape x = layer.input(dy.shape.n);
    const dnnl::deconvolution_backward_data::primitive_desc plan{
        {dnnl::algorithm::deconvolution_direct, map_desc(x), filters.any(), map_desc(dy.shape), g.strides,
         g.dilation, g.padding, g.padding},
        engine(),
        deconvolution_hint(layer, dy.shape.n)};
    const Memory result{plan.diff_src_desc()};
    const Arguments arguments{{DNNL_ARG_DIFF_DST, {plan.diff_dst_desc(), dy}},
                              {DNNL_ARG_WEIGHTS, reordered({filters.plain(), w}, plan.weights_desc())},
                              {DNNL_ARG_DIFF_SRC, result}};
    return work(dnnl::deconvolution_backward_data{plan}, arguments, threads, result, map_desc(x), x);
}

Work deconvolution_backward_weights(const Layer& layer, View dy, View x, int threads) {
    set_threads(threads);
    const Geometry g{layer};
    const Filters filters{layer};
    const dnnl::deconvolution_backward_weights::primitive_desc plan{
        {dnnl::algorithm::deconvolution_direct, map_desc(x.shape), filters.any(), map_desc(dy.shape),
         g.strides, g.dilation, g.padding, g.padding},
        engine(),
        deconvolution_hint(layer, x.shape.n)};
    const Memory result{plan.diff_weights_desc()};
    const Arguments arguments{{DNNL_ARG_SRC, {plan.src_desc(), x}},
                              {DNNL_ARG_DIFF_DST, {plan.diff_dst_desc(), dy}},
                              {DNNL_ARG_DIFF_WEIGHTS, result}};
    return work(dnnl::deconvolution_backward_weights{plan}, arguments, threads, result, filters.plain(),
                layer.weights());
}

namespace {

/// The result of a dense layer: n, c.
memory::desc flat_desc(const Shape& y) {
    return {{y.n, y.c}, memory::data_type::f32, memory::format_tag::nc};
}

dnnl::inner_product_forward::primitive_desc forward_hint(const Layer& layer, int batch) {
    return {{prop_kind::forward_training, map_desc(layer.input(batch)), Filters{layer}.any(),
             flat_desc(layer.output(batch))},
            engine()};
}

}  // namespace

Work inner_product(const Layer& layer, View x, View w, View b, int threads) {
    set_threads(threads);
    const Filters filters{layer};
    const Shape y = layer.output(x.shape.n);
    const dnnl::inner_product_forward::primitive_desc plan{
        {prop_kind::forward_inference, map_desc(x.shape), filters.any(), bias_desc(layer), flat_desc(y)},
        engine()};
    const Memory result{plan.dst_desc()};
    const Arguments arguments{{DNNL_ARG_SRC, {plan.src_desc(), x}},
                              {DNNL_ARG_WEIGHTS, reordered({filters.plain(), w}, plan.weights_desc())},
                              {DNNL_ARG_BIAS, {bias_desc(layer), b}},
                              {DNNL_ARG_DST, result}};
    return work(dnnl::inner_product_forward{plan}, arguments, threads, result, flat_desc(y), y);
}

Work inner_product_backward_input(const Layer& layer, View dy, View w, int threads) {
    set_threads(threads);
    const Filters filters{layer};
    const Shape x = layer.input(dy.shape.n);
    const dnnl::inner_product_backward_data::primitive_desc plan{
        {map_desc(x), filters.any(), flat_desc(dy.shape)}, engine(), forward_hint(layer, dy.shape.n)};
    const Memory result{plan.diff_src_desc()};
    const Arguments arguments{{DNNL_ARG_DIFF_DST, {plan.diff_dst_desc(), dy}},
                              {DNNL_ARG_WEIGHTS, reordered({filters.plain(), w}, plan.weights_desc())},
                              {DNNL_ARG_DIFF_SRC, result}};
    return work(dnnl::inner_product_backward_data{plan}, arguments, threads, result, map_desc(x), x);
}

Work inner_product_backward_weights(const Layer& layer, View dy, View x, int threads) {
    set_threads(threads);
    const Filters filters{layer};
    const dnnl::inner_product_backward_weights::primitive_desc plan{
        {map_desc(x.shape), filters.any(), flat_desc(dy.shape)}, engine(), forward_hint(layer, x.shape.n)};
    const Memory result{plan.diff_weights_desc()};
    const Arguments arguments{{DNNL_ARG_SRC, {plan.src_desc(), x}},
                              {DNNL_ARG_DIFF_DST, {plan.diff_dst_desc(), dy}},
                              {DNNL_ARG_DIFF_WEIGHTS, result}};
    return work(dnnl::inner_product_backward_weights{plan}, arguments, threads, result, filters.plain(),
                layer.weights());
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
    const Memory result{plan.dst_desc()};
    const Arguments arguments{{DNNL_ARG_SRC, {plan.src_desc(), x}}, {DNNL_ARG_DST, result}};
    return work(dnnl::pooling_forward{plan}, arguments, threads, result, map_desc(y), y);
}

}  // namespace cnn::onednn
