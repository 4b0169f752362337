// The front door and the tour, as a user runs them.
#include <nlohmann/json.hpp>

#include "program/session.hpp"

using namespace cnn;
using namespace cnn::session;

TEST_SUITE_BEGIN("program");

TEST_CASE("cnn: help says what there is and succeeds") {
    const TemporaryFolder folder;
    const Outcome all = cnn_in(folder, "--help");
    CHECK(all.status == 0);
    CHECK(all.err == "");
    for (const char* command : {"tour", "summary", "train", "classify", "explain"}) {
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
          "cnn: CNN_THREADS is \"many\"; it must be a number of threads, 1 to 1024");
}

TEST_CASE("cnn tour: an unknown chapter lists those there are") {
    CHECK(complaint("tour 99").starts_with("cnn: tour: there is no chapter 99; there are: 01"));
    CHECK(complaint("tour 03 x").starts_with("cnn: tour: there is no chapter x; there are: 01"));
}

TEST_CASE("cnn tour: a folder that cannot be made is named") {
    CHECK(complaint("tour 03 --out /dev/null/tour")
              .starts_with("cnn: report: cannot make the folder /dev/null/tour"));
}

TEST_CASE(
    "cnn tour: what the machine lacks is left out and told, and some chapters have a page of their own") {
    const TemporaryFolder folder;
    const Outcome tour = shell_in(folder, "PATH=/nowhere \"$cnn\" tour 4 5 6 --quick --data /nowhere");
    CHECK(tour.status == 0);
    CHECK(std::filesystem::exists(folder / "build/tour/04_05_06/index.html"));
    CHECK_FALSE(std::filesystem::exists(folder / "build/tour/index.html"));
    CHECK(
        tour.out.find("Left out in 06: the accuracy on all 10,000 test garments (Fashion-MNIST: there is no "
                      "/nowhere/t10k-images-idx3-ubyte.gz; install") != std::string::npos);
    CHECK(tour.out.find("Left out in 04") == std::string::npos);
    CHECK(tour.out.find(".svg (figure: cannot run gnuplot to draw ") != std::string::npos);
    const std::string page = read_whole(folder / "build/tour/04_05_06/index.html");
    CHECK(page.find("<p>Left out in 05: the curves of ") != std::string::npos);
    CHECK(page.find("printed on slides, ") != std::string::npos);
    CHECK(page.find("<small>erratum</small>") != std::string::npos);
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

TEST_CASE("cnn tour: colours are for terminals of people who want them") {
    const TemporaryFolder folder;
    if (shell_in(folder, "command -v script").status != 0) return;  // it stands in for a terminal
    const auto coloured = [&](const std::string& wish) {
        const Outcome tour =
            shell_in(folder, "export cnn; " + wish + " script -qec '\"$cnn\" tour 3 --quick' /dev/null");
        CHECK(tour.out.find("✓") != std::string::npos);
        return tour.out.find("\x1b[") != std::string::npos;
    };
    CHECK(coloured("NO_COLOR="));
    CHECK_FALSE(coloured("NO_COLOR=1"));
    CHECK(cnn_in(folder, "tour 3 --quick").out.find("\x1b[") == std::string::npos);
}

TEST_CASE("cnn: a full standard output is an error") {
    if (!std::filesystem::exists("/dev/full")) return;
    const TemporaryFolder folder;
    const Outcome full = shell_in(folder, "\"$cnn\" summary lenet5 >/dev/full");
    CHECK(full.status == 1);
    CHECK(full.err == "cnn: cannot write to standard output\n");
    for (const char* help : {"--help", "tour --help", "summary"})
        CHECK(shell_in(folder, std::string("\"$cnn\" ") + help + " >/dev/full").status == 1);
}

TEST_SUITE_END();
