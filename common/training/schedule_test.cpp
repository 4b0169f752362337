#include "common/training/schedule.hpp"

#include "common/testing/testing.hpp"

using namespace cnn;
using Kind = Schedule::Kind;

TEST_SUITE_BEGIN("common: schedule");

TEST_CASE("schedule: a cosine starts at the rate and passes its half and ends at 0") {
    const auto at = [](int done) { return rate_at({}, 0.2, done, 100, 10); };
    CHECK(at(0) == 0.2);
    CHECK(at(50) == doctest::Approx(0.1));
    CHECK(at(100) == 0);
    for (int i = 0; i < 100; ++i) CHECK(at(i + 1) < at(i));
}

TEST_CASE("schedule: steps hold the rate and drop it after the epochs named: 0.1, 0.01, 0.001") {
    const Schedule schedule{.kind = Kind::steps, .drops = {82, 123}};
    const auto at = [&](int done) { return rate_at(schedule, 0.1, done, 164 * 391, 391); };
    CHECK(at(0) == 0.1);
    CHECK(at(82 * 391 - 1) == 0.1);
    CHECK(at(82 * 391) == doctest::Approx(0.01));
    CHECK(at(123 * 391 - 1) == doctest::Approx(0.01));
    CHECK(at(123 * 391) == doctest::Approx(0.001));
    CHECK(at(164 * 391 - 1) == doctest::Approx(0.001));
}

TEST_CASE("schedule: a warm-up rises in equal steps to the rate and the rest follows") {
    for (const Kind kind : {Kind::cosine, Kind::steps}) {
        const Schedule schedule{.kind = kind, .warm_up = 2};
        const auto at = [&](int done) { return rate_at(schedule, 1, done, 30, 3); };
        for (int i = 0; i <= 6; ++i) CHECK(at(i) == doctest::Approx((i + 1) / 7.0));
        CHECK(at(7) <= at(6));
    }
    CHECK(rate_at({.warm_up = 0.5}, 1, 0, 100, 2) == 0.5);
    CHECK(rate_at({.warm_up = 0.5}, 1, 1, 100, 2) == 1);
}

TEST_CASE("schedule: one cycle is a 25th at first and the rate at three tenths and almost nothing at last") {
    const auto at = [](int done) { return rate_at({.kind = Kind::one_cycle}, 0.5, done, 100, 10); };
    CHECK(at(0) == doctest::Approx(0.02));
    CHECK(at(15) == doctest::Approx(0.26));  // half way up
    CHECK(at(30) == 0.5);
    CHECK(at(65) == doctest::Approx(0.250001));  // half way down
    CHECK(at(100) == doctest::Approx(2e-6));
    CHECK(rate_at({.kind = Kind::one_cycle, .warm_up = 5}, 0.5, 50, 100, 10) == 0.5);
}

TEST_CASE("schedule: its words name what differs from a cosine") {
    CHECK(described({}).empty());
    CHECK(described({.kind = Kind::steps, .drops = {1}, .factor = 0.10000001}) ==
          ", steps at 1 by 0.10000001");
    CHECK(described({.kind = Kind::steps, .warm_up = 1, .drops = {82, 123}}) ==
          ", steps at 82 123 by 0.1, warm-up 1");
    CHECK(described({.kind = Kind::one_cycle}) == ", one cycle");
}

TEST_CASE("schedule: what makes no sense is refused") {
    const auto said = [](const Schedule& schedule) { return error_of([&] { check(schedule, 10); }); };
    CHECK(said({.kind = Kind::steps, .warm_up = 9.5, .drops = {1, 2}}) == "no error");
    CHECK(said({.warm_up = 10}) ==
          "train: a warm-up of 10 epochs in a training of 10; it must be from 0 up to, not including, the "
          "whole");
    CHECK(said({.warm_up = -1}).starts_with("train: a warm-up of -1 epochs"));
    CHECK(said({.drops = {0}}) ==
          "train: the rate drops after epoch 0; epochs of drops count from 1 and rise");
    CHECK(said({.drops = {5, 5}}).starts_with("train: the rate drops after epoch 5;"));
    CHECK(said({.factor = 0}).starts_with("train: the rate drops to 0 of itself"));
}

TEST_SUITE_END();
