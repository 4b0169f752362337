#include "common/training/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <limits>
#include <numbers>
#include <sstream>

#include "common/base/error.hpp"

namespace cnn {

namespace {

// From `start` to `end` on half a cosine, at `done` of `all`.
double half_cosine(double start, double end, double done, double all) {
    return end + (start - end) * (1 + std::cos(std::numbers::pi * done / all)) / 2;
}

}  // namespace

double rate_at(const Schedule& schedule, double peak, std::int64_t done, std::int64_t all,
               std::int64_t epoch) {
    using Kind = Schedule::Kind;
    const double at = double(done), end = double(all);
    double rise = schedule.warm_up * double(epoch);
    if (schedule.kind == Kind::one_cycle) {
        if (rise == 0) rise = 0.3 * end;
        return at < rise ? half_cosine(peak / 25, peak, at, rise)
                         : half_cosine(peak, peak / 250'000, at - rise, end - rise);
    }
    if (at < rise) return peak * (at + 1) / (rise + 1);
    if (schedule.kind == Kind::cosine) return half_cosine(peak, 0, at - rise, end - rise);
    const auto passed = std::ranges::count_if(schedule.drops, [&](int drop) { return done >= drop * epoch; });
    return peak * std::pow(schedule.factor, double(passed));
}

void check(const Schedule& schedule, int epochs) {
    require(0 <= schedule.warm_up && schedule.warm_up < epochs, "train: a warm-up of ", schedule.warm_up,
            " epochs in a training of ", epochs, "; it must be from 0 up to, not including, the whole");
    require(schedule.factor > 0 && std::isfinite(schedule.factor), "train: the rate drops to ",
            schedule.factor, " of itself; the factor must be above 0");
    for (std::size_t i = 0; i < schedule.drops.size(); ++i)
        require(schedule.drops[i] > (i == 0 ? 0 : schedule.drops[i - 1]),
                "train: the rate drops after epoch ", schedule.drops[i],
                "; epochs of drops count from 1 and rise");
}

std::string exact(double number) {
    for (int digits = 6;; ++digits) {
        std::ostringstream text;
        text << std::setprecision(digits) << number;
        if (digits >= std::numeric_limits<double>::max_digits10 || std::stod(text.str()) == number)
            return text.str();
    }
}

std::string described(const Schedule& schedule) {
    std::ostringstream text;
    if (schedule.kind == Schedule::Kind::one_cycle) text << ", one cycle";
    if (schedule.kind == Schedule::Kind::steps) {
        text << ", steps";
        for (const int& drop : schedule.drops)
            text << (&drop == schedule.drops.data() ? " at " : " ") << drop;
        text << " by " << exact(schedule.factor);
    }
    if (schedule.warm_up != 0) text << ", warm-up " << exact(schedule.warm_up);
    return text.str();
}

}  // namespace cnn
