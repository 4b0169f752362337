#include "common/report/progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

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

    // 28 cells, each a block that fills from the left in eight steps.
    static constexpr const char* parts[] = {" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    constexpr int cells = 28;
    const double share = std::clamp(double(done) / double(all_), 0.0, 1.0);
    const int eighths = int(share * cells * 8);
    std::string bar;
    for (int i = 0; i < cells; ++i)
        bar += i < eighths / 8 ? "█" : i == eighths / 8 ? parts[eighths % 8] : " ";

    const double elapsed = std::chrono::duration<double>(now - start_).count();
    const int left = share > 0 ? int(std::lround(elapsed / share - elapsed)) : 0;
    std::fprintf(stderr, "\r%s ▕%s▏ %3d%%  %d:%02d left  %s\x1b[K", what_.c_str(), bar.c_str(),
                 int(100 * share), left / 60, left % 60, note.c_str());
}

}  // namespace cnn
