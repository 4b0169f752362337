// Filters into the order in which the tile reads them, in panels as wide as suits the line and the caches.
#include <algorithm>

#include "common/base/range.hpp"
#include "common/machine/parallel.hpp"
#include "convolution_engine.hpp"
#include "micro_kernel.hpp"

namespace cnn::engine {

using namespace convolution;
using simd::lanes;

FilterView::FilterView(View w, int groups)
    : data(w.data),
      shape(w.shape),
      row_pitch(w.image_pitch),
      column_pitch(w.row_pitch),
      channel_pitch(w.pixel_pitch),
      filter_pitch(1),
      group_pitch(w.shape.c / groups) {}

namespace {

// Cycles for one line of output pixels with panels of so many vectors: the multiplications or what feeds
// them, whichever takes longer, plus what each tile costs beside.  Rough, but it ranks the tiles as
// measurements do.
double cycles(const Shape& w, int vectors, int panels, int line, int stride) {
    constexpr double l1 = 36 << 10, l2 = 1 << 20;  // bytes that a panel of filters may have to stay there
    const double vecs = double(vectors) / panels, taps = double(w.n) * w.h * w.w;
    const int tiles = divide_up(line, most_pixels(divide_up(vectors, panels)));
    const double pixels = double(line) / tiles, panel = taps * vecs * simd::bytes;
    const double filters = vecs * simd::bytes / (panel <= l1 ? 128 : panel <= l2 ? 26 : 10);
    const double step = std::max({pixels * vecs / 2, (pixels + vecs) / 2, 4.0, filters});
    const double reading = w.n * pixels * stride * w.w * sizeof(real) / 26;
    return panels * tiles * (taps * step + reading + 2 * pixels * vecs + 6 * pixels + 60);
}

// The filters of a panel: where the first number of each stands, and how to go on from there.
struct Filters {
    std::vector<const real*> first;
    std::ptrdiff_t channel_pitch;
    int channels, width;
    bool neighbours;  // the filters of a channel lie side by side
};

// [pack]
// A square of transposed filters, those from f and channels from k on, turned in registers.
template <bool whole>
void turn(const Filters& w, std::ptrdiff_t tap, int f, int k, real* to) {
    const int filters = whole ? lanes : std::min(lanes, int(w.first.size()) - f);
    const int channels = whole ? lanes : std::min(lanes, w.channels - k);
    simd::vec square[lanes] = {};
    for (int i = 0; i < filters; ++i) {
        const real* from = w.first[std::size_t(f + i)] + tap + k;
        square[i] = whole ? simd::vec::load(from) : simd::vec::load_first(channels, from);
    }
    simd::transpose(square);
    for (int i = 0; i < channels; ++i) square[i].store(to + (k + i) * w.width + f);
}

// to[k][f] = first[f][tap + k * channel_pitch] for all channels, and zeros up to the panel's width.
void pack(const Filters& w, std::ptrdiff_t tap, real* to) {
    const int count = int(w.first.size());
    if (w.channel_pitch == 1) {
        for (int f = 0; f < w.width; f += lanes)
            for (int k = 0; k < w.channels; k += lanes) {
                const bool whole = f + lanes <= count && k + lanes <= w.channels;
                whole ? turn<true>(w, tap, f, k, to) : turn<false>(w, tap, f, k, to);
            }
        return;
    }
    for (int k = 0; k < w.channels; ++k, to += w.width) {
        const std::ptrdiff_t from = tap + k * w.channel_pitch;
        if (w.neighbours)
            std::copy_n(w.first[0] + from, count, to);
        else
            for (int f = 0; f < count; ++f) to[f] = w.first[std::size_t(f)][from];
        std::fill_n(to + count, w.width - count, real{0});
    }
}
// [pack]

}  // namespace

PackedFilters::PackedFilters(const FilterView& w, int groups, int line, int stride)
    : shape_(w.shape), groups_(groups) {
    // Groups of a few channels share vectors.
    const int own = shape_.c / groups;
    if (groups > 1 && shape_.w == own && own < lanes && lanes % own == 0 && own <= 8) shared_by_ = own;
    const int banks = shared_by_ > 0 ? 1 : groups;  // what is divided into panels of its own

    // Divide the filters evenly into panels of the best width.
    const int filters = shape_.c / banks, vectors = divide_up(filters, lanes);
    int parts = shared_by_ > 0 ? vectors : divide_up(vectors, widest);
    for (int more = parts; more <= vectors; ++more)
        if (cycles(shape_, vectors, more, line, stride) < cycles(shape_, vectors, parts, line, stride))
            parts = more;

    const std::size_t taps = std::size_t(shape_.n) * std::size_t(shape_.h) * std::size_t(shape_.w);
    std::size_t size = 0;
    for (int bank = 0; bank < banks; ++bank)
        for (int part = 0; part < parts; ++part) {
            const auto [v, end] = share_of(vectors, part, parts);
            const int tail_lanes = std::min(filters - (end - 1) * lanes, lanes),
                      filter = bank * filters + v * lanes;
            panels_.push_back({filter / own, filter, end - v, tail_lanes, size});
            size += taps * std::size_t((end - v) * lanes);
        }
    numbers_ = Tensor::uninitialized({.c = int(size)});

    parallel_for(int(panels_.size()), [&](int p) {
        const Panel& panel = panels_[std::size_t(p)];
        const int width = panel.vecs * lanes, count = width - lanes + panel.tail_lanes;
        Filters filters{{}, w.channel_pitch, shape_.w, width, w.filter_pitch == 1 && own >= count};
        for (int filter = panel.filter; filter < panel.filter + count; ++filter)
            filters.first.push_back(w.data + filter / own * w.group_pitch + filter % own * w.filter_pitch);
        real* to = numbers_.flat().data() + panel.offset;
        for (int m = 0; m < shape_.n; ++m)
            for (int l = 0; l < shape_.h; ++l, to += shape_.w * width)
                pack(filters, m * w.row_pitch + l * w.column_pitch, to);
    });
}
}  // namespace cnn::engine
