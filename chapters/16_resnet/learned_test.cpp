// s-01: the log of learned features that chapter 01 reads is what these networks do.
#include <cmath>
#include <cstdlib>

#include "common/files/data_folder.hpp"
#include "common/graph/describe.hpp"
#include "common/testing/testing.hpp"
#include "learned_features.hpp"

using namespace cnn;

namespace {

void same(const LearnedNet& learned, const LearnedLog& log) {
    CHECK(log.net == learned.name);
    const Description cost = describe(*learned.graph);
    CHECK(log.parameters == cost.parameters);
    CHECK(log.multiply_adds == cost.multiply_adds);
}

void same(const std::vector<std::pair<std::string, double>>& found, const LearnedLog& log) {
    REQUIRE(found.size() == log.disturbed.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        CAPTURE(found[i].first);
        CHECK(found[i].first == log.disturbed[i].first);
        CHECK(std::abs(found[i].second - log.disturbed[i].second) <= 0.002);
    }
}

}  // namespace

TEST_SUITE_BEGIN("16 resnet");

TEST_CASE("s-01: learned features cost and stand what their log says") {
    const std::vector<LearnedLog> logs = read_learned(data_folder() / "learned_features.json");
    REQUIRE(logs.size() == 2);
    Graph one, two;
    const LearnedNet lenet = learned_lenet(one), resnet = learned_resnet(two);
    same(lenet, logs[0]);
    same(resnet, logs[1]);
    same(disturbed(lenet, first(fashion_mnist(Part::test), 2000)), logs[0]);
    const char* folder = std::getenv("CNN_CIFAR10");
    if (folder == nullptr) {
        MESSAGE("CNN_CIFAR10 names no folder of CIFAR-10: its photographs were not asked for");
        return;
    }
    same(disturbed(resnet, first(cifar10(Part::test, folder), 2000)), logs[1]);
}

TEST_CASE("s-01: learned features need data: from 100 images to 10,000 LeNet-5 gains 10 points and more") {
    const LearnedLog lenet = read_learned(data_folder() / "learned_features.json").at(0);
    REQUIRE(lenet.by_images.size() == 3);
    for (std::size_t i = 1; i < 3; ++i) CHECK(lenet.by_images[i].second > lenet.by_images[i - 1].second);
    CHECK(lenet.by_images[2].second >= lenet.by_images[0].second + 0.1);
}

TEST_SUITE_END();
