#include "program/sweep_gain.hpp"

#include <algorithm>
#include <sstream>

#include "common/report/page.hpp"
#include "common/report/report.hpp"

namespace cnn::program {

std::string SweepGain::text() const {
    std::ostringstream line;
    line << "occlusion: " << places << (places == 1 ? " place" : " places") << "; receptive fields permit "
         << decimals(permitted, 2) << " times fewer multiply-adds than full passes; measured, the sweep was "
         << decimals(measured, 2) << " times as fast as full passes in batches of " << batch;
    return line.str();
}

SweepGain sweep_gain(const Question& q, double seconds) {
    const Occlusion options = occlusion_of(q);
    const OcclusionCost cost = occlusion_cost(q.net, options);
    const Shape map = occlusion_shape(q.net, options);
    SweepGain gain{map.h * map.w, cost.reached == 0 ? 1 : cost.ratio(), 0, 0};

    constexpr std::int64_t affordable = 20'000'000'000;  // multiply-adds
    constexpr double long_enough = 0.5, enough = 0.2;    // seconds
    Occlusion silent = options;
    silent.on_step = {};
    if (seconds < long_enough)
        seconds = median_seconds([&] { optimized::occlusion(q.net, q.weights, q.image, silent); }, enough);

    // All full passes, or one batch of them where a network leaves no time for more.
    const std::int64_t one = std::max<std::int64_t>(1, cost.full / gain.places);
    gain.batch = int(std::clamp<std::int64_t>(affordable / one, 1, std::min(32, gain.places)));
    double full = 0;
    if (cost.full <= affordable) {
        full = median_seconds([&] { occlusion_in_batches(q.net, q.weights, q.image, silent); }, enough);
    } else {
        Shape shape = q.image.shape;
        shape.n = gain.batch;
        Tensor pictures = Tensor::uninitialized(shape);
        for (int n = 0; n < gain.batch; ++n) copy(q.image, pictures.view().images(n, 1));
        logits(q.net, q.weights, pictures);
        full = median_seconds([&] { logits(q.net, q.weights, pictures); }, enough) / gain.batch * gain.places;
    }
    gain.measured = full / seconds;
    return gain;
}

}  // namespace cnn::program
