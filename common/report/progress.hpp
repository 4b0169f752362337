#pragma once
/// @file  A progress bar on standard error, drawn only where that is a terminal.
#include <chrono>
#include <cstdint>
#include <string>

namespace cnn {

class Progress {
public:
    /// `all` steps of `what`.  Nothing is drawn in the first half second: short work stays silent.
    Progress(std::string what, std::int64_t all);
    ~Progress();  ///< clears the bar
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void step(std::int64_t done, const std::string& note = "");
    /// What a terminal of `width` columns has room for: the note goes first, then the time, then the bar.
    static std::string line(const std::string& what, double share, int seconds_left, const std::string& note,
                            std::size_t width);

private:
    using Clock = std::chrono::steady_clock;
    std::string what_;
    std::int64_t all_;
    Clock::time_point start_ = Clock::now(), drawn_ = start_;
    bool visible_ = false, terminal_;
};

}  // namespace cnn
