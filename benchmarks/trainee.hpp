#pragma once
/// @file  A network as it learns: forward, backward and a step of SGD for each batch.
#include <functional>
#include <string>
#include <vector>

#include "common/graph/run.hpp"
#include "common/training/evaluation.hpp"
#include "common/training/optimizer.hpp"
#include "race.hpp"

namespace cnn::bench {

/// What learns, and from batches of how many pictures.
struct Pupil {
    std::string name;
    std::function<Classifier(Graph&)> build;
    int batch = 64;
    bool naive = false;  ///< has naive as a contender, on one thread
};

/// One step of its training, for every number of threads.  The pictures are noise, drawn in random order from
/// some fifty batches in memory.
std::vector<Row> training_rows(const Pupil& pupil);

}  // namespace cnn::bench
