#pragma once
/// @file  How good a map is, in numbers, where it is known what it should show.
///
/// | score | definition | source |
/// | --- | --- | --- |
/// | pointing game | whether the map's maximum lies in the object's box | Zhang et al. 2016 |
/// | energy | the share of the evidence that lies in the box; in a grid, in the class's own cell | Wang et
/// al. 2020, Boehle et al. 2021 | | deletion | the mean probability while pixels are covered, most important
/// first: lower is better | Petsiuk et al. 2018 | | insertion | the same while they are put into a blurred
/// picture: higher is better | the same | | sanity | the rank correlation with the map of a network whose
/// weights are random: 0 is right | Adebayo et al. 2018 | | sensitivity | the largest change of the map under
/// a little noise, relative to the map: lower is better | Yeh et al. 2019 |
#include <cstdint>
#include <optional>
#include <vector>

#include "methods.hpp"
#include "receptive_field.hpp"

namespace cnn {

/// Whether the evidence is largest inside the box.  A map of nothing, or one flat over the picture, points
/// nowhere.
bool points_at(const Explanation& explanation, const Region& box);

/// The share of the evidence inside the box; nothing where there is no evidence at all.
std::optional<double> energy_inside(const Explanation& explanation, const Region& box);

/// All pixels (row times width plus column), most evidence first, ties in a random order.
std::vector<int> order_of(View evidence, std::uint64_t seed = 1);

/// The class's probability after so many shares of the pixels are covered with the question's blank, in
/// `steps` equal steps: steps + 1 numbers, the first of the whole picture.
std::vector<double> deletion_curve(const Question& question, const std::vector<int>& order, int steps = 16);
/// The same from the blurred picture (a Gaussian of an eighth of its shorter side) to the whole one.
std::vector<double> insertion_curve(const Question& question, const std::vector<int>& order, int steps = 16);
/// The area under either, by trapezoids over a width of 1.
double area(const std::vector<double>& curve);

/// Spearman's: the correlation of ranks, ties sharing the mean of theirs.  0 where either map is flat. Error:
/// maps of two shapes.
double rank_correlation(View a, View b);

/// The largest of `draws` changes |m(x + noise) - m(x)| / |m(x)| of the map m, scaled to a maximum of 1,
/// under noise that is uniform up to `most` times the picture's range.  0 for a map of nothing.
double sensitivity(const Method& method, const Question& question, double most = 0.02, int draws = 5,
                   std::uint64_t seed = 1);

/// How many nodes have weights that learn.
int layers_that_learn(const Graph& graph);
/// The weights of the last `layers` such nodes drawn anew, as before training; statistics of normalisations
/// are kept.
Weights randomised(const Graph& graph, const Weights& weights, int layers, std::uint64_t seed);

}  // namespace cnn
