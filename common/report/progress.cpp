#include "common/report/progress.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "common/report/table.hpp"

namespace cnn {

Progress::Progress(std::string what, std::int64_t all)
    : what_(std::move(what)), all_(std::max<std::int64_t>(all, 1)), terminal_(isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
    if (visible_) std::fputs("\r\x1b[K", stderr);
}

void Progress::step(std::int64_t done, const std::string& note) {
    using namespace std::chrono_literals;
    const Clock::time_point now = Clock::now();
    if (!terminal_ || now - start_ < 500ms || now - drawn_ < 50ms) return;
    drawn_ = now;
    visible_ = true;

    const double share = std::clamp(double(done) / double(all_), 0.0, 1.0);
    const double elapsed = std::chrono::duration<double>(now - start_).count();
    const int left = share > 0 ? int(std::lround(elapsed / share - elapsed)) : 0;
    winsize size{};
    const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    std::fprintf(stderr, "\r%s\x1b[K", line(what_, share, left, note, known ? size.ws_col : 80).c_str());
}

std::string Progress::line(const std::string& what, double share, int seconds_left, const std::string& note,
                           std::size_t width) {
    // 28 cells, each a block that fills from the left in eight steps.
    static constexpr const char* parts[] = {" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    constexpr int cells = 28;
    const int eighths = int(share * cells * 8);
    std::string bar = " ▕";
    for (int i = 0; i < cells; ++i)
        bar += i < eighths / 8 ? "█" : i == eighths / 8 ? parts[eighths % 8] : " ";
    bar += "▏";

    char percent[16], time[32];
    std::snprintf(percent, sizeof percent, " %3d%%", int(100 * share));
    std::snprintf(time, sizeof time, "  %d:%02d left", seconds_left / 60, seconds_left % 60);
    // A full last column would break the line.
    const std::string candidates[] = {what + bar + percent + time + "  " + note, what + bar + percent + time,
                                      what + percent + time, what + percent};
    for (const std::string& text : candidates)
        if (columns(text) < width) return text;
    return std::string(percent).substr(0, width - std::min<std::size_t>(width, 1));
}

}  // namespace cnn
