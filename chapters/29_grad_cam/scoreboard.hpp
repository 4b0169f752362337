#pragma once
/// @file  All methods beside each other, scored on scenes and grids of garments.
#include "common/report/report.hpp"
#include "finder.hpp"
#include "scores.hpp"

namespace cnn {

/// Scenes of two garments on 72x72, and grids of 2x2 and 3x3; all of test garments.
struct Gallery {
    std::vector<Scene> scenes, grids, large_grids;
};
/// `count` scenes, as many grids of 2x2 and a quarter as many of 3x3, of garments that the network gives a
/// probability of 0.9 alone. Same seed, same pictures.
Gallery gallery(const Dataset& test_garments, const Weights& finder, int count,
                std::uint64_t seed = 6'000'000);

/// The means of one method over a gallery.
struct Scores {
    std::string method;
    double milliseconds = 0;
    double pointing = 0, energy = 0;     ///< on scenes
    double grid = 0, large_grid = 0;     ///< energy in the own cell
    double grid_pointing = 0;            ///< on 2x2 grids
    double deletion = 0, insertion = 0;  ///< areas under the curves
    double sensitivity = 0;
    std::vector<double> sanity = {};  ///< the rank correlation after 1, 2, ... random layers from the top
    double random_pointing = 0, random_grid = 0;  ///< of a network of random weights
};

/// Scores a method; `detailed` of the scenes are used for curves, sanity and sensitivity, which take longer.
Scores scores_of(const Method& method, const Weights& finder, const Gallery& gallery, int detailed);

/// What maps that know nothing get: a random order, the boxes' share of the scenes, a cell's share of a grid.
Scores chance(const Weights& finder, const Gallery& gallery, int detailed);

/// What a map gets on scenes that knows what is bright and nothing else: the share of all light that lies in
/// a garment's box.
double bright_chance(const Gallery& gallery);

/// One row each.
Table table_of(const std::vector<Scores>& all);

/// The scoreboard as the tour tells it, with its figures and its numbers for the page.
void score_methods(Report& report, const Explainable& finder, const Scene& shown,
                   const Dataset& test_garments);

}  // namespace cnn
