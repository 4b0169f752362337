// A file of unknown origin either loads or gives one line that says what is wrong with it.
#include "common/files/safetensors.hpp"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include "common/files/temporary_folder.hpp"
#include "common/files/whole_file.hpp"
#include "common/testing/testing.hpp"

using namespace cnn;

namespace {

std::string file_of(const std::string& header, const std::string& data, std::uint64_t length) {
    std::string bytes(8, '\0');
    std::memcpy(bytes.data(), &length, 8);
    return bytes + header + data;
}

std::string file_of(const std::string& header, const std::string& data = "") {
    return file_of(header, data, header.size());
}

/// What read() says about these bytes, the file's name left out.
std::string said_of(const std::string& bytes) {
    const TemporaryFolder folder;
    write_whole(folder / "x", bytes);
    const std::string name = (folder / "x").string() + ": ";
    const std::string text = error_of([&] { safetensors::read(folder / "x"); });
    CHECK((text == "no error" || text.starts_with(name)));
    CHECK(text.find('\n') == std::string::npos);
    CHECK(text.size() < 500);
    return text == "no error" ? text : text.substr(name.size());
}

std::string tensor(const std::string& name, const std::string& shape, const std::string& offsets,
                   const std::string& type = "F32") {
    return '"' + name + R"(": {"dtype": ")" + type + R"(", "shape": )" + shape + R"(, "data_offsets": )" +
           offsets + '}';
}

std::string of_one(const std::string& shape, const std::string& offsets, const std::string& type = "F32") {
    return said_of(file_of('{' + tensor("w", shape, offsets, type) + '}', std::string(24, '\0')));
}

}  // namespace

TEST_SUITE_BEGIN("common: safetensors");

TEST_CASE("safetensors: what is written comes back to the last bit") {
    const TemporaryFolder folder;
    safetensors::File content;
    content.metadata = {{"seed", "7"}, {"note", "\"quoted\" \n and é"}};
    const float infinity = std::numeric_limits<float>::infinity();
    content.arrays["a"] = {{2, 3}, {1, -0.0F, 3.5e-42F, infinity, -infinity, 0.1F}};
    content.arrays["scalar"] = {{}, {7}};
    content.arrays["none"] = {{0, 4}, {}};
    safetensors::write(folder / "x", content);
    const safetensors::File back = safetensors::read(folder / "x");
    CHECK(back.metadata == content.metadata);
    REQUIRE(back.arrays.size() == 3);
    for (const auto& [name, array] : content.arrays) {
        CHECK(back.arrays.at(name).shape == array.shape);
        CHECK(back.arrays.at(name).numbers == array.numbers);
    }
    CHECK(std::signbit(back.arrays.at("a").numbers[1]));
}

TEST_CASE("safetensors: the same content gives the same bytes and numbers start at a multiple of 8") {
    const TemporaryFolder folder;
    for (std::size_t more = 0; more < 9; ++more) {
        safetensors::File content;
        content.metadata["m"] = std::string(more, 'x');
        content.arrays["a"] = {{1}, {1}};
        safetensors::write(folder / "x", content);
        safetensors::write(folder / "y", content);
        const std::string bytes = read_whole(folder / "x");
        CHECK(read_whole(folder / "y") == bytes);
        CHECK((bytes.size() - sizeof(float)) % 8 == 0);
    }
}

TEST_CASE("safetensors: float16 is widened exactly for all of its 65536 numbers") {
    std::string data(2 * 65536, '\0');
    for (std::uint32_t i = 0; i < 65536; ++i) {
        const auto bits = std::uint16_t(i);
        std::memcpy(data.data() + 2 * std::size_t(i), &bits, 2);
    }
    const TemporaryFolder folder;
    write_whole(folder / "x", file_of('{' + tensor("w", "[65536]", "[0, 131072]", "F16") + '}', data));
    const std::vector<float> numbers = safetensors::read(folder / "x").arrays.at("w").numbers;
    int wrong = 0;
    for (int i = 0; i < 65536; ++i) {
        const int exponent = i >> 10 & 31, fraction = i & 1023;
        const double sign = i >> 15 ? -1 : 1;
        const auto number = double(numbers[std::size_t(i)]);
        if (exponent == 31 && fraction != 0)
            wrong += !std::isnan(number);
        else if (exponent == 31)
            wrong += number != sign * std::numeric_limits<double>::infinity();
        else if (exponent == 0)
            wrong += number != sign * std::ldexp(fraction, -24);
        else
            wrong += number != sign * std::ldexp(1024 + fraction, exponent - 25);
    }
    CHECK(wrong == 0);
}

