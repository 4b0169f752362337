#pragma once
/// @file  An outlook: the same network, shown garments.
#include "common/files/dataset.hpp"
#include "neocognitron.hpp"

namespace cnn {

/// Each UC3 cell reads as the class whose images, counted in `teaching`, it wins most often: the labels name
/// the cells and teach them nothing.
struct Reading {
    int right = 0, silent = 0, of = 0;  ///< images read right; without an answer; in all
    int cells = 0;                      ///< that won any image of the teaching set
};

/// Shows every image of `teaching` once, reads its labels, and then reads `test`.  The images are brought to
/// 16x16 first.
Reading read_garments(Neocognitron& network, const Dataset& teaching, const Dataset& test);

}  // namespace cnn
