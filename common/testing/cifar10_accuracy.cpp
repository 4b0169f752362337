#include "common/testing/cifar10_accuracy.hpp"

#include <doctest/doctest.h>

#include <cstdlib>

#include "common/files/dataset.hpp"

namespace cnn {

std::optional<double> cifar10_accuracy(const Graph& graph, const Classifier& net, const Weights& weights,
                                       const Preprocessing& preprocessing) {
    const char* folder = std::getenv("CNN_CIFAR10");
    if (folder == nullptr) {
        MESSAGE("CNN_CIFAR10 names no folder of CIFAR-10: its test pictures were not asked for");
        return {};
    }
    Dataset test = photographs(Part::test, folder);
    normalise(test.images, preprocessing);
    return evaluate(graph, net, weights, examples(test)).accuracy;
}

}  // namespace cnn
