// F16 is written as IEEE 754 has it, and what a file may not hold is refused before it is written.
#include "common/files/half.hpp"

#include <bit>
#include <limits>

#include "common/files/safetensors.hpp"
#include "common/files/temporary_folder.hpp"
#include "common/files/whole_file.hpp"
#include "common/testing/testing.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("common: safetensors");

TEST_CASE("float16: every one of its 65536 numbers comes back from float") {
    int wrong = 0;
    for (std::uint32_t i = 0; i < 65536; ++i) {
        const auto bits = std::uint16_t(i);
        const bool quiet_or_number = (bits & 0x7C00) != 0x7C00 || (bits & 0x3FF) == 0 || (bits & 0x200) != 0;
        const std::uint16_t back = half::narrowed_f16(half::widened_f16(bits));
        wrong += back != (quiet_or_number ? bits : std::uint16_t(bits | 0x200));
    }
    CHECK(wrong == 0);
}

TEST_CASE("float16: between two neighbours the nearer one is taken and in the middle the even one") {
    int wrong = 0;
    for (std::uint16_t low = 0; low < 0x7BFF; ++low) {  // positive and finite, up to the last but one
        const auto high = std::uint16_t(low + 1);
        const float middle = (half::widened_f16(low) + half::widened_f16(high)) / 2;  // exact
        const auto even = std::uint16_t(low % 2 == 0 ? low : high);
        wrong += half::narrowed_f16(std::nextafter(middle, 0.0F)) != low;
        wrong += half::narrowed_f16(middle) != even;
        wrong += half::narrowed_f16(std::nextafter(middle, 1e9F)) != high;
        wrong += half::narrowed_f16(-middle) != std::uint16_t(even | 0x8000);
    }
    CHECK(wrong == 0);
    CHECK(half::narrowed_f16(std::nextafter(65520.0F, 0.0F)) == 0x7BFF);
    CHECK(half::narrowed_f16(65520) == 0x7C00);
    CHECK(half::narrowed_f16(std::numeric_limits<float>::denorm_min()) == 0);
    CHECK(half::narrowed_f16(-0.0F) == 0x8000);
}

TEST_CASE("safetensors: saved as F16 it is half as long and comes back rounded once") {
    const TemporaryFolder folder;
    const float infinity = std::numeric_limits<float>::infinity();
    safetensors::File content;
    content.arrays["a"] = {{2, 3}, {1, -0.0F, 0.1F, infinity, 65519, 1 + 0x1p-11F}};
    content.arrays["odd"] = {{1}, {3}};
    content.arrays["scalar"] = {{}, {7}};
    safetensors::write(folder / "x", content, safetensors::Type::f16);
    const safetensors::File once = safetensors::read(folder / "x");
    CHECK(once.arrays.at("a").shape == std::vector<std::int64_t>{2, 3});
    CHECK(once.arrays.at("a").numbers == std::vector<float>{1, 0, 0x1.998p-4F, infinity, 65504, 1});
    CHECK(std::signbit(once.arrays.at("a").numbers[1]));
    CHECK(once.arrays.at("odd").numbers == std::vector<float>{3});
    CHECK(once.rounded.empty());

    // What has been rounded is not rounded again.
    safetensors::write(folder / "y", once, safetensors::Type::f16);
    CHECK(read_whole(folder / "y") == read_whole(folder / "x"));
    safetensors::write(folder / "z", once);
    CHECK(std::filesystem::file_size(folder / "z") - std::filesystem::file_size(folder / "x") >= 14);
}

TEST_CASE("safetensors: a number beyond F16 and a shape beyond any memory are refused and no file is left") {
    const TemporaryFolder folder;
    const auto said = [&](const safetensors::Array& array, safetensors::Type type) {
        const std::string name = (folder / "x").string() + ": ";
        safetensors::File content;
        content.arrays["w"] = array;
        const std::string text = error_of([&] { safetensors::write(folder / "x", content, type); });
        return text.starts_with(name) ? text.substr(name.size()) : text;
    };
    const std::int64_t half_of_all = std::int64_t{1} << 31, all = std::int64_t{1} << 62;
    CHECK(said({{2}, {1, -65520}}, safetensors::Type::f16) ==
          "\"w\" holds -65520, and F16 ends at 65504; save it as F32");
    CHECK(said({{half_of_all, half_of_all}, {}}, safetensors::Type::f32) ==
          "\"w\" has 0 numbers, its shape [2147483648, 2147483648] needs others");
    CHECK(said({{all, 4}, {}}, safetensors::Type::f32) ==
          "\"w\" has 0 numbers, its shape [4611686018427387904, 4] needs others");
    CHECK(said({{-1, -3}, {1, 2, 3}}, safetensors::Type::f32) ==
          "\"w\" has 3 numbers, its shape [-1, -3] needs others");
    CHECK(said({{0, all, 4}, {}}, safetensors::Type::f32) == "no error");
    CHECK(folder.files() == 1);
}

TEST_SUITE_END();
