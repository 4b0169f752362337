// What counts as a training's settings, and what they may not touch.
#include <cmath>

#include "common/files/temporary_folder.hpp"
#include "common/files/whole_file.hpp"
#include "common/machine/thread_count.hpp"
#include "common/testing/testing.hpp"
#include "common/training/training.hpp"
#include "training/tiny_training.hpp"

using namespace cnn;
using namespace cnn::tiny_training;

TEST_SUITE_BEGIN("06 training");

TEST_CASE("s-04: schedule, Nesterov, decay and augmentation count as settings and keep the same bits") {
    Task task;
    const TrainingState plain = task.run();
    const std::string words = settings(task.options);
    const auto differs = [&](const TrainingOptions& options, const char* word) {
        task.options = options;
        CHECK(settings(options) == words + word);
        const TrainingState state = task.run();
        CHECK_FALSE(state.weights == plain.weights);
        set_threads(threads() == 1 ? 2 : 1);
        CHECK(same(task.run(), state));
    };
    const ThreadCount restored;
    TrainingOptions usual = task.options;
    usual.decay = 0;
    TrainingOptions options = usual;
    options.nesterov = true;
    differs(options, ", Nesterov");
    options = usual;
    options.schedule = {.kind = Schedule::Kind::steps, .drops = {2}};
    differs(options, ", steps at 2 by 0.1");
    options = usual;
    options.augmentation = {.shift = 1, .mirror = true};
    differs(options, ", shift 1, mirror");

    // Decay that leaves biases alone gives other biases.
    options = usual;
    options.decay = 0.1;
    const auto trained = [&] {
        task.options = options;
        return task.run().weights;
    };
    const Weights all = trained();
    options.decay_filters_only = true;
    CHECK(settings(options).ends_with(", decay of filters only"));
    CHECK_FALSE(trained()["fc1.bias"] == all["fc1.bias"]);
}

TEST_CASE("s-04: numbers that differ in the seventh digit or the last are other settings") {
    const Task task;
    for (double TrainingOptions::*number :
         {&TrainingOptions::rate, &TrainingOptions::momentum, &TrainingOptions::decay}) {
        TrainingOptions one = task.options, seventh = one, last = one;
        one.*number = 0.05;
        seventh.*number = 0.05000001;
        last.*number = std::nextafter(0.05, 1);
        CHECK(settings(one) != settings(seventh));
        CHECK(settings(one) != settings(last));
        CHECK(settings(one).find(" 0.05,") != std::string::npos);
    }

    // So a checkpoint of the one does not go on as the other.
    const TemporaryFolder folder;
    Task first, other;
    first.run(folder / "checkpoint");
    other.options.rate = std::nextafter(first.options.rate, 1);
    CHECK(error_of([&] { other.run(folder / "checkpoint"); }).find("other settings") != std::string::npos);
}

TEST_CASE("s-04: pictures with a class for every position are not moved") {
    Task task;
    task.options.augmentation.mirror = true;
    task.training.labels = Tensor({.n = 50, .h = 6, .w = 6});
    CHECK(error_of([&] { task.run(); }) ==
          "train: the labels are 50x6x6x1, a class for every position; moved pictures need one label each");
}

TEST_SUITE_END();
