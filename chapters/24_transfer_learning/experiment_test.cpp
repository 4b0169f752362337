// The experiment's parts: examples drawn, logs, and what the shipped log says.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <set>
#include <string>

#include "common/files/data_folder.hpp"
#include "common/files/temporary_folder.hpp"
#include "common/files/whole_file.hpp"
#include "common/testing/testing.hpp"
#include "experiment.hpp"
#include "hold_out.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("24 transfer learning");

TEST_CASE("s-22: the log of the experiment says what the book shows, and all of it") {
    const std::vector<Lesson> log = read_lessons(data_folder() / "transfer_garments.json");
    CHECK(log.size() == ways().size() * 3 * 5);
    for (const Lesson& lesson : log) {
        CHECK(lesson.accuracies.empty() == (lesson.seed != 1));
        CHECK(lesson.accuracies.size() == lesson.seconds.size());
        CHECK(std::ranges::is_sorted(lesson.seconds));
        CHECK(lesson.accuracy > 0.2);
        CHECK(lesson.accuracy <= 1);
    }
    const auto mean = [&](const char* way, int images) { return spread(log, way, images).mean; };
    CHECK(mean("frozen features", 10) >= mean("from scratch", 10) + 0.10);
    CHECK(mean("frozen features", 10) >= mean("from scratch, longer", 10) + 0.04);
    // Who is given the time makes something of more images, and from scratch the most.
    for (const Way& way : ways())
        if (std::string(way.name) != "from scratch") CHECK(mean(way.name, 250) > mean(way.name, 10));
    const auto lead = [&](int images) {
        return mean("frozen features", images) - mean("from scratch, longer", images);
    };
    CHECK(lead(10) > lead(50));
    CHECK(lead(50) > lead(250));
}

TEST_CASE(
    "s-22: with 10 photographs a class SqueezeNet's features lead over training from scratch, as logged") {
    const std::vector<Lesson> log = read_lessons(data_folder() / "transfer_photographs.json");
    CHECK(log.size() == 10);
    CHECK(spread(log, "frozen features", 10).mean >= spread(log, "from scratch, longer", 10).mean + 0.10);
    const char *cifar10 = std::getenv("CNN_CIFAR10"), *weights = std::getenv("CNN_WEIGHTS");
    if (cifar10 == nullptr || weights == nullptr) {
        MESSAGE("skipped: CNN_CIFAR10 and CNN_WEIGHTS name no photographs and no weights of SqueezeNet");
        return;
    }
    const std::vector<Lesson> now =
        learn_photographs(cifar10, std::filesystem::path(weights) / "squeezenet1_1.safetensors", 200);
    CHECK(spread(now, "frozen features", 10).mean >= spread(now, "from scratch, longer", 10).mean + 0.10);
}

TEST_CASE("s-22: a log of lessons is read as it was written, and what is none is refused") {
    const TemporaryFolder folder;
    const std::vector<Lesson> lessons{{"from scratch", 10, 3, 0.5, {0.25, 0.5}, {0.125, 0.5}},
                                      {"all layers", 50, 4, 0.75}};
    write_lessons(folder / "log", lessons);
    const std::vector<Lesson> again = read_lessons(folder / "log");
    REQUIRE(again.size() == 2);
    CHECK(again[0].way == "from scratch");
    CHECK(again[0].seconds == lessons[0].seconds);
    CHECK(again[0].accuracies == lessons[0].accuracies);
    CHECK(again[1].images == 50);
    CHECK(again[1].seed == 4);
    CHECK(again[1].accuracy == 0.75);
    write_whole(folder / "other", "{\"net\": 1}");
    CHECK(error_of([&] { read_lessons(folder / "other"); }).find("this is no log of lessons") !=
          std::string::npos);
}

TEST_CASE("s-22: mean and deviation of five runs") {
    CHECK(spread({1, 2, 3, 4, 5}).mean == 3);
    CHECK(spread({1, 2, 3, 4, 5}).deviation == doctest::Approx(std::sqrt(2.5)));
    CHECK(error_of([] { spread({1}); }) == "spread: 1 numbers; it takes two");
}

TEST_CASE("s-22: images of some classes are drawn anew by each seed and labelled from 0") {
    Dataset all{Tensor({.n = 40}), {}, {"a", "b", "c", "d"}};
    for (int n = 0; n < 40; ++n) all.images(n, 0, 0, 0) = real(n), all.labels.push_back(n % 4);
    const auto drawn = [&](std::uint64_t seed) {
        const Dataset some = of_classes(all, {3, 1}, 4, seed);
        CHECK(some.classes == std::vector<std::string>{"d", "b"});
        CHECK(some.size() == 8);
        std::set<int> numbers;
        for (int n = 0; n < some.size(); ++n) {
            const int number = int(some.images(n, 0, 0, 0));
            CHECK(number % 4 == (some.labels[std::size_t(n)] == 0 ? 3 : 1));
            numbers.insert(number);
        }
        CHECK(numbers.size() == 8);
        return numbers;
    };
    CHECK(drawn(1) == drawn(1));
    CHECK(drawn(1) != drawn(2));
    CHECK(of_classes(all, {0, 1, 2, 3}).size() == 40);
    CHECK(error_of([&] { of_classes(all, {2}, 11); }) == "transfer: 10 images of c; 11 asked for");
}

TEST_CASE("s-22: every class is held out in the same proportion and nothing is on both sides") {
    std::vector<int> labels(10, 0);
    labels.insert(labels.end(), 25, 1);
    labels.insert(labels.end(), 2, 2);
    const Halves halves = hold_out(labels, 0.2, 1);
    std::vector<int> held(3, 0), all = halves.training;
    for (const int n : halves.held_out) ++held[std::size_t(labels[std::size_t(n)])];
    CHECK(held == std::vector<int>{2, 5, 1});
    all.insert(all.end(), halves.held_out.begin(), halves.held_out.end());
    std::ranges::sort(all);
    REQUIRE(all.size() == 37);
    for (int n = 0; n < 37; ++n) CHECK(all[std::size_t(n)] == n);
    CHECK(hold_out(labels, 0.2, 1).held_out == halves.held_out);
    CHECK(hold_out(labels, 0.2, 2).held_out != halves.held_out);
    CHECK(error_of([&] { hold_out(labels, 1, 1); }) == "hold out: a share of 1; it must be between 0 and 1");
    CHECK(error_of([] { hold_out({4}, 0.2, 1); }) == "hold out: class 4 has one example; two are needed");
}

TEST_SUITE_END();
