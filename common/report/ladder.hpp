#pragma once
/// @file  A chapter's ladder: the steps from naive to fast, each a whole implementation that can be run
/// alone.
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/report/report.hpp"

namespace cnn {

/// One step: an implementation of `Function`'s signature that is one idea better than the step before.
template <class Function>
struct Rung {
    std::string_view name;  ///< a few words
    std::string_view idea;  ///< one sentence
    Function* call;
};

/// The same work by every step, and what bounds it.
struct Ladder {
    struct Step {
        std::string name, idea;
        std::function<void()> run;
        int threads = 1;  ///< for parallel_for, while this step is timed
    };
    struct Limit {
        std::string name;
        double rate;  ///< a second
    };
    std::string title;
    std::string unit;   ///< of a rate in billions: "GFLOP/s"
    double amount = 0;  ///< of the work: how many operations or bytes one run takes
    std::vector<Step> steps = {};
    std::vector<Limit> limits = {};
};

/// Times every step in turns, and reports name.svg (a bar for each step's rate, a line for each limit) and a
/// table, also as name.md for the book.  Returns each step's least seconds.
std::vector<double> climb(Report& report, const std::string& name, const std::string& caption,
                          const Ladder& ladder);

}  // namespace cnn
