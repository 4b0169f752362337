#include "scoreboard.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "common/base/error.hpp"

namespace cnn::bench {

namespace {

/// "resnet.l1_3x3_64/forward/onednn/b1/t1" -> "onednn"
std::string who(const std::string& name) {
    const std::size_t pass = name.find('/'), from = name.find('/', pass + 1) + 1;
    return name.substr(from, name.find('/', from) - from);
}

/// Says so where the machine was not idle in the last minute.
std::string load_warning() {
    double load = 0;
    if (getloadavg(&load, 1) != 1 || load < 0.5) return "";
    return "\nOther work is running (load average " + std::to_string(load).substr(0, 4) +
           "): what follows is noisy, two threads above all.\n";
}

}  // namespace

Scoreboard::Scoreboard(std::string json, const std::vector<Ceiling>& ceilings, int rows)
    : json_(std::move(json)), rows_(rows) {
    benchmark::AddCustomContext("processor", processor());
    for (const Ceiling& c : ceilings) {
        const std::string suffix = " t" + std::to_string(c.threads);
        benchmark::AddCustomContext("GFLOP/s" + suffix, std::to_string(c.flops / 1e9));
        for (const Level& l : c.levels)
            benchmark::AddCustomContext(l.name + " GB/s" + suffix, std::to_string(l.most() / 1e9));
    }
    std::cout
        << roofline(ceilings) << load_warning()
        << "\nms: the median, and the least; +-: the spread (standard deviation), marked * above 5 %;\n"
           "share: of the ceiling that binds, the multiply-adds or the bytes from a level of memory.\n\n";
    if (json_.empty()) return;
    file_.open(json_ + ".part");
    require(file_.good(), json_, ": cannot be written; does its folder exist?");
    writer_.SetOutputStream(&file_);
}

void Scoreboard::start(const Row& row) {
    row_ = &row;
    medians_.clear();
    std::printf("[%d/%d] %s %s, batch %d, threads %d\n", ++number_, rows_, row.layer.c_str(),
                row.pass.c_str(), row.batch, row.threads);
}

bool Scoreboard::ReportContext(const Context& context) {
    return number_ > 1 || !file_.is_open() || writer_.ReportContext(context);
}

void Scoreboard::ReportRuns(const std::vector<Run>& runs) {
    std::vector<Run> samples;
    for (const Run& run : runs)
        if (run.run_type == Run::RT_Iteration) samples.push_back(run);
    if (samples.empty()) return;  // Google Benchmark's own averages
    for (Run& run : samples) run.run_name.repetitions.clear();
    if (file_.is_open()) writer_.ReportRuns(samples);

    // The median sample, and how far the others are from the mean.
    const auto seconds = [](const Run& run) { return run.real_accumulated_time / double(run.iterations); };
    std::ranges::sort(samples, {}, seconds);
    const Run& median = samples[samples.size() / 2];
    double mean = 0, variance = 0;
    for (const Run& run : samples) mean += seconds(run) / double(samples.size());
    for (const Run& run : samples) variance += std::pow(seconds(run) - mean, 2) / double(samples.size());
    const double spread = 100 * std::sqrt(variance) / mean;
    const std::string name = median.run_name.str();
    medians_[who(name)] = seconds(median);
    const auto counter = [&](const char* key) { return double(median.counters.at(key)); };
    std::printf("    %-12s %10.4f ms %10.4f +-%4.1f%%%c", who(name).c_str(), 1e3 * seconds(median),
                1e3 * seconds(samples.front()), spread, spread > 5 ? '*' : ' ');
    if (median.counters.contains("share"))
        std::printf(" %8.1f GFLOP/s %7.1f GB/s %4.0f%% of %s", counter("GFLOP/s"), counter("GB/s"),
                    100 * counter("share"), median.report_label.c_str());
    std::printf("%s\n", counter("waited") > 0.02 ? ", disturbed by other work" : "");
    std::fflush(stdout);
}

void Scoreboard::Finalize() {
    if (row_->multiply_adds > 0 && medians_.size() == 2)
        std::printf("    %s needs %.3f of the multiply-adds of %s and %.3f of the time\n",
                    row_->who[0].c_str(), row_->multiply_adds, row_->who[1].c_str(),
                    medians_.at(row_->who[0]) / medians_.at(row_->who[1]));
    const auto theirs = medians_.find("onednn"), ours = medians_.find("optimized");
    if (theirs == medians_.end() || ours == medians_.end()) return;
    std::printf("    oneDNN takes %.2f times as long as optimized\n", theirs->second / ours->second);
}

void Scoreboard::finish() {
    if (!file_.is_open()) return;
    writer_.Finalize();
    file_.close();
    std::filesystem::rename(json_ + ".part", json_);
}

}  // namespace cnn::bench
