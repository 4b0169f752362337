#pragma once
/// @file  What a race prints: a line for each contender, and all samples as JSON where a file is asked for.
#include <benchmark/benchmark.h>

#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "ceiling.hpp"
#include "race.hpp"

namespace cnn::bench {

/// Google Benchmark's reporter over many runs of it: one row after another makes one table, one file.
class Scoreboard : public benchmark::BenchmarkReporter {
public:
    /// `json` may be empty.  The file appears under its name when all rows are done.
    Scoreboard(std::string json, const std::vector<Ceiling>& ceilings, int rows);

    void start(const Row& row);
    void finish();

    bool ReportContext(const Context& context) override;
    void ReportRuns(const std::vector<Run>& runs) override;
    void Finalize() override;  ///< of one row

private:
    std::string json_;
    std::ofstream file_;
    benchmark::JSONReporter writer_;
    int rows_, number_ = 0;
    const Row* row_ = nullptr;
    std::map<std::string, double> medians_;  ///< seconds of the row's contenders
};

}  // namespace cnn::bench
