#include "common/machine/parallel.hpp"
#include "program/commands.hpp"

namespace cnn::program {

void add_threads(CLI::App& command) {
    command
        .add_option_function<int>("--threads", set_threads,
                                  "how many threads work ($CNN_THREADS, or all cores)")
        ->type_name("N");
}

}  // namespace cnn::program
