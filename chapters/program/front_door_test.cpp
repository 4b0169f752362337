// What `make` does before anything is compiled, in the scripts that it calls.
#include "program/session.hpp"

using namespace cnn;
using namespace cnn::session;

namespace {

std::string script(const char* name) {
    return "/bin/sh " + shell_quoted(std::filesystem::path(CNN_SOURCE) / ".ci" / name) + ' ';
}

}  // namespace

TEST_SUITE_BEGIN("program");

TEST_CASE("make: 4 means chapter 04, and a chapter that is none is refused in a line with those there are") {
    const TemporaryFolder folder;
    for (const char* number : {"4", "04"}) CHECK(shell_in(folder, script("chapter") + number).out == "04\n");
    CHECK(shell_in(folder, script("chapter") + "4 benchmarks").out == "04\n");
    for (const char* number : {"99", "0", "four", "04_convolution", ""}) {
        const Outcome none = shell_in(folder, script("chapter") + '"' + number + '"');
        CHECK(none.status == 1);
        CHECK(none.out == "");
        CHECK(none.err.starts_with("There is no chapter " + std::string(number) + "; there are: "));
        CHECK(std::ranges::count(none.err, '\n') == 1);
    }
}

TEST_CASE("make: without root what is missing is told, and the build goes on with what is there") {
    const TemporaryFolder folder, commands;  // a machine with apt on which nobody may install
    const std::pair<const char*, const char*> all[] = {
        {"id", "echo 1000"}, {"dpkg-query", "exit 1"}, {"apt-get", "exit 1"}, {"sudo", "exit 1"}};
    const auto install = [&](const std::string& what) {
        return shell_in(folder, "PATH=" + shell_quoted(commands.path()) + ' ' + script("install") + what);
    };
    for (const char* tool : {"grep", "mktemp", "tail", "rm"})
        shell_in(commands, std::string("ln -s \"$(command -v ") + tool + ")\" .");
    for (const auto& [name, body] : all) {
        if (name == std::string("sudo")) {
            const Outcome nobody = install("bench");
            CHECK(nobody.status == 0);
            CHECK(
                nobody.err ==
                "Not installed: libbenchmark-dev libdnnl-dev python3 (that needs root); going on without\n");
        }
        write_whole(commands / name, std::string("#!/bin/sh\n") + body + "\n");
        std::filesystem::permissions(commands / name, std::filesystem::perms::owner_all);
    }
    const Outcome refused = install("clang");
    CHECK(refused.status == 0);
    CHECK(refused.out == "Installing clang\n");
    CHECK(refused.err == "Not installed: clang (apt-get could not); going on without\n");
}

TEST_SUITE_END();