TEST_CASE("safetensors: bfloat16 is the upper half of a float") {
    const TemporaryFolder folder;
    write_whole(folder / "x", file_of('{' + tensor("w", "[2]", "[0, 4]", "BF16") + '}',
                                      std::string("\xc0\x3f\x80\xff", 4)));
    const std::vector<float> numbers = safetensors::read(folder / "x").arrays.at("w").numbers;
    CHECK(numbers[0] == 1.5F);
    CHECK(numbers[1] == -std::numeric_limits<float>::infinity());
}

TEST_CASE("safetensors: tensors of other types are named but not read") {
    const TemporaryFolder folder;
    write_whole(folder / "x", file_of('{' + tensor("n", "[]", "[0, 8]", "I64") + '}', std::string(8, '\0')));
    const safetensors::File file = safetensors::read(folder / "x");
    CHECK(file.arrays.empty());
    CHECK(file.others.at("n") == "I64");
}

TEST_CASE("safetensors: hostile lengths of the header") {
    CHECK(said_of("") == "too short for a safetensors file (0 bytes)");
    CHECK(said_of("1234567") == "too short for a safetensors file (7 bytes)");
    CHECK(said_of(file_of("{}", "", 3)) ==
          "the header claims 3 bytes, but the file has only 2 more; it is truncated or no safetensors file");
    CHECK(said_of(file_of("{}", "", ~std::uint64_t{0}))
              .starts_with("the header claims 18446744073709551615 bytes"));
    CHECK(said_of(file_of("{}", "", 0)) == "the header is no JSON (at its byte 1)");
}

TEST_CASE("safetensors: headers that are no JSON or no object or nested to exhaust the stack") {
    CHECK(said_of(file_of("{\"a\": ")) == "the header is no JSON (at its byte 7)");
    CHECK(said_of(file_of("{\"\xff\": 1}")).starts_with("the header is no JSON"));
    CHECK(said_of(file_of("{} {}")).starts_with("the header is no JSON"));
    CHECK(said_of(file_of("[1]")) == "the header is no JSON object");
    CHECK(said_of(file_of(std::string(1'000'000, '['))) == "the header is nested too deeply");
    CHECK(said_of(file_of("{}")) == "no error");
}

TEST_CASE("safetensors: entries that lack something or say it wrongly") {
    CHECK(said_of(file_of(R"({"w": 3})")) == "\"w\" lacks dtype, shape or data_offsets");
    CHECK(said_of(file_of(R"({"w": {"dtype": "F32", "shape": []}})")) ==
          "\"w\" lacks dtype, shape or data_offsets");
    CHECK(said_of(file_of(R"({"w": {"dtype": 32, "shape": [], "data_offsets": [0, 0]}})")) ==
          "\"w\": dtype is no text");
    CHECK(said_of(file_of(R"({"__metadata__": {"a": 1}})")) == "__metadata__: \"a\" is no text");
    CHECK(said_of(file_of(R"({"__metadata__": []})")) == "__metadata__ is no JSON object");
}

TEST_CASE("safetensors: shapes that are no counts or overflow") {
    for (const char* shape :
         {"[-6]", "[6.0]", "[\"6\"]", "[null]", "[[6]]", "[1e3]", "[99999999999999999999]"}) {
        CAPTURE(std::string(shape));
        CHECK(of_one(shape, "[0, 24]") == "\"w\": a length of the shape is no number 0, 1, 2, ...");
    }
    CHECK(of_one("[NaN]", "[0, 24]").starts_with("the header is no JSON"));
    CHECK(of_one("6", "[0, 24]") == "\"w\": shape is no list");
    for (const char* shape : {"[4294967296, 4294967296]", "[4611686018427387904]",
                              "[18446744073709551615, 2]", "[0, 18446744073709551615]"})
        CHECK(of_one(shape, "[0, 24]") == "\"w\": the shape needs more numbers than the file holds");
    CHECK(of_one("[25]", "[0, 24]") == "\"w\": the shape needs 100 bytes of F32, data_offsets give 24");
    CHECK(of_one("[5]", "[0, 24]") == "\"w\": the shape needs 20 bytes of F32, data_offsets give 24");
    CHECK(of_one("[6]", "[0, 24]", "F16") == "\"w\": the shape needs 12 bytes of F16, data_offsets give 24");
}

