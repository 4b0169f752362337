// s-01, s-02: features designed by hand against features that are learned.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "common/files/data_folder.hpp"
#include "common/files/dataset.hpp"
#include "common/files/whole_file.hpp"
#include "common/testing/testing.hpp"
#include "common/training/training_log.hpp"
#include "disturbances.hpp"
#include "linear_classifier.hpp"
#include "oriented_gradients.hpp"
#include "reported.hpp"
#include "winners.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("s-01 feature design and feature learning");

// [bins]
TEST_CASE("s-01: a gradient's bin is its direction as a line in steps of 20 degrees") {
    CHECK(direction_bin(1, 0, 9) == 0);
    CHECK(direction_bin(-1, 0, 9) == 0);     // the same line
    CHECK(direction_bin(1, 0.36F, 9) == 0);  // 19.8 degrees
    CHECK(direction_bin(1, 0.37F, 9) == 1);  // 20.3
    CHECK(direction_bin(0, 1, 9) == 4);      // 90
    CHECK(direction_bin(0, -1, 9) == 4);
    CHECK(direction_bin(-1, 1, 9) == 6);  // 135
    CHECK(direction_bin(-1, 0.01F, 9) == 8);
}
// [bins]

// [edge]
TEST_CASE_TEMPLATE("s-01: an upright edge fills one bin of the cells that it crosses", Implementation, Naive,
                   Optimized) {
    const auto gradients = pick<Implementation>(naive::oriented_gradients, optimized::oriented_gradients);
    // Two cells of 2x2 pixels; the gradient is 1 in the two columns beside the edge.
    const Tensor edge = slide(R"( 0 1 1 1
                                  0 1 1 1 )");
    const OrientedGradients feature{.cell = 2, .block = 1, .clip = 2, .epsilon = real{1e-6}};
    const Tensor cells = gradients(edge, feature);
    CHECK(cells.shape() == Shape{.h = 1, .w = 2, .c = 9});
    CHECK(cells(0, 0, 0, 0) == doctest::Approx(1));  // normalised: all there is
    for (int k = 1; k < 9; ++k) CHECK(cells(0, 0, 0, k) == 0);
    for (int k = 0; k < 9; ++k) CHECK(cells(0, 0, 1, k) == 0);
}
// [edge]

// [contrast]
TEST_CASE_TEMPLATE("s-01: what is designed is what it does not see: brightness and contrast", Implementation,
                   Naive, Optimized) {
    const auto gradients = pick<Implementation>(naive::oriented_gradients, optimized::oriented_gradients);
    const Tensor x = small_integers({.h = 16, .w = 16});
    Tensor other(x);
    for (real& pixel : other.flat()) pixel = 4 * pixel + 3;
    const OrientedGradients feature{.epsilon = real{1e-4}};
    CHECK(largest_difference(gradients(x, feature), gradients(other, feature)) <= 1e-5);
}
// [contrast]

// [fashion]
TEST_CASE(
    "s-01: a linear classifier on designed features reads at least 85 of 100 garments and more than on "
    "pixels") {
    // A sixth of the training set already will do.
    const Dataset train = first(fashion_mnist(Part::train), 10000), test = fashion_mnist(Part::test);
    const OrientedGradients feature;
    const Tensor x = optimized::oriented_gradients(train.images, feature),
                 y = optimized::oriented_gradients(test.images, feature);
    const double designed = accuracy(train_linear(x, train.labels, 10, {.epochs = 5}), y, test.labels);
    const double pixels =
        accuracy(train_linear(train.images, train.labels, 10, {.epochs = 5, .rate = real(0.01)}), test.images,
                 test.labels);
    CHECK(designed >= 0.85);
    CHECK(pixels >= 0.78);
    CHECK(designed > pixels + 0.02);
}
// [fashion]

// [photographs]
TEST_CASE("s-01: on photographs designed features read more than half and learned ones three in ten more") {
    const auto logged = [](const char* name) {
        return read_log(data_folder() / name).epochs.back().test_accuracy;
    };
    const double designed = logged("oriented_gradients_cifar10.json");
    CHECK(designed >= 0.5);
    CHECK(logged("resnet20_cifar10.json") >= designed + 0.3);
    // The log's figure again, where the photographs are.
    const char* folder = std::getenv("CNN_CIFAR10");
    if (folder == nullptr) {
        MESSAGE("CNN_CIFAR10 names no folder of CIFAR-10: its photographs were not asked for");
        return;
    }
    const Dataset train = cifar10(Part::train, folder), test = cifar10(Part::test, folder);
    const LinearClassifier net = train_linear(optimized::oriented_gradients(train.images, {}), train.labels,
                                              10, {.epochs = 6, .rate = real(0.2)});
    const double right = accuracy(net, optimized::oriented_gradients(test.images, {}), test.labels);
    CHECK(right >= 0.5);
    CHECK(std::abs(right - designed) <= 0.01);
}
// [photographs]

// [cost]
TEST_CASE("s-01: what was designed has no parameters and what is learned on it has few") {
    const Tensor x({.n = 2, .h = 28, .w = 28});
    const Shape features = oriented_gradients_shape(x.shape(), {});
    CHECK(features == Shape{2, 6, 6, 36});
    const LinearClassifier net = train_linear(Tensor(features), {0, 1}, 10, {.epochs = 1});
    CHECK(net.parameters() == 6 * 6 * 36 * 10 + 10);
}
// [cost]

TEST_SUITE_END();

TEST_SUITE_BEGIN("s-02 the era of deep learning");

