#include "common/report/progress.hpp"

#include "common/report/table.hpp"
#include "common/testing/testing.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("common: report");

TEST_CASE("progress: a line never fills the terminal, and says the most important longest") {
    const std::string note = "loss 0.1234, 4567 images/s, 12 min to the end";
    for (std::size_t width = 1; width < 120; ++width) {
        const std::string line = Progress::line("epoch 3", 0.5, 75, note, width);
        CHECK(columns(line) < width);
        if (width > 13) CHECK(line.starts_with("epoch 3"));
        if (width > 4 + 1) CHECK(line.find("50%") != std::string::npos);
    }
    CHECK(Progress::line("epoch 3", 0.5, 75, note, 110).ends_with(" 50%  1:15 left  " + note));
    CHECK(Progress::line("epoch 3", 0.5, 75, note, 60).ends_with(" 50%  1:15 left"));
    CHECK(Progress::line("epoch 3", 0.5, 75, note, 30) == "epoch 3  50%  1:15 left");
}

TEST_SUITE_END();
