// Four ways to learn new classes from few images.
#include "experiment.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "common/base/error.hpp"
#include "common/base/random.hpp"
#include "common/base/range.hpp"
#include "convolution.hpp"
#include "lenet.hpp"
#include "pooling.hpp"

namespace cnn {

// [network]
Classifier feature_network(Graph& graph, int classes, const Shape& size) {
    const Node image = graph.input(size, "image");
    Node x = image;
    if (size.c == 1) x = rescale(x, 1 / garment_deviation, -garment_mean / garment_deviation, "normalise");
    x = relu(conv(x, {.filters = 16, .kernel = 5, .stride = 2, .padding = 2}, "conv1"), "relu1");
    x = relu(conv(x, {.filters = 32, .kernel = 3, .padding = 1}, "conv2"), "relu2");
    x = max_pool(x, {.kernel = 2, .stride = 2}, "pool");
    x = relu(conv(x, {.filters = 64, .kernel = 3, .padding = 1}, "conv3"), "relu3");
    x = relu(conv(x, {.filters = 64, .kernel = 3, .padding = 1}, "conv4"), "relu4");
    return with_loss(image, dense(x, classes, "fc"));
}
// [network]

TrainingOptions pretraining() {
    return {.epochs = 8,
            .batch = 64,
            .rate = 0.02,
            .decay = 0.0005,
            .augmentation = {.shift = 2, .mirror = true}};
}

// [ways]
const std::vector<Way>& ways() {
    static const std::vector<Way> all{{"from scratch", false, "image"},
                                      {"from scratch, longer", false, "image", 300},
                                      {"frozen features", true, "relu4"},
                                      {"last stage", true, "pool"},
                                      {"all layers", true, "image"}};
    return all;
}
// [ways]

Dataset of_classes(const Dataset& all, const std::vector<int>& classes, int count, std::uint64_t seed) {
    std::vector<int> order = order_of_epoch(all.size(), seed, 1), which, found(classes.size(), 0);
    Dataset some;
    for (const int n : order) {
        const auto place = std::ranges::find(classes, all.labels[std::size_t(n)]);
        if (place == classes.end()) continue;
        const auto label = place - classes.begin();
        if (count > 0 && found[std::size_t(label)] == count) continue;
        ++found[std::size_t(label)];
        which.push_back(n);
        some.labels.push_back(int(label));
    }
    for (std::size_t k = 0; k < classes.size(); ++k) {
        some.classes.push_back(all.classes.at(std::size_t(classes[k])));
        require(found[k] >= std::max(1, count), "transfer: ", found[k], " images of ", some.classes[k], "; ",
                std::max(1, count), " asked for");
    }
    Shape shape = all.images.shape();
    shape.n = some.size();
    some.images = Tensor::uninitialized(shape);
    gather(all.images, which, some.images);
    return some;
}

// [learn]
Lesson learn(const Task& task, const Way& way, int images, std::uint64_t seed, int watched) {
    using Clock = std::chrono::steady_clock;
    constexpr int batch = 25;
    constexpr double rate = 0.01;
    const Graph& graph = *task.net.image.graph;
    std::vector<int> classes(task.training.classes.size(), 0);
    for (std::size_t k = 0; k < classes.size(); ++k) classes[k] = int(k);
    const Examples few = examples(of_classes(task.training, classes, images, seed));
    const Examples some{Tensor(task.test.images.view().images(0, watched)),
                        Tensor(task.test.labels.view().images(0, watched))};
    const Weights start =
        way.pretrained ? with_new_end(task.net, task.pretrained, seed) : initialise(graph, seed);

    // Time features and steps, and not what is watched between them.
    Lesson lesson{way.name, images, seed};
    Clock::time_point began = Clock::now();
    double passed = 0;
    TrainingListener listener;
    listener.on_step = [&](const Step& step) {
        if (step.step == step.steps) passed += std::chrono::duration<double>(Clock::now() - began).count();
    };
    listener.on_epoch = [&](const Epoch& epoch) {
        if (watched > 1) lesson.seconds.push_back(passed), lesson.accuracies.push_back(epoch.test_accuracy);
        began = Clock::now();
    };
    const int epoch = divide_up(few.images.shape().n, batch);
    const TrainingState end = optimized::retrain(
        task.net, graph[way.cut], start, few, some,
        {.epochs = divide_up(way.steps, epoch), .batch = batch, .rate = rate, .seed = seed}, listener);
    lesson.accuracy = evaluate(graph, task.net, end.weights, task.test).accuracy;
    return lesson;
}
// [learn]

Spread spread(const std::vector<double>& numbers) {
    require(numbers.size() >= 2, "spread: ", numbers.size(), " numbers; it takes two");
    const auto count = double(numbers.size());
    double sum = 0, squares = 0;
    for (const double number : numbers) sum += number;
    for (const double number : numbers) squares += (number - sum / count) * (number - sum / count);
    return {sum / count, std::sqrt(squares / (count - 1))};
}

Spread spread(const std::vector<Lesson>& lessons, const std::string& way, int images) {
    std::vector<double> accuracies;
    for (const Lesson& lesson : lessons)
        if (lesson.way == way && lesson.images == images) accuracies.push_back(lesson.accuracy);
    return spread(accuracies);
}

}  // namespace cnn
