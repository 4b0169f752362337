#include "onednn_call.hpp"

#include <dlfcn.h>

#include <utility>

#include "onednn.hpp"

namespace cnn::onednn {

using bench::Layer, bench::Work;
using dnnl::memory;

namespace {

/// OpenMP's own switch, in whichever OpenMP library oneDNN brought along; null if it brought none.
void (*const omp_set_threads)(int) = reinterpret_cast<void (*)(int)>(dlsym(RTLD_DEFAULT,
                                                                           "omp_set_num_threads"));

dnnl::stream& stream() {
    static dnnl::stream in_order{engine()};
    return in_order;
}

}  // namespace

bool available() { return omp_set_threads != nullptr; }

void set_threads(int count) { omp_set_threads(count); }

const dnnl::engine& engine() {
    static const dnnl::engine cpu{dnnl::engine::kind::cpu, 0};
    return cpu;
}

memory::desc map_desc(const Shape& s) {
    return {{s.n, s.c, s.h, s.w}, memory::data_type::f32, memory::format_tag::nhwc};
}

memory::desc bias_desc(const Layer& layer) {
    return {{layer.filters}, memory::data_type::f32, memory::format_tag::x};
}

Filters::Filters(const Layer& layer) {
    const Shape w = layer.weights();
    const memory::dim last = w.c / layer.groups, row = memory::dim{w.w} * w.c;
    sizes = {layer.groups, last, w.w, w.n, w.h};
    strides = {last, 1, w.c, w.h * row, row};
    if (layer.operation == "deconv") {  // ours are (kh, kw, out, in)
        std::swap(sizes[1], sizes[2]);
        std::swap(strides[1], strides[2]);
    }
    if (layer.groups == 1) {
        sizes.erase(sizes.begin());
        strides.erase(strides.begin());
    }
}

Geometry::Geometry(const Layer& l)
    : strides{l.stride, l.stride},
      dilation{l.dilation - 1, l.dilation - 1},
      padding{l.padding, l.padding},
      kernel{l.kernel.h, l.kernel.w} {}

Memory::Memory(const desc& desc)
    : memory(desc, engine(), nullptr),
      numbers_(std::make_shared<Tensor>(Tensor::uninitialized({.w = int(desc.get_size() / sizeof(real))}))) {
    set_data_handle(numbers_->flat().data());
}

Memory::Memory(const desc& desc, View borrowed) : memory(desc, engine(), const_cast<real*>(borrowed.data)) {}

Memory reordered(Memory from, const memory::desc& desc) {
    Memory to{desc};
    dnnl::reorder(from, to).execute(stream(), from, to);
    stream().wait();
    return to;
}

/// The call, and how to read its result as a tensor of ours of `shape`.
Work work(const dnnl::primitive& primitive, const Arguments& arguments, int threads, const Memory& result,
          const memory::desc& plain, const Shape& shape) {
    const std::unordered_map<int, memory> handles(arguments.begin(), arguments.end());
    const auto run = [=, keep = arguments] {
        set_threads(threads);
        primitive.execute(stream(), handles);
        stream().wait();
    };
    const auto read = [=] {
        Tensor t = Tensor::uninitialized(shape);
        Memory from = result, to{plain, t};
        dnnl::reorder(from, to).execute(stream(), from, to);
        stream().wait();
        return t;
    };
    return {run, read};
}

}  // namespace cnn::onednn
