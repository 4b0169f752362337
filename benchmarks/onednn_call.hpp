#pragma once
/// @file  What all calls of oneDNN share: its engine, our tensors in its terms, a primitive made ready to
/// time.
#include <memory>
#include <oneapi/dnnl/dnnl.hpp>
#include <unordered_map>

#include "layers.hpp"
#include "work.hpp"

namespace cnn::onednn {

const dnnl::engine& engine();

/// oneDNN's numbers in a tensor of ours, so that nobody's memory has the better pages; or a view of ours.
class Memory : public dnnl::memory {
public:
    explicit Memory(const desc& desc);
    Memory(const desc& desc, View borrowed);

private:
    std::shared_ptr<Tensor> numbers_;
};
using Arguments = std::unordered_map<int, Memory>;

/// oneDNN plans for the threads there are when a primitive is made, and runs on those there are then.
void set_threads(int count);

/// A map's dimensions in oneDNN's order n, c, h, w; its numbers in ours.
dnnl::memory::desc map_desc(const Shape& shape);
dnnl::memory::desc bias_desc(const bench::Layer& layer);

/// Dimensions (groups,) out, in, kh, kw; the numbers as ours: (kh, kw, in, out) with the groups side by side.
struct Filters {
    dnnl::memory::dims sizes, strides;

    explicit Filters(const bench::Layer& layer);
    dnnl::memory::desc plain() const { return {sizes, dnnl::memory::data_type::f32, strides}; }
    dnnl::memory::desc any() const {
        return {sizes, dnnl::memory::data_type::f32, dnnl::memory::format_tag::any};
    }
};

/// Strides, dilation and padding as oneDNN counts them: dilation 0 is none.
struct Geometry {
    dnnl::memory::dims strides, dilation, padding, kernel;

    explicit Geometry(const bench::Layer& layer);
};

/// A copy in another order.
Memory reordered(Memory from, const dnnl::memory::desc& desc);

/// The call, and how to read its result as a tensor of ours of `shape`.
bench::Work work(const dnnl::primitive& primitive, const Arguments& arguments, int threads,
                 const Memory& result, const dnnl::memory::desc& plain, const Shape& shape);

}  // namespace cnn::onednn
