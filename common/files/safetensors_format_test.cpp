// What the format forbids is refused, and what it allows loads, in time that follows the file's size.
#include <chrono>
#include <cmath>
#include <cstring>

#include "common/files/safetensors.hpp"
#include "common/files/temporary_folder.hpp"
#include "common/files/whole_file.hpp"
#include "common/testing/testing.hpp"

using namespace cnn;

namespace {

std::string entry(const std::string& type, const std::string& shape, std::size_t begin, std::size_t end) {
    return R"({"dtype":")" + type + R"(","shape":)" + shape + R"(,"data_offsets":[)" + std::to_string(begin) +
           ',' + std::to_string(end) + "]}";
}

safetensors::File read(const std::string& header, const std::string& data) {
    const TemporaryFolder folder;
    std::string bytes(8, '\0');
    const std::uint64_t length = header.size();
    std::memcpy(bytes.data(), &length, 8);
    write_whole(folder / "x", bytes + header + data);
    return safetensors::read(folder / "x");
}

std::string said_of(const std::string& header, const std::string& data) {
    const std::string text = error_of([&] { read(header, data); });
    return text == "no error" ? text : text.substr(text.find(": ") + 2);
}

}  // namespace

TEST_SUITE_BEGIN("common: safetensors");

TEST_CASE("safetensors: empty tensors and unknown types stand beside what is read") {
    const std::string header = R"({"none":)" + entry("F32", "[0, 1000]", 0, 0) + R"(,"new":)" +
                               entry("F4", "[16]", 0, 8) + R"(,"w":)" + entry("F32", "[1]", 8, 12) + '}';
    const safetensors::File file = read(header, std::string(8, '\0') + std::string("\0\0\xc0\x3f", 4));
    CHECK(file.arrays.at("w").numbers == std::vector<float>{1.5F});
    CHECK(file.arrays.at("none").shape == std::vector<std::int64_t>{0, 1000});
    CHECK(file.arrays.at("none").numbers.empty());
    CHECK(file.others.at("new") == "F4");
}

TEST_CASE("safetensors: float64 is rounded, and the file says which tensors were") {
    const double third = 1.0 / 3;
    std::string data(8, '\0');
    std::memcpy(data.data(), &third, 8);
    const safetensors::File file = read(R"({"w":)" + entry("F64", "[1]", 0, 8) + '}', data);
    CHECK(file.arrays.at("w").numbers == std::vector<float>{1.0F / 3});
    CHECK(file.rounded == std::vector<std::string>{"w"});
}

TEST_CASE("safetensors: bytes that belong to no tensor are refused") {
    const std::string one = R"({"w":)" + entry("F32", "[1]", 0, 4) + '}';
    CHECK(said_of(one, "1234") == "no error");
    CHECK(said_of(one, "12345678") == "no tensor has the bytes 4 to 8 of the data");
    CHECK(said_of("{}", "1234") == "no tensor has the bytes 0 to 4 of the data");
    CHECK(said_of(R"({"w":)" + entry("F32", "[1]", 4, 8) + '}', "12345678") ==
          "no tensor has the bytes 0 to 4 of the data");
}

TEST_CASE("safetensors: repeated fields and a byte order mark are refused") {
    CHECK(said_of(R"({"w":{"dtype":"F32","dtype":"F32","shape":[],"data_offsets":[0,4]}})", "1234") ==
          "an entry says twice \"dtype\"");
    CHECK(said_of(R"({"__metadata__":{"a":"1","a":"2"}})", "") == "an entry says twice \"a\"");
    const std::string text = "\xEF\xBB\xBF{\"w\":" + entry("F32", "[]", 0, 4) + '}';
    CHECK(said_of(text, "1234").starts_with("the header begins with something else than {"));
    CHECK(said_of(' ' + text.substr(3), "1234").starts_with("the header begins with something else than {"));
}

TEST_CASE("safetensors: sixty thousand tensors load within seconds") {
    const std::size_t count = 60'000;
    std::string header = "{";
    for (std::size_t i = 0; i < count; ++i)
        header += (i ? ",\"t" : "\"t") + std::to_string(i) + "\":" + entry("F32", "[1]", 4 * i, 4 * i + 4);
    const auto start = std::chrono::steady_clock::now();
    const safetensors::File file = read(header + '}', std::string(4 * count, '\0'));
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    CHECK(file.arrays.size() == count);
    CHECK(taken.count() < 10);  // a reader that looks back at every tensor takes over a minute
}

TEST_SUITE_END();
