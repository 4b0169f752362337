#pragma once
/// @file  How the learning rate changes while a network learns.
#include <cstdint>
#include <string>
#include <vector>

namespace cnn {

struct Schedule {
    enum class Kind {
        cosine,     ///< half a cosine down to 0 (Loshchilov and Hutter 2017)
        steps,      ///< constant, times `factor` after each of the epochs `drops` (He et al. 2015)
        one_cycle,  ///< half a cosine up from 1/25 of the peak, half a cosine down to 1/250,000 of it (Smith
                    ///< 2018)
    } kind = Kind::cosine;
    /// Epochs at the beginning in which the rate rises: in equal steps (Goyal et al. 2017), or as the cycle
    /// does. For a cycle 0 means three tenths of the training.
    double warm_up = 0;
    std::vector<int> drops = {};
    double factor = 0.1;

    friend bool operator==(const Schedule&, const Schedule&) = default;
};

/// The rate of the step after `done` of `all` steps, `epoch` of them in an epoch; its peak is `peak`.
double rate_at(const Schedule& schedule, double peak, std::int64_t done, std::int64_t all,
               std::int64_t epoch);

/// Errors: a warm-up below 0 or longer than the training, drops out of order, a factor that is not above 0.
void check(const Schedule& schedule, int epochs);

/// A number with as many digits as tell it from all others, six where they will do.
std::string exact(double number);

/// What differs from the default, as words of a log: "steps at 82 123 by 0.1, warm-up 1"; empty for the
/// default.
std::string described(const Schedule& schedule);

}  // namespace cnn
