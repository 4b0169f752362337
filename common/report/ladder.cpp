#include "common/report/ladder.hpp"

#include <algorithm>
#include <chrono>
#include <iomanip>
#include <limits>
#include <sstream>

#include "common/figure/figure.hpp"
#include "common/machine/thread_count.hpp"

namespace cnn {

namespace {

constexpr int turns = 3;
constexpr double turn_seconds = 0.03;

double least_seconds(const std::function<void()>& run) {
    using Clock = std::chrono::steady_clock;
    double least = std::numeric_limits<double>::max(), spent = 0;
    while (spent < turn_seconds) {
        const Clock::time_point start = Clock::now();
        run();
        const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
        least = std::min(least, seconds), spent += seconds;
    }
    return least;
}

std::string rounded(double value) {
    std::ostringstream out;
    out << std::fixed << std::setprecision(value < 10 ? 1 : 0) << value;
    return out.str();
}

}  // namespace

std::vector<double> climb(Report& report, const std::string& name, const std::string& caption,
                          const Ladder& ladder) {
    // In turns, so that a noisy moment of the machine hits all steps.
    std::vector<double> seconds(ladder.steps.size(), std::numeric_limits<double>::max());
    const ThreadCount restored;
    for (int turn = 0; turn < turns; ++turn)
        for (std::size_t i = 0; i < ladder.steps.size(); ++i) {
            set_threads(ladder.steps[i].threads);
            seconds[i] = std::min(seconds[i], least_seconds(ladder.steps[i].run));
        }

    figure::Bars chart{.title = ladder.title, .unit = ladder.unit};
    Table table{{"step", "what is new", ladder.unit}};
    for (std::size_t i = 0; i < ladder.steps.size(); ++i) {
        const double rate = ladder.amount / seconds[i] / 1e9;
        chart.bars.push_back({ladder.steps[i].name, rate});
        table.push_back({ladder.steps[i].name, ladder.steps[i].idea, rounded(rate)});
    }
    for (const Ladder::Limit& limit : ladder.limits) chart.limits.push_back({limit.name, limit.rate / 1e9});
    figure::bars(report.path(name + ".svg"), chart);
    report.figure(name + ".svg", caption);
    report.table(table, name);
    return seconds;
}

}  // namespace cnn
