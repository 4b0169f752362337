#include "common/files/npy.hpp"

#include "common/files/temporary_folder.hpp"
#include "common/files/whole_file.hpp"
#include "common/testing/testing.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("common: npy");

TEST_CASE("npy: the header says the shape and the numbers follow in rows") {
    const TemporaryFolder folder;
    write_npy(folder / "x.npy", slide("1 2 3\n -4 0.5 6"));
    const std::string bytes = read_whole(folder / "x.npy");
    REQUIRE(bytes.size() > 10);
    const std::size_t length =
        std::size_t(std::uint8_t(bytes[8])) + 256 * std::size_t(std::uint8_t(bytes[9]));
    CHECK(bytes.starts_with("\x93NUMPY\x01"));
    CHECK((10 + length) % 64 == 0);
    CHECK(bytes[10 + length - 1] == '\n');
    CHECK(bytes.find("'descr': '<f4'") != std::string::npos);
    CHECK(bytes.find("'shape': (2, 3), }") != std::string::npos);
    REQUIRE(bytes.size() == 10 + length + 6 * 4);
    CHECK(bytes.substr(10 + length, 4) == std::string("\x00\x00\x80\x3f", 4));       // 1
    CHECK(bytes.substr(10 + length + 12, 4) == std::string("\x00\x00\x80\xc0", 4));  // -4
    CHECK(folder.files() == 1);
    CHECK(error_of([&] { write_npy(folder / "y.npy", Tensor({.n = 2})); }).find("one map") !=
          std::string::npos);
}

TEST_SUITE_END();
