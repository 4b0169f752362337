// The training loop on data small enough to train a hundred times: determinism, checkpoints, wrong use.
#include "common/training/training.hpp"

#include <filesystem>
#include <fstream>

#include "common/files/safetensors.hpp"
#include "common/files/whole_file.hpp"
#include "common/machine/thread_count.hpp"
#include "common/testing/testing.hpp"
#include "training/tiny_training.hpp"

using namespace cnn;
using namespace cnn::tiny_training;

TEST_SUITE_BEGIN("06 training");

TEST_CASE("s-04: a network learns by back-propagation: loss down and accuracy up") {
    Task task;
    task.options.epochs = 12;
    const TrainingState state = task.run();
    REQUIRE(state.history.size() == 12);
    CHECK(state.history.back().loss < 0.5 * state.history.front().loss);
    CHECK(state.history.back().test_accuracy >= 0.6);  // chance is a third

    // What the log says is what the weights do, on either implementation.
    const Evaluation again = evaluate(task.graph, task.net, state.weights, task.test);
    CHECK(again.accuracy == state.history.back().test_accuracy);
    CHECK(again.loss == state.history.back().test_loss);
    CHECK(evaluate(task.graph, task.net, state.weights, task.test, {Kernels::naive}).accuracy ==
          again.accuracy);
}

TEST_CASE("s-04: the same seed gives the same bits on one thread and on three and another seed does not") {
    Task task;
    const ThreadCount restored;
    set_threads(1);
    const TrainingState one = task.run();
    set_threads(3);
    CHECK(same(task.run(), one));
    task.options.seed = 2;
    CHECK_FALSE(same(task.run(), one));
}

// [resume]
TEST_CASE("s-04: a training stopped at any step goes on to the same bits") {
    const Task task;
    const TrainingState whole = task.run();
    for (const int stop_at : {1, 7, 8, 15, 27}) {
        const Checkpoint file;
        int steps = 0;
        const auto stop = [&](const Step&) {
            if (++steps == stop_at) throw Interruption();
        };
        CHECK_THROWS_AS(task.run(file.path, {.on_step = stop}), Interruption);
        CHECK(fs::exists(file.path) == (stop_at > 7));  // seven steps of 8 images are an epoch of 50
        CHECK(same(task.run(file.path), whole));
    }
}
// [resume]

TEST_CASE("s-04: a training that is over is not repeated") {
    const Task task;
    const Checkpoint file;
    const TrainingState whole = task.run(file.path);
    int steps = 0;
    CHECK(same(task.run(file.path, {.on_step = [&](const Step&) { ++steps; }}), whole));
    CHECK(steps == 0);
}

TEST_CASE("s-04: the listener hears every step and every epoch") {
    const Task task;
    std::vector<int> epochs;
    int steps = 0, last = 0;
    task.run({}, {.on_step =
                      [&](const Step& step) {
                          ++steps;
                          CHECK(step.step <= step.steps);
                          CHECK(step.images_per_second > 0);
                          CHECK((step.seconds_left > 0) == (step.epoch < 4 || step.step < 7));
                          last = step.steps;
                      },
                  .on_epoch = [&](const Epoch& epoch) { epochs.push_back(epoch.number); }});
    CHECK(steps == 4 * 7);
    CHECK(last == 7);
    CHECK(epochs == std::vector{1, 2, 3, 4});
}

TEST_CASE("s-22: only the named parameters learn") {
    Task task;
    task.options.parameters = {"fc1.weight"};
    const Weights start = initialise(task.graph, 9);
    const TrainingState state =
        train(task.graph, task.net, task.training, task.test, task.options, {}, {}, start);
    CHECK(state.weights["conv1.weight"] == start["conv1.weight"]);
    CHECK(state.weights["fc1.bias"] == start["fc1.bias"]);
    CHECK_FALSE(state.weights["fc1.weight"] == start["fc1.weight"]);
}