TEST_CASE("safetensors: offsets that are no two counts or point outside of the file") {
    for (const char* offsets : {"[-4, 20]", "[0, 24.0]", "[0]", "[0, 12, 24]", "{}", "24"})
        CHECK(of_one("[6]", offsets) == "\"w\": data_offsets are no two numbers 0, 1, 2, ...");
    CHECK(of_one("[6]", "[0, 1e400]") == "a number of the header is out of range");
    CHECK(of_one("[6]", "[4, 28]") == "\"w\": data_offsets 4 to 28 are outside of the 24 bytes of data");
    CHECK(of_one("[6]", "[24, 0]") == "\"w\": data_offsets 24 to 0 are outside of the 24 bytes of data");
    CHECK(of_one("[1]", "[18446744073709551612, 0]").find("are outside of the 24 bytes") !=
          std::string::npos);
}

TEST_CASE("safetensors: two tensors in one place or of one name") {
    const std::string data(24, '\0');
    CHECK(said_of(file_of('{' + tensor("a", "[4]", "[0, 16]") + ", " + tensor("b", "[3]", "[12, 24]") + '}',
                          data)) == "two tensors overlap at byte 12 of the data");
    CHECK(said_of(file_of('{' + tensor("a", "[2]", "[0, 8]") + ", " + tensor("a", "[2]", "[8, 16]") + '}',
                          data)) == "two tensors are called \"a\"");
    CHECK(said_of(file_of('{' + tensor("a", "[2]", "[0, 8]") + ", " + tensor("b", "[2]", "[16, 24]") + '}',
                          data)) == "no tensor has the bytes 8 to 16 of the data");
}

TEST_CASE("safetensors: a hostile name reaches the terminal as harmless text") {
    CHECK(said_of(file_of(R"({"\u001b[2J\n": 1})")) == "\"?[2J?\" lacks dtype, shape or data_offsets");
    CHECK(said_of(file_of("{\"" + std::string(5000, 'x') + "\": 1}")).size() < 200);
}

TEST_CASE("safetensors: a thousand truncations and thousands of mutations load or throw an Error") {
    const TemporaryFolder folder;
    safetensors::File content;
    content.metadata["seed"] = "1";
    content.arrays["conv.weight"] = {{2, 1, 3, 3}, std::vector<float>(18, 0.5F)};
    content.arrays["conv.bias"] = {{2}, {1, 2}};
    safetensors::write(folder / "x", content);
    const std::string valid = read_whole(folder / "x");

    const auto read = [&](const std::string& bytes) {
        // Replacing a file waits for the disk; making one does not.
        std::filesystem::remove(folder / "y");
        write_whole(folder / "y", bytes);
        const std::string text = error_of([&] { safetensors::read(folder / "y"); });
        CHECK(text.find('\n') == std::string::npos);
        return text;
    };
    for (std::size_t length = 0; length < valid.size(); ++length)
        CHECK(read(valid.substr(0, length)) != "no error");

    // Mutations that keep the header mostly JSON get further than plain noise.
    Random random(1);
    static constexpr std::string_view pieces[] = {
        "0",   "-1",  "[", "]",    "{",         "}",       "\"",  ",", "null", "1e9", "18446744073709551615",
        "F16", "I64", ":", "[[[[", "conv.bias", "\\u0000", "\xff"};
    int loaded = 0;
    for (int i = 0; i < 4000; ++i) {
        std::string bytes = valid;
        for (int edits = 1 + random.below(3); edits > 0; --edits) {
            const auto place = std::size_t(random.below(int(bytes.size())));
            const std::string_view piece = pieces[std::size_t(random.below(int(std::size(pieces))))];
            switch (random.below(4)) {
                case 0:
                    bytes[place] = char(random.below(256));
                    break;
                case 1:
                    bytes.replace(place, std::min(piece.size(), bytes.size() - place), piece);
                    break;
                case 2:
                    bytes.insert(place, piece);
                    break;
                default:
                    bytes.erase(place, std::size_t(1 + random.below(8)));
            }
        }
        loaded += read(bytes) == "no error";
    }
    CHECK(loaded > 100);  // some only change numbers or names
    CHECK(loaded < 3000);
}

TEST_SUITE_END();
