// A trained network, measured.
#include "tolerance.hpp"

#include <cmath>

#include "digits.hpp"
#include "framed.hpp"

namespace cnn {

double cosine(View p, View q) {
    double pq = 0, pp = 0, qq = 0;
    for (std::size_t i = 0; i < p.flat().size(); ++i) {
        const double a = p.flat()[i], b = q.flat()[i];
        pq += a * b, pp += a * a, qq += b * b;
    }
    return pp > 0 && qq > 0 ? pq / std::sqrt(pp * qq) : 0;
}

const std::array<const char*, 7>& layer_names() {
    static const std::array names{"U0", "US1", "UC1", "US2", "UC2", "US3", "UC3"};
    return names;
}

// [tolerance]
std::array<double, 7> likeness_after_shift(const Neocognitron& network, const std::vector<Tensor>& images,
                                           int distance) {
    std::array<double, 7> mean{};
    for (const Tensor& image : images)
        for (const Extent direction : {Extent{1, 0}, Extent{-1, 0}, Extent{0, 1}, Extent{0, -1}}) {
            const Tensor moved = shifted(image, distance * direction.h, distance * direction.w);
            const Response before = respond(network, image), after = respond(network, moved);
            const double share = 1.0 / (4.0 * double(images.size()));
            mean[0] += share * cosine(image, moved);
            for (std::size_t l = 0; l < 3; ++l) {
                mean[2 * l + 1] += share * cosine(before.s[l], after.s[l]);
                mean[2 * l + 2] += share * cosine(before.c[l], after.c[l]);
            }
        }
    return mean;
}
// [tolerance]

// [cell]
Answer trained_cell(View learned, View shown, real r, real presentations) {
    // One plane that sees one image, and the rule by which it learns.
    Stage stage = neocognitron({.planes = 1}).stages[0];
    stage.r = r, stage.s_border = 0;
    double pq = 0, pp = 0, qq = 0;
    for (int i = 0; i < 5; ++i)
        for (int j = 0; j < 5; ++j) {
            const real c = stage.c(i, j, 0, 0), p = learned(0, i, j, 0), q = shown(0, i, j, 0);
            stage.a(i, j, 0, 0) = presentations * stage.q * c * p;
            pq += c * p * q, pp += c * p * p, qq += c * q * q;
        }
    stage.b(0, 0, 0, 0) = presentations * stage.q / 2 * naive::inhibition(learned, stage.c);
    return {pq / std::sqrt(pp * qq), naive::s_layer(shown, stage)(0, 0, 0, 0)};
}
// [cell]

Tensor preferred_patch(const Neocognitron& network, int stage, int plane, const std::vector<Tensor>& images) {
    // A field's side, and how far its middle lies from the cell's own place.
    const std::array sides{5, 13, 21}, offsets{0, 4, 7};
    const auto l = std::size_t(stage);
    real most = 0;
    Tensor patch;
    for (const Tensor& image : images) {
        const Tensor s = std::move(respond(network, image).s[l]);
        const int margin = sides[l] / 2;
        const Tensor wide = framed(image, margin);
        for (int h = 0; h < s.shape().h; ++h)
            for (int w = 0; w < s.shape().w; ++w)
                if (s(0, h, w, plane) > most) {
                    most = s(0, h, w, plane);
                    patch = Tensor(wide.view().window(h + offsets[l], w + offsets[l], sides[l]));
                }
    }
    return patch;
}

}  // namespace cnn
