#include "methods.hpp"

#include <algorithm>

#include "cam.hpp"
#include "common/base/error.hpp"
#include "common/base/nearest.hpp"
#include "saliency.hpp"

namespace cnn {

namespace {

Tensor rectified(Tensor map) {
    for (real& value : map.flat()) value = std::max(value, real{0});
    return map;
}

/// A coarse map over the whole picture.
Explanation enlarged(const Question& q, Tensor raw, const std::string& at) {
    const Shape s = q.image.shape;
    Tensor evidence = rectified(optimized::upsample(raw, {s.h, s.w}));
    return {std::move(raw), std::move(evidence), at};
}

/// A map that has the picture's size already.
Explanation fine(const Question& q, Tensor raw) {
    Tensor evidence = rectified(raw);
    return {std::move(raw), std::move(evidence), q.net.image.name()};
}

Explanation by_occlusion(const Question& q) {
    const Occlusion options = occlusion_of(q);
    const Tensor sweep = optimized::occlusion(q.net, q.weights, q.image, options);
    Tensor raw = importance(q.net, q.weights, q.image, sweep, q.label, options);
    Tensor evidence = rectified(spread(raw, options, {q.image.shape.h, q.image.shape.w}));
    return {std::move(raw), std::move(evidence), q.net.image.name()};
}

Explanation by_smooth_gradient(const Question& q) {
    // Noise of a tenth of the picture's range, as the paper advises.
    const Tensor image(q.image);
    const auto [low, high] = std::ranges::minmax(image.flat());
    return fine(q, largest_channel(smooth_gradient(q.net, q.weights, q.image, q.label,
                                                   0.1 * double(high - low), q.samples)));
}

Explanation by_integrated_gradients(const Question& q) {
    const Tensor from = filling(q.image, Fill::grey, q.blank);
    const Tensor parts = integrated_gradients(q.net, q.weights, q.image, from, q.label, q.samples);
    const auto [N, H, W, C] = parts.shape();
    Tensor sum({.h = H, .w = W});
    for (int i = 0; i < H; ++i)
        for (int j = 0; j < W; ++j)
            for (int c = 0; c < C; ++c) sum(0, i, j, 0) += parts(0, i, j, c);
    return fine(q, std::move(sum));
}

Explanation by_grad_cam(const Question& q, bool counterfactual) {
    const Node layer = q.layer.graph == nullptr ? last_convolution(q.net) : q.layer;
    GradCam found = optimized::grad_cam(q.net, q.weights, q.image, layer, q.label, counterfactual);
    return enlarged(q, std::move(found.map), layer.name());
}

}  // namespace

bool Explanation::empty() const {
    return std::ranges::none_of(evidence.flat(), [](real value) { return value > 0; });
}

Occlusion occlusion_of(const Question& q) {
    const Shape s = q.image.shape;
    Occlusion options{.patch = q.patch, .stride = q.stride, .grey = q.blank, .on_step = q.on_step};
    if (q.patch == Extent(0)) options.patch = std::max(1, std::min(s.h, s.w) / 6);
    if (q.stride == Extent(0))
        options.stride = {std::max(1, options.patch.h / 4), std::max(1, options.patch.w / 4)};
    return options;
}

// [spread]
Tensor spread(View map, const Occlusion& occlusion, Extent size) {
    Tensor sum({.h = size.h, .w = size.w}), count({.h = size.h, .w = size.w});
    for (int i = 0; i < map.shape.h; ++i)
        for (int j = 0; j < map.shape.w; ++j) {
            const Region patch = covered_by(occlusion, i, j);
            for (int y = patch.rows.begin; y < patch.rows.end; ++y)
                for (int x = patch.columns.begin; x < patch.columns.end; ++x)
                    sum(0, y, x, 0) += map(0, i, j, 0), count(0, y, x, 0) += 1;
        }
    // Where few patches lie, at the border, they do not count for more than half of what the middle has.
    const real few = std::ranges::max(count.flat()) / 2;
    for (std::size_t p = 0; p < sum.flat().size(); ++p) sum.flat()[p] /= std::max(count.flat()[p], few);
    return sum;
}
// [spread]

// [methods]
const std::vector<Method>& methods() {
    static const std::vector<Method> all = {
        {"occlusion", "what covering each place takes from the probability (s-23)", by_occlusion},
        {"saliency", "the largest gradient of each pixel's channels (s-25)",
         [](const Question& q) { return fine(q, saliency(q.net, q.weights, q.image, q.label)); }},
        {"smoothgrad", "the same of gradients averaged over noise", by_smooth_gradient},
        {"integrated-gradients", "gradients on the way from an empty picture, times the way",
         by_integrated_gradients},
        {"cam", "the class's weights on the last maps (s-26)",
         [](const Question& q) {
             return enlarged(q, class_activation_maps(q.net, q.weights, q.image, {q.label}),
                             linear_end(q.net).features.name());
         }},
        {"grad-cam", "a layer's maps, weighed by their mean gradients (s-27)",
         [](const Question& q) { return by_grad_cam(q, false); }},
        {"counterfactual", "Grad-CAM of the negated gradient: what speaks against the class (s-27)",
         [](const Question& q) { return by_grad_cam(q, true); }}};
    return all;
}
// [methods]

const Method& method(const std::string& name) {
    std::vector<std::string> names;
    for (const Method& one : methods()) {
        if (one.name == name) return one;
        names.push_back(one.name);
    }
    throw Error("there is no method \"", name, "\"; the nearest names are: ", nearest(name, names, 3));
}

}  // namespace cnn
