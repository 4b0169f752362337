#include "common/report/ladder.hpp"

#include <chrono>
#include <thread>

#include "common/files/temporary_folder.hpp"
#include "common/files/whole_file.hpp"
#include "common/machine/parallel.hpp"
#include "common/testing/testing.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("common: ladder");

TEST_CASE("ladder: every step runs with its threads, is timed and becomes a bar and a row") {
    const TemporaryFolder folder;
    std::ostringstream console;
    Report report(folder.path(), console);
    report.chapter("04", "Convolution", "s-05");
    const int before = threads();
    int seen = 0;
    const auto sleep = [](int milliseconds) {
        std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
    };
    const std::vector<double> seconds =
        climb(report, "steps", "what helps",
              {.title = "a layer",
               .unit = "GFLOP/s",
               .amount = 1e9,
               .steps = {{"naive", "the slide", [&] { sleep(20); }},
                         {"threads", "all cores", [&] { sleep(2), seen = threads(); }, 3}},
               .limits = {{"one core", 4e9}}});
    CHECK(threads() == before);
    CHECK(seen == 3);
    REQUIRE(seconds.size() == 2);
    CHECK(seconds[0] >= 0.02);
    CHECK(seconds[1] >= 0.002);
    CHECK(seconds[1] < seconds[0]);
    CHECK(report.figures() == std::vector<std::string>{"steps.svg"});
    const std::string svg = read_whole(folder / "steps.svg"), table = read_whole(folder / "steps.md");
    CHECK(svg.find("one core: 4.0 GFLOP/s") != std::string::npos);
    CHECK(table.find("| threads | all cores |") != std::string::npos);
}

TEST_SUITE_END();
