#include "common/figure/tool.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/error.hpp"
#include "common/base/missing.hpp"

extern char** environ;

namespace cnn::figure {

void run_tool(std::vector<std::string> command, const std::filesystem::path& figure,
              const std::string& package) {
    std::vector<char*> arguments;
    for (std::string& part : command) arguments.push_back(part.data());
    arguments.push_back(nullptr);

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t child = 0;
    const bool spawned =
        posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ) == 0;
    posix_spawn_file_actions_destroy(&actions);
    int status = 0;
    if (spawned) waitpid(child, &status, 0);

    // That a program is missing is told at once, or, as POSIX allows, only by the child's status.
    if (!spawned || (WIFEXITED(status) && WEXITSTATUS(status) == 127))
        throw Missing("figure: cannot run ", command[0], " to draw ", figure.string(),
                      "; install it with `apt-get install ", package, "`");
    require(WIFEXITED(status) && WEXITSTATUS(status) == 0, "figure: ", command[0], " could not draw ",
            figure.string());
}

}  // namespace cnn::figure
