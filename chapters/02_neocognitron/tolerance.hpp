#pragma once
/// @file  What a trained network does, measured: how far each layer tolerates a shift (H3), how an S-cell
/// answers to likeness, and what each plane has learned.
#include "neocognitron.hpp"

namespace cnn {

/// <p, q> / (|p| |q|) of two maps of one shape; 0 where either is zero everywhere.
double cosine(View p, View q);

/// The layers in their order: U0, US1, UC1, US2, UC2, US3, UC3.
const std::array<const char*, 7>& layer_names();

/// How alike each layer's answers are, as a cosine, before and after the image moves by `distance` pixels:
/// the mean over images and over the four directions.
std::array<double, 7> likeness_after_shift(const Neocognitron& network, const std::vector<Tensor>& images,
                                           int distance);

/// One S-cell that has learned `learned` (1, 5, 5, 1) until its weights are large, asked for `shown`: its
/// answer and the cosine of the two, each pixel weighed with c.
struct Answer {
    double similarity, response;
};
Answer trained_cell(View learned, View shown, real r, real presentations);

/// The part of one of the images that excites the plane's S-cells most, as large as the field of such a cell:
/// 5, 13 or 21 pixels wide, zeros outside of the image.  Empty where no image excites it.
Tensor preferred_patch(const Neocognitron& network, int stage, int plane, const std::vector<Tensor>& images);

}  // namespace cnn
