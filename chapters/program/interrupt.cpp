#include "program/interrupt.hpp"

#include <csignal>

#include "common/base/error.hpp"

namespace cnn::program {

namespace {
volatile std::sig_atomic_t pressed = 0;
}  // namespace

void watch_interrupt() {
    std::signal(SIGINT, [](int) { pressed = 1; });
}

bool interrupted() { return pressed != 0; }

void require_uninterrupted(const std::string& command, const std::string& how_to_go_on) {
    require(!interrupted(), command, ": interrupted", how_to_go_on);
}

}  // namespace cnn::program
