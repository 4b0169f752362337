#include "race.hpp"

#include <benchmark/benchmark.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <regex>

#include "ceiling.hpp"
#include "common/base/error.hpp"
#include "common/machine/parallel.hpp"
#include "scoreboard.hpp"

namespace cnn::bench {

namespace {

using Clock = std::chrono::steady_clock;
double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// The seconds for which threads of this program were ready and others had the CPUs.  Only Linux tells.
double waited() {
    double nanoseconds = 0;
    std::error_code not_linux;
    for (const auto& task : std::filesystem::directory_iterator("/proc/self/task", not_linux)) {
        std::ifstream file{task.path() / "schedstat"};
        double ran = 0, waiting = 0;
        if (file >> ran >> waiting) nanoseconds += waiting;
    }
    return nanoseconds / 1e9;
}

/// Times one work and notes its rates.  The slow naive ones run once, cold.
void measure(benchmark::State& state, const Row& row, const Work& work, bool once, const Ceiling& ceiling) {
    // Warm caches, and outlast the other contender's threads, which watch for work a while before they sleep:
    // OpenMP's for some ten milliseconds.
    const double warm = row.threads == 1 ? 0.003 : 0.03;
    for (const auto start = Clock::now(); !once && since(start) < warm;) work.run();

    const double before = waited();
    const auto start = Clock::now();
    for ([[maybe_unused]] auto _ : state) work.run();
    const double whole = since(start), seconds = whole / double(state.iterations());
    state.counters["waited"] = (waited() - before) / (whole * row.threads);
    if (row.flop == 0 && row.bytes == 0) return;
    const Ceiling::Bound bound = ceiling.bound(row.flop, row.bytes, row.read);
    state.counters["GFLOP/s"] = double(row.flop) / seconds / 1e9;
    state.counters["GB/s"] = double(row.bytes) / seconds / 1e9;
    state.counters["share"] = bound.seconds / seconds;
    state.SetLabel(bound.by);
}

/// Throws unless all works give the same numbers, up to the rounding of long sums.
void compare_results(const Row& row, const std::vector<Work>& works) {
    Tensor expected;
    for (std::size_t i = 0; i < works.size(); ++i) {
        if (row.who[i] == "naive" || !works[i].result) continue;
        works[i].run();
        const Tensor result = works[i].result();
        if (expected.empty()) expected = result;
        double largest = 0, scale = 1;
        require(result.shape() == expected.shape(), row.name(row.who[i]), ": gives ", result.shape(),
                ", not ", expected.shape());
        for (std::size_t k = 0; k < result.flat().size(); ++k) {
            const double e = expected.flat()[k], difference = std::abs(result.flat()[k] - e);
            if (!(difference <= largest)) largest = difference;
            scale = std::max(scale, std::abs(e));
        }
        require(largest <= 1e-4 * scale, row.name(row.who[i]), ": differs by ", largest,
                " from the others, of ", scale);
    }
}

/// Google Benchmark's flags as we want them unless told otherwise, ours taken out.
struct Options {
    bool quick = false, list = false;
    std::string out;
    std::vector<std::string> words;

    Options(int argc, char** argv) {
        const std::vector<std::string> given(argv + 1, argv + argc);
        for (const std::string& word : given)
            if (word == "--quick") quick = true;
        words = {argv[0], "--benchmark_enable_random_interleaving=true",
                 quick ? "--benchmark_repetitions=3" : "--benchmark_repetitions=5",
                 quick ? "--benchmark_min_time=0.01" : "--benchmark_min_time=0.03"};
        for (const std::string& word : given) {
            if (word.starts_with("--benchmark_out="))
                out = word.substr(word.find('=') + 1);
            else if (word.starts_with("--benchmark_list_tests"))
                list = true;
            else if (word != "--quick")
                words.push_back(word);
        }
    }

    void initialize() {
        std::vector<char*> pointers;
        for (std::string& word : words) pointers.push_back(word.data());
        int count = int(pointers.size());
        benchmark::Initialize(&count, pointers.data());
        require(count == 1, "\"", count > 1 ? pointers[1] : "", "\": no such option; see --help");
    }
};

/// The contenders of a row that the filter asks for.
std::vector<std::size_t> chosen(const Row& row) {
    static const std::string filter = benchmark::GetBenchmarkFilter();
    static const bool negative = filter.starts_with('-');
    static const std::regex pattern{negative ? filter.substr(1) : filter};
    std::vector<std::size_t> indices;
    for (std::size_t i = 0; i < row.who.size(); ++i)
        if (filter.empty() || filter == "all" || std::regex_search(row.name(row.who[i]), pattern) != negative)
            indices.push_back(i);
    return indices;
}

void run(const std::vector<Row>& rows, Options options) {
    options.initialize();
    std::vector<const Row*> course;
    for (const Row& row : rows)
        if ((row.quick || !options.quick) && !chosen(row).empty()) course.push_back(&row);
    require(!course.empty(), "no benchmark matches the filter; --benchmark_list_tests lists them");
    if (options.list) {
        for (const Row* row : course)
            for (std::size_t i : chosen(*row)) std::cout << row->name(row->who[i]) << '\n';
        return;
    }

    std::vector<Ceiling> ceilings;
    for (int threads : thread_counts()) ceilings.push_back(measure_ceiling(threads));
    Scoreboard scoreboard{options.out, ceilings, int(course.size())};
    for (const Row* row : course) {
        set_threads(row->threads);
        const Row::Prepare prepare = row->start();
        std::vector<Work> works;
        for (const std::string& who : row->who) works.push_back(prepare(who));
        compare_results(*row, works);
        Ceiling& ceiling = row->threads == 1 ? ceilings.front() : ceilings.back();
        ceiling.refresh(row->flop, row->bytes, row->read);
        benchmark::ClearRegisteredBenchmarks();
        for (std::size_t i : chosen(*row)) {
            const bool once = row->who[i] == "naive";
            auto* entry = benchmark::RegisterBenchmark(
                row->name(row->who[i]).c_str(),
                [&, once, i](benchmark::State& state) { measure(state, *row, works[i], once, ceiling); });
            if (once) entry->Repetitions(1);
        }
        scoreboard.start(*row);
        benchmark::RunSpecifiedBenchmarks(&scoreboard, ".");
    }
    scoreboard.finish();
}

}  // namespace

std::string Row::name(const std::string& contender) const {
    return layer + '/' + pass + '/' + contender + "/b" + std::to_string(batch) + "/t" +
           std::to_string(threads);
}

std::vector<int> thread_counts() {
    static const int all = threads();
    return all == 1 ? std::vector{1} : std::vector{1, all};
}

int race(int argc, char** argv, const std::vector<Row>& rows) try {
    run(rows, Options{argc, argv});
    return 0;
} catch (const std::exception& error) {
    std::cerr << argv[0] << ": " << error.what() << '\n';
    return 1;
}

}  // namespace cnn::bench
