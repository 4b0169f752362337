#include "common/testing/cifar10_accuracy.hpp"

#include <doctest/doctest.h>

#include <cstdlib>

#include "common/book/preprocess.hpp"
#include "common/files/dataset.hpp"
#include "common/files/image.hpp"

namespace cnn {

std::string cifar10_name(const Graph& graph, const Classifier& net, const Weights& weights,
                         const std::filesystem::path& picture, Kernels kernels) {
    const Seen seen = preprocess(read_image(picture), cifar10_preprocessing, net.image.shape());
    std::vector<int> classes;
    append_classes(run(graph, weights, {{net.image, seen.input}}, {net.logits}, {kernels})[net.logits],
                   classes);
    return cifar10_classes()[std::size_t(classes.at(0))];
}

std::optional<double> cifar10_accuracy(const Graph& graph, const Classifier& net, const Weights& weights) {
    const char* folder = std::getenv("CNN_CIFAR10");
    if (folder == nullptr) {
        MESSAGE("CNN_CIFAR10 names no folder of CIFAR-10: its test pictures were not asked for");
        return {};
    }
    Dataset test = photographs(Part::test, folder);
    normalise(test.images, cifar10_preprocessing);
    return evaluate(graph, net, weights, examples(test)).accuracy;
}

}  // namespace cnn
