// A network without a teacher: how it begins, who learns, and what.
#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>

#include "common/base/error.hpp"
#include "common/base/random.hpp"
#include "framed.hpp"
#include "neocognitron.hpp"

namespace cnn {

namespace {

// Weights that fall by a factor for each pixel from the centre, of that sum.
Tensor falling(int side, real factor, real sum) {
    Tensor weights({side, side, 1, 1});
    const real middle = real(side - 1) / 2;
    real total = 0;
    for (int i = 0; i < side; ++i)
        for (int j = 0; j < side; ++j)
            total += weights(i, j, 0, 0) = std::pow(factor, std::hypot(real(i) - middle, real(j) - middle));
    for (real& weight : weights.flat()) weight *= sum / total;
    return weights;
}

}  // namespace

Neocognitron neocognitron(const Choices& choices) {
    Neocognitron network;
    Random random(choices.seed);
    const std::array s_border{2, 1, 0}, c_border{-1, 1, 0}, c_side{5, 5, 2};
    for (std::size_t l = 0; l < 3; ++l) {
        const int before = l == 0 ? 1 : choices.planes;
        Stage& stage = network.stages[l];
        stage = {s_border[l],
                 c_border[l],
                 choices.r[l],
                 choices.q[l],
                 choices.alpha,
                 Tensor({5, 5, before, choices.planes}),
                 Tensor({.c = choices.planes}),
                 falling(5, choices.c[l], 1 / real(before)),
                 falling(c_side[l], choices.d[l], choices.dsum[l])};
        // Weak preferences: in the first stage for a line through the centre, its angle another in each
        // plane.
        for (int i = 0; i < 5; ++i)
            for (int j = 0; j < 5; ++j)
                for (int p = 0; p < before; ++p)
                    for (int k = 0; k < choices.planes; ++k) {
                        const double angle = std::numbers::pi * k / choices.planes;
                        const double off = (j - 2) * std::sin(angle) + (i - 2) * std::cos(angle);
                        const double preference = l == 0 ? std::exp(-off * off) : random.uniform();
                        stage.a(i, j, p, k) = choices.initial * stage.c(i, j, 0, 0) * real(preference);
                    }
    }
    return network;
}

Response respond(const Neocognitron& network, View image) {
    require(image.shape == Shape{.h = 16, .w = 16}, "neocognitron: the image is ", image.shape,
            "; it sees 1x16x16x1, so resize it first");
    Response response;
    for (std::size_t l = 0; l < 3; ++l) {
        response.s[l] = optimized::s_layer(l == 0 ? image : response.c[l - 1].view(), network.stages[l]);
        response.c[l] = optimized::c_layer(response.s[l], network.stages[l]);
    }
    return response;
}

// [representatives]
std::vector<Cell> representatives(View s, int side) {
    const auto [n, height, width, planes] = s.shape;
    std::vector<std::optional<Cell>> best(static_cast<std::size_t>(planes));
    const auto value = [&](const Cell& cell) { return s(0, cell.h, cell.w, cell.plane); };
    // The mirrored halves of a digit answer alike but for rounding, which must not decide who learns.
    const auto stronger = [](real a, real b) { return a > b * real(1.0001); };
    for (int top = 0; top + side <= height; ++top)
        for (int left = 0; left + side <= width; ++left) {
            // The strongest cell of this column ...
            Cell strongest{top, left, 0};
            for (int h = top; h < top + side; ++h)
                for (int w = left; w < left + side; ++w)
                    for (int k = 0; k < planes; ++k)
                        if (stronger(s(0, h, w, k), value(strongest))) strongest = {h, w, k};
            // ... stands for its plane, if no other of that plane is stronger.
            std::optional<Cell>& so_far = best[std::size_t(strongest.plane)];
            if (value(strongest) > 0 && (!so_far || stronger(value(strongest), value(*so_far))))
                so_far = strongest;
        }
    std::vector<Cell> result;
    for (const std::optional<Cell>& cell : best)
        if (cell) result.push_back(*cell);
    return result;
}
// [representatives]

// [present]
void present(Neocognitron& network, View image) {
    Tensor u(image);
    for (std::size_t l = 0; l < 3; ++l) {
        Stage& stage = network.stages[l];
        const Tensor before = framed(u, stage.s_border), s = optimized::s_layer(u, stage);
        for (const Cell& cell : representatives(s, l < 2 ? 5 : 2)) {
            const View seen = before.view().window(cell.h, cell.w, 5);
            for (int i = 0; i < 5; ++i)
                for (int j = 0; j < 5; ++j)
                    for (int p = 0; p < seen.shape.c; ++p)
                        stage.a(i, j, p, cell.plane) += stage.q * stage.c(i, j, 0, 0) * seen(0, i, j, p);
            stage.b(0, 0, 0, cell.plane) += stage.q / 2 * naive::inhibition(seen, stage.c);
        }
        u = optimized::c_layer(optimized::s_layer(u, stage), stage);
    }
}
// [present]

int winner(const Response& response) {
    const std::span<const real> cells = response.c[2].flat();
    const auto most = std::ranges::max_element(cells);
    return *most > 0 ? int(most - cells.begin()) : -1;
}

}  // namespace cnn