TEST_CASE("s-04: a label for every position trains a map of classes") {
    Graph graph;
    const Node image = graph.input({.h = 4, .w = 4, .c = 1}, "image");
    const Node logits = conv(image, {.filters = 2, .kernel = 1}, "conv1");
    const Node labels = graph.input({.h = 4, .w = 4}, "labels");
    const Classifier net{image, labels, logits, softmax_cross_entropy(logits, labels)};
    Examples bright{normal_numbers({.n = 40, .h = 4, .w = 4}), Tensor({.n = 40, .h = 4, .w = 4})};
    for (std::size_t i = 0; i < bright.labels.flat().size(); ++i)
        bright.labels.flat()[i] = bright.images.flat()[i] > 0 ? real{1} : real{0};
    const TrainingState state = train(graph, net, bright, bright, {.epochs = 10, .batch = 4, .rate = 0.5});
    CHECK(state.history.back().test_accuracy > 0.95);
    CHECK(classify(graph, net, state.weights, bright.images).size() == 40 * 16);
}

TEST_CASE("s-04: the log and the checkpoint keep every digit") {
    const TrainingLog log{"tiny", "epochs 1", {{1, 1.0 / 3, 0.1, 2.0 / 7, 1e-17}, {2, 0.5, 1, 0, 0.25}}};
    const TrainingLog read = parse_log(to_json(log), "log");
    CHECK(read.net == "tiny");
    CHECK(read.settings == "epochs 1");
    CHECK(read.epochs == log.epochs);
    CHECK(to_json(Epoch{1, 0.5, 0.25, 1, 0}) ==
          R"({"epoch":1,"loss":0.5,"accuracy":0.25,"test_loss":1.0,"test_accuracy":0.0})");
    CHECK(error_of([] { parse_log("{}", "data/x.json"); }) ==
          "data/x.json: this is no training log; an object with net, settings and epochs is needed");
}

TEST_CASE("s-04: wrong checkpoints and wrong examples are refused in one line") {
    Task task;
    const Checkpoint file;
    const std::string name = file.path.string();
    task.run(file.path);
    task.options.rate = 0.2;
    CHECK(
        error_of([&] { task.run(file.path); }) ==
        name +
            ": that training has other settings (epochs 4, batch 8, rate 0.1, momentum 0.9, decay 0, seed 1, "
            "examples 50) than this one (epochs 4, batch 8, rate 0.2, momentum 0.9, decay 0, seed 1, "
            "examples 50); repeat them, or remove the file to start anew");
    task.options.rate = 0.1;

    // Another network with the same settings.
    Graph other;
    const Classifier net = lenet5(other);
    CHECK(error_of([&] { train(other, net, task.training, task.test, task.options, file.path); }) ==
          name + ": it has no \"conv1.weight\" of 5x5x1x6; it is a checkpoint of another network");

    // A velocity of another shape, half a file, and one that is no checkpoint.
    const std::string bytes = read_whole(file.path);
    safetensors::File content = safetensors::read(file.path);
    content.arrays.at("velocity/fc1.bias") = {{1, 1, 1, 2}, {1, 2}};
    safetensors::write(file.path, content);
    CHECK(error_of([&] { task.run(file.path); }) ==
          name + ": the velocity of \"fc1.bias\" is no 1x1x1x3; remove the file to start anew");
    write_whole(file.path, bytes.substr(0, bytes.size() / 2));
    CHECK(error_of([&] { task.run(file.path); }).starts_with(name));
    save_weights(file.path, task.graph, initialise(task.graph, 1));
    CHECK(error_of([&] { task.run(file.path); }) ==
          name + ": this is no checkpoint of a training; name another file");

    task.training.labels = Tensor({.n = 49});
    CHECK(error_of([&] { task.run(); }) ==
          "train: 50 training images have 49 labels; one for each is needed");
    task.training.images = Tensor({.n = 0, .h = 6, .w = 6});
    CHECK(error_of([&] { task.run(); }) == "train: there are no training examples");
    task.options.batch = 0;
    CHECK(error_of([&] { task.run(); }) == "train: 4 epochs of batches of 0; both must be at least 1");
}

TEST_SUITE_END();
