#pragma once
/// @file  Positions in a row: those that a stride reaches, and shares of them.
#include <algorithm>
#include <cstdint>

namespace cnn {

/// Positions begin ... end - 1 of one axis.
struct Range {
    int begin = 0, end = 0;

    int size() const { return end - begin; }
    bool empty() const { return begin >= end; }
    friend bool operator==(const Range&, const Range&) = default;
};

inline Range intersection(Range a, Range b) { return {std::max(a.begin, b.begin), std::min(a.end, b.end)}; }

/// a / b for a >= 0 and b > 0, rounded up.
constexpr int divide_up(int a, int b) { return int((std::int64_t{a} + b - 1) / b); }

/// Share i of 0 ... size - 1, divided evenly among `shares`.
inline Range share_of(int size, int i, int shares) {
    const auto border = [=](std::int64_t at) { return int(size * at / shares); };
    return {border(i), border(i + 1)};
}

inline Range share_of(Range all, int i, int shares) {
    const Range share = share_of(all.size(), i, shares);
    return {all.begin + share.begin, all.begin + share.end};
}

/// Share i of 0 ... size - 1, if those that are one longer come first: shares of one size are neighbours.
inline Range long_share_first(int size, int i, int shares) {
    const auto border = [=](int at) { return at * (size / shares) + std::min(at, size % shares); };
    return {border(i), border(i + 1)};
}

/// Which of `count` places, `step` apart and the first at `from`, lie inside of 0 ... size - 1.
inline Range inside(int from, int step, int count, int size) {
    // Divisions are slow, and most steps are 1.
    const auto first_at_least = [=](int limit) {
        const int distance = std::max(0, limit - from);
        return std::min(count, step == 1 ? distance : divide_up(distance, step));
    };
    return {first_at_least(0), first_at_least(size)};
}

}  // namespace cnn