TEST_CASE("s-02: the book writes ILSVRC and Iandola and pretrained where the slides slip (H1)") {
    std::string pages;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(data_folder() / ".." / "chapters"))
        if (entry.path().extension() == ".md" || entry.path().extension() == ".hpp")
            pages += read_whole(entry.path());
    for (const char* slip : {"ILSRVC", "Landola", "pertained"}) {
        CAPTURE(slip);
        CHECK(pages.find(slip) == std::string::npos);
    }
    for (const char* right : {"ILSVRC", "Iandola", "pretrained"}) {
        CAPTURE(right);
        CHECK(pages.find(right) != std::string::npos);
    }
}

// [winners]
TEST_CASE("s-02: ILSVRC's errors fell with every year and the largest fall is that to learned features") {
    const std::vector<Winner>& winners = ilsvrc_winners();
    REQUIRE(winners.size() == 6);
    std::size_t largest = 1;
    for (std::size_t i = 1; i < winners.size(); ++i) {
        CHECK(winners[i].year == winners[i - 1].year + 1);
        CHECK(winners[i].top5 < winners[i - 1].top5);
        if (winners[i - 1].top5 - winners[i].top5 > winners[largest - 1].top5 - winners[largest].top5)
            largest = i;
    }
    CHECK(winners[largest].year == 2012);
    CHECK(winners[largest].learned);
    CHECK(!winners[largest - 1].learned);
}
// [winners]

// [fall]
TEST_CASE("s-17: from 2012 to 2015 the winners' error fell by less than five times and not by ten (H17)") {
    const auto error = [](int year) {
        return std::ranges::find(ilsvrc_winners(), year, &Winner::year)->top5;
    };
    CHECK(error(2012) / error(2015) > 4.5);
    CHECK(error(2012) / error(2015) < 5);
    // Not from the first challenge on, either.
    CHECK(error(2010) / error(2015) < 8);
}
// [fall]

TEST_CASE("s-17: each winner's figure stands with what it was measured on (H16)") {
    for (const Winner& winner : ilsvrc_winners()) {
        CAPTURE(winner.team);
        CHECK_FALSE(winner.protocol.empty());
        CHECK((winner.year < 2012 || winner.protocol.find("networks") != std::string::npos));
    }
}

TEST_SUITE_END();

namespace {

/// What a row prints, and the one reported error that it means.
Printed printed(const std::string& row) { return *std::ranges::find(printed_errors(), row, &Printed::row); }
Reported meant(const std::string& row) {
    const std::vector<Reported> all = meant_by(printed(row));
    REQUIRE(all.size() == 1);
    return all[0];
}
/// The least error among a row's entries to the challenge.
Reported best_entry(const std::string& row) {
    Reported best{.top5 = 100};
    for (const Reported& error : reported_errors())
        if (error.row == row && error.entered && error.top5 < best.top5) best = error;
    return best;
}

}  // namespace

TEST_SUITE_BEGIN("s-17 the winners of ILSVRC");

// [alexnet]
TEST_CASE("s-17: AlexNet's 16.4 is not the entry that won but the one with the supplied data alone (H9)") {
    CHECK(meant("AlexNet").networks == 5);
    CHECK_FALSE(meant("AlexNet").more_data);
    CHECK(best_entry("AlexNet").top5 == 15.315);
    CHECK(best_entry("AlexNet").networks == 7);
    CHECK(best_entry("AlexNet").more_data);
}
// [alexnet]

TEST_CASE("s-17: ZFNet's 11.7 is Clarifai's and no figure of ZFNet's own comes near it (H10)") {
    CHECK(meant("ZFNet").who == "Clarifai");
    for (const Reported& error : reported_errors())
        if (error.row == "ZFNet" && error.who != "Clarifai") CHECK(error.top5 >= printed("ZFNet").top5 + 1.5);
}

TEST_CASE("s-17: VGG's 7.4 is one network released afterwards and its entry had seven (H13)") {
    CHECK(meant("VGG-16").networks == 1);
    CHECK_FALSE(meant("VGG-16").entered);
    CHECK(best_entry("VGG-16").networks == 7);
    CHECK(best_entry("VGG-16").top5 < meant("VGG-16").top5);
    // One network against GoogLeNet's seven: alone, GoogLeNet is behind.
    for (const Reported& error : reported_errors())
        if (error.row == "GoogLeNet" && error.networks == 1) CHECK(error.top5 > meant("VGG-16").top5);
}

TEST_CASE(
    "s-17: ResNet's 3.57 is six networks and ResNet-152 alone makes at least a quarter more errors (H15)") {
    CHECK(meant("ResNet-152").networks == 6);
    for (const Reported& error : reported_errors())
        if (error.row == "ResNet-152" && error.networks == 1)
            CHECK(error.top5 >= 1.25 * printed("ResNet-152").top5);
}

// [human]
TEST_CASE("s-17: whether a network surpassed people depends on which person is asked (H18)") {
    const auto surpass = [](double error, const Annotator& person) {
        return person.top5 - error > 2 * person.uncertainty();
    };
    const Annotator &trained = annotators()[0], &other = annotators()[1];
    // ResNet's six networks are ahead of both, GoogLeNet's seven of one of them, a year before.
    CHECK(surpass(printed("ResNet-152").top5, trained));
    CHECK(surpass(printed("GoogLeNet").top5, other));
    CHECK_FALSE(surpass(printed("GoogLeNet").top5, trained));
    // One ResNet-152 alone is not surely ahead of the trained annotator.
    CHECK_FALSE(surpass(4.49, trained));
    CHECK(trained.uncertainty() == doctest::Approx(0.57).epsilon(0.01));
    CHECK(other.uncertainty() == doctest::Approx(2.02).epsilon(0.01));
}
// [human]

TEST_SUITE_END();
