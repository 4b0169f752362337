#include "learned_features.hpp"

#include <algorithm>

#include "common/book/preprocess.hpp"
#include "common/files/data_folder.hpp"
#include "common/graph/describe.hpp"
#include "common/machine/thread_count.hpp"
#include "common/report/report.hpp"
#include "disturbances.hpp"
#include "lenet.hpp"
#include "resnet.hpp"

namespace cnn {

namespace {

Examples prepared(const LearnedNet& learned, const Dataset& set) {
    Examples all = examples(set);
    learned.prepare(all.images);
    return all;
}

}  // namespace

std::vector<std::pair<std::string, double>> disturbed(const LearnedNet& learned, const Dataset& some) {
    const Weights weights = load_weights(data_folder() / (learned.name + ".safetensors"), *learned.graph);
    std::vector<std::pair<std::string, double>> all;
    for (auto& [name, images] : disturbances(some.images)) {
        const Examples these = prepared(learned, {std::move(images), some.labels, some.classes});
        all.emplace_back(name, evaluate(*learned.graph, learned.net, weights, these).accuracy);
    }
    return all;
}

LearnedLog learned_log(const LearnedNet& learned, const Dataset& train, const Dataset& test,
                       const std::vector<int>& counts) {
    const Description cost = describe(*learned.graph);
    LearnedLog log{
        learned.name, cost.parameters, cost.multiply_adds, 0, {}, disturbed(learned, first(test, 2000))};
    const Examples tested = prepared(learned, test);
    {
        const ThreadCount one(1);
        TrainingOptions options = learned.training;
        options.epochs = 1;
        const Examples some = prepared(learned, first(train, 1000)), few = prepared(learned, first(test, 10));
        const double epoch =
            median_seconds([&] { cnn::train(*learned.graph, learned.net, some, few, options); }, 0);
        log.seconds = epoch * learned.training.epochs * train.size() / 1000;
    }
    for (const int count : counts) {
        TrainingOptions options = learned.training;
        options.epochs = std::max(options.epochs, 600 * options.batch / count);
        const Examples some = prepared(learned, first(train, count));
        log.by_images.emplace_back(
            count,
            cnn::train(*learned.graph, learned.net, some, tested, options).history.back().test_accuracy);
    }
    return log;
}

LearnedNet learned_lenet(Graph& graph) {
    return {"lenet5", &graph, lenet5(graph), lenet5_training(), [](Tensor& /*as they are*/) {}};
}

LearnedNet learned_resnet(Graph& graph) {
    return {"resnet20_cifar10", &graph, resnet_cifar10(graph, 20), resnet_cifar10_training(),
            [](Tensor& images) { normalise(images, cifar10_preprocessing); }};
}

}  // namespace cnn
