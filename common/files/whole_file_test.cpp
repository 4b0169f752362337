#include "common/files/whole_file.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "common/files/temporary_folder.hpp"
#include "common/testing/testing.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("common: whole file");

TEST_CASE("whole file: bytes come back and replace what was there") {
    const TemporaryFolder folder;
    const std::string bytes("a\0b\n\xff", 5);
    write_whole(folder / "x", "longer than what follows");
    write_whole(folder / "x", bytes);
    CHECK(read_whole(folder / "x") == bytes);
    CHECK(folder.files() == 1);
}

TEST_CASE("whole file: what is not committed leaves nothing and spares the old file") {
    const TemporaryFolder folder;
    write_whole(folder / "x", "old");
    {
        const WholeFile file(folder / "x");
        std::ofstream(file.temporary()) << "half of the n";
        CHECK(folder.files() == 2);
    }
    CHECK(read_whole(folder / "x") == "old");
    CHECK(folder.files() == 1);
}

TEST_CASE("whole file: temporary names are drawn, for containers share folders and process numbers") {
    const TemporaryFolder folder;
    const WholeFile one(folder / "x"), other(folder / "x");
    CHECK(one.temporary() != other.temporary());
    CHECK(!one.temporary().string().starts_with((folder / "x.part-").string() + std::to_string(getpid())));
}

TEST_CASE("whole file: a missing folder and a folder in place of a file are named") {
    const TemporaryFolder folder;
    const std::string gone = (folder / "gone" / "x").string(), here = folder.path().string();
    CHECK(error_of([&] { write_whole(gone, "x"); }) ==
          "cannot write " + gone +
              ": No such file or directory; its folder must exist, be writable and have room");
    CHECK(error_of([&] { read_whole(gone); }) == "cannot read " + gone + ": No such file or directory");
    CHECK(error_of([&] { read_whole(here); }) == "cannot read " + here + ": Is a directory");
    CHECK(error_of([&] { write_whole(here, "x"); }).starts_with("cannot write " + here));
    CHECK(folder.files() == 0);
}

TEST_CASE("whole file: a disk that fills up is an error that spares the old file and leaves nothing") {
    const TemporaryFolder folder;
    write_whole(folder / "x", "old");
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{10'000, before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
    const std::string text = error_of([&] { write_whole(folder / "x", std::string(100'000, 'n')); });
    setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    CHECK(text.starts_with("cannot write " + (folder / "x").string() + ": File too large"));
    CHECK(read_whole(folder / "x") == "old");
    CHECK(folder.files() == 1);
}

TEST_SUITE_END();
