#pragma once
/// @file  What a sweep of occlusion saved beside a full pass for each place of its patch.
#include <string>

#include "methods.hpp"

namespace cnn::program {

struct SweepGain {
    int places = 0;
    double permitted = 0;  ///< multiply-adds of full passes over those that receptive fields leave
    double measured = 0;   ///< seconds of full passes, all places in batches, over those of the sweep
    int batch = 0;         ///< pictures of a batch of full passes

    std::string text() const;
};

/// After a sweep for this question that took `seconds`.  Times occlusion_in_batches, or one batch of it where
/// that would take long; and where the sweep was short the sweep again, so that memory is warm for both.
SweepGain sweep_gain(const Question& question, double seconds);

}  // namespace cnn::program
