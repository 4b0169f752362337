#pragma once
/// @file  The harness: rows of a table, each one piece of work done by several contenders in turn.
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "work.hpp"

namespace cnn::bench {

/// One piece of work.  Its benchmarks are called <layer>/<pass>/<who>/b<batch>/t<threads>.
struct Row {
    std::string layer, pass;
    int batch = 1, threads = 1;
    std::int64_t flop = 0, bytes = 0;  ///< both 0: no rates, no share of a ceiling
    std::int64_t read = 0;             ///< those of the bytes that are read, if that is known
    /// Where two works of unequal cost race: the multiply-adds of the first over those of the second.
    double multiply_adds = 0;
    bool quick = false;  ///< also in the short run
    std::vector<std::string> who = {};
    /// Readies the work of one of `who`; keeps the data that all share.
    using Prepare = std::function<Work(const std::string& who)>;
    /// Makes the data.
    std::function<Prepare()> start = {};

    std::string name(const std::string& contender) const;
};

/// One thread, and all.
std::vector<int> thread_counts();

/// Runs every row that --benchmark_filter asks for, contenders in turn so that a noisy minute hits all, and
/// prints times, rates and shares of the ceiling.  Beside Google Benchmark's options there is --quick.
/// A row whose contenders disagree ends the run.
int race(int argc, char** argv, const std::vector<Row>& rows);

}  // namespace cnn::bench
