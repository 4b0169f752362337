#pragma once
/// @file  s-03: the Neocognitron (Fukushima, Biological Cybernetics 36, 1980).
///
/// Three stages, each a layer of S-cells, which find a feature in a 5x5 area, and a layer of C-cells, which
/// answer where any S-cell of one plane nearby does.  A plane's cells share their weights: a plane is a
/// channel, an S-layer a convolution, a C-layer a pooling.  It learns without labels and without gradients.
///
///     16x16 -> S 16x16x24 -> C 10x10x24 -> S 8x8x24 -> C 6x6x24 -> S 2x2x24 -> C 1x1x24
#include <array>
#include <cstdint>
#include <vector>

#include "common/tensor/tensor.hpp"

namespace cnn {

/// What the paper leaves open, or what is set here to make ten digits separate.
struct Choices {
    int planes = 24;                     ///< of each layer
    std::array<real, 3> r{4, 1.5, 1.5};  ///< the paper's: an S-cell fires above a similarity of r / (1 + r)
    std::array<real, 3> q{1, 16, 16};    ///< the paper's: how much one presentation teaches
    real alpha = real(0.03);             ///< where a C-cell saturates
    std::array<real, 3> c{real(0.93), 1, 1};  ///< c(v) falls by this factor for each pixel from the centre
    std::array<real, 3> d{real(0.95), real(0.6), real(0.9)};  ///< d(v) likewise
    std::array<real, 3> dsum{3.5, 2, 1};                      ///< the sums of d
    real initial = real{1e-4};  ///< the size of weights that have learned nothing
    std::uint64_t seed = 14;    ///< of those
};

/// A stage: its S-cells' modifiable weights a and b, and the fixed ones.
struct Stage {
    int s_border;  ///< zeros around the layer before, for 5x5 areas
    int c_border;  ///< zeros around the S-layer; negative leaves cells out
    real r, q, alpha;
    Tensor a;  ///< (5, 5, planes before, planes): excitation
    Tensor b;  ///< (1, 1, 1, planes): inhibition
    Tensor c;  ///< (5, 5, 1, 1): the inhibitory cell's, of sum 1 over all planes before
    Tensor d;  ///< (5, 5, 1, 1) or (2, 2, 1, 1): the C-cell's
};

struct Neocognitron {
    std::array<Stage, 3> stages;
};

/// The network before it has seen anything.
Neocognitron neocognitron(const Choices& choices = {});

/// One image's S- and C-cells, stage by stage.
struct Response {
    std::array<Tensor, 3> s, c;
};

/// What the S-cell makes of its sums e = sum a u and h = 2r / (1 + r) b v: r phi[(1 + e) / (1 + h) - 1].
inline real s_response(real e, real h, real r) { return e > h ? r * (e - h) / (1 + h) : real{0}; }
/// And the C-cell of e = sum d u and v: psi[(1 + e) / (1 + v) - 1], where psi(x) = x / (alpha + x) above 0.
inline real c_response(real e, real v, real alpha) {
    const real x = (e - v) / (1 + v);
    return x > 0 ? x / (alpha + x) : real{0};
}

namespace naive {
/// The inhibitory cell of a 5x5 area (1, 5, 5, planes): sqrt(sum c u^2), a mean of what is there.
real inhibition(View area, View c);
/// The S-layer over one image u (1, h, w, planes before).
Tensor s_layer(View u, const Stage& stage);
/// The C-layer over one S-layer.
Tensor c_layer(View s, const Stage& stage);
}  // namespace naive

namespace optimized {
Tensor s_layer(View u, const Stage& stage);
Tensor c_layer(View s, const Stage& stage);
}  // namespace optimized

/// All six layers over one image (1, 16, 16, 1).
Response respond(const Neocognitron& network, View image);

/// A cell of an S-layer.
struct Cell {
    int h, w, plane;
    friend bool operator==(const Cell&, const Cell&) = default;
};

/// Who learns: the strongest cell of each column of `side` x `side` places is a candidate, and each plane's
/// strongest candidate represents it.  Planes without one are left out; equals are settled in favour of the
/// first place and plane.
std::vector<Cell> representatives(View s, int side);

/// Shows one image once: in each stage the representatives' planes learn what their cell sees,
///
///     da = q c(v) u(n + v),  db = q / 2 v(n)
///
/// and the next stage sees what this one then answers.
void present(Neocognitron& network, View image);

/// The UC3 cell that answers most, or -1 where none does.
int winner(const Response& response);

}  // namespace cnn
