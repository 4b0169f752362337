// The program as a user runs it: status, standard output, standard error, files.
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "common/temporary_folder.hpp"
#include "common/testing.hpp"
#include "common/whole_file.hpp"

using namespace cnn;

namespace {

struct Outcome {
    int status = 0;
    std::string out, err;
};

/// Runs `cnn` with these arguments, as a shell reads them, in this folder.
Outcome cnn_in(const TemporaryFolder& folder, const std::string& arguments, const std::string& before = "") {
    const TemporaryFolder answers;
    const std::string command = "cd '" + folder.path().string() + "' && " + before + " '" CNN_PROGRAM "' " +
                                arguments + " >'" + (answers / "out").string() + "' 2>'" +
                                (answers / "err").string() + "'";
    const int status = std::system(command.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read_whole(answers / "out"),
            read_whole(answers / "err")};
}

/// Wrong use: a status other than 0, nothing on standard output, one line on standard error, no file.
std::string complaint(const std::string& arguments, const std::string& before = "") {
    const TemporaryFolder folder;
    const Outcome outcome = cnn_in(folder, arguments, before);
    CAPTURE(arguments);
    CHECK(outcome.status > 0);
    CHECK(outcome.out == "");
    CHECK(outcome.err.starts_with("cnn: "));
    CHECK(std::ranges::count(outcome.err, '\n') == 1);
    CHECK(outcome.err.ends_with('\n'));
    CHECK(folder.files() == 0);
    return outcome.err.substr(0, outcome.err.size() - 1);
}

}  // namespace

TEST_SUITE_BEGIN("program");

TEST_CASE("cnn: help says what there is and succeeds") {
    const TemporaryFolder folder;
    const Outcome all = cnn_in(folder, "--help");
    CHECK(all.status == 0);
    CHECK(all.err == "");
    for (const char* command : {"tour"}) {
        CHECK(all.out.find(command) != std::string::npos);
        const Outcome one = cnn_in(folder, command + std::string(" --help"));
        CHECK(one.status == 0);
        CHECK(one.out.find("--threads") != std::string::npos);
    }
}

TEST_CASE("cnn: wrong use is one line and no file") {
    complaint("");
    complaint("fly");
    complaint("tour --fast");
    complaint("tour --threads");
    complaint("tour --threads two");
    CHECK(complaint("tour --threads 0") == "cnn: threads: 0 asked for; at least 1 is needed");
    CHECK(complaint("tour 03", "CNN_THREADS=many") ==
          "cnn: CNN_THREADS is \"many\"; it must be a number of threads, 1 or more");
}

TEST_CASE("cnn tour: an unknown chapter lists those there are") {
    CHECK(complaint("tour 99").starts_with("cnn: tour: there is no chapter 99; there are: 03"));
    CHECK(complaint("tour 03 x").starts_with("cnn: tour: there is no chapter x; there are: 03"));
}

TEST_CASE("cnn tour: a folder that cannot be made is named") {
    CHECK(complaint("tour 03 --out /dev/null/tour")
              .starts_with("cnn: report: cannot make the folder /dev/null/tour"));
}

TEST_CASE("cnn tour: --json is one object on standard output and the page is there") {
    const TemporaryFolder folder;
    const Outcome tour = cnn_in(folder, "tour 3 --quick --json --out here");
    CHECK(tour.status == 0);
    CHECK(tour.err == "");
    const auto result = nlohmann::json::parse(tour.out);
    CHECK(result["numbers_checked"] > 0);
    CHECK(result["numbers_equal"] == result["numbers_checked"]);
    CHECK(result["seconds"] > 0);
    REQUIRE(result["figures"].size() > 0);
    for (const std::string figure : result["figures"]) CHECK(std::filesystem::exists(folder / figure));
    CHECK(std::filesystem::exists(folder / "here/index.html"));
    CHECK(std::filesystem::exists(folder / "here/numbers.doxy"));
}

TEST_CASE("cnn: a full standard output is an error") {
    if (!std::filesystem::exists("/dev/full")) return;
    const TemporaryFolder folder;
    const std::string command =
        "cd '" + folder.path().string() + "' && '" CNN_PROGRAM "' tour 03 --json --out here >/dev/full 2>err";
    CHECK(std::system(command.c_str()) != 0);
    CHECK(read_whole(folder / "err") == "cnn: cannot write to standard output\n");
}

TEST_SUITE_END();
