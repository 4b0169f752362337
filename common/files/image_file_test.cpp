// Pictures as others write them: transparent, in 16 bits, damaged, or claiming more than they hold.
#include <stb_image_write.h>
#include <zlib.h>

#include "common/files/image.hpp"
#include "common/files/temporary_folder.hpp"
#include "common/files/whole_file.hpp"
#include "common/testing/testing.hpp"

using namespace cnn;

namespace {

std::string png_of(int height, int width, int channels, const std::string& pixels) {
    std::string png;
    const auto append = [](void* to, void* bytes, int count) {
        static_cast<std::string*>(to)->append(static_cast<const char*>(bytes), std::size_t(count));
    };
    REQUIRE(stbi_write_png_to_func(append, &png, width, height, channels, pixels.data(), 0) != 0);
    return png;
}

std::string big_endian(std::uint32_t number) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8) bytes += char(number >> shift & 255);
    return bytes;
}

std::string chunk(const std::string& content) {
    const auto sum =
        crc32(0, reinterpret_cast<const unsigned char*>(content.data()), unsigned(content.size()));
    return big_endian(std::uint32_t(content.size() - 4)) + content + big_endian(std::uint32_t(sum));
}

/// One grey pixel of 16 bits.
std::string deep_png(std::uint16_t value) {
    const std::string row{'\0', char(value >> 8), char(value & 255)};
    std::string packed(64, '\0');
    uLongf size = packed.size();
    REQUIRE(compress(reinterpret_cast<Bytef*>(packed.data()), &size,
                     reinterpret_cast<const Bytef*>(row.data()), uLong(row.size())) == Z_OK);
    const std::string header = "IHDR" + big_endian(1) + big_endian(1) + std::string("\x10\0\0\0\0", 5);
    return "\x89PNG\r\n\x1a\n" + chunk(header) + chunk("IDAT" + packed.substr(0, size)) + chunk("IEND");
}

}  // namespace

TEST_SUITE_BEGIN("common: image");

TEST_CASE("image: what is transparent shows the background, white unless another is asked for") {
    const TemporaryFolder folder;
    const std::string rgba("\0\0\0\0\0\0\0\xff\0\0\0\x33", 12);  // black: not there, there, a fifth
    write_whole(folder / "x.png", png_of(1, 3, 4, rgba));
    for (const int channels : {1, 3}) {
        const Tensor white = read_image(folder / "x.png", channels);
        const Tensor black = read_image(folder / "x.png", channels, 0);
        for (int c = 0; c < channels; ++c) {
            CHECK(white(0, 0, 0, c) == 1);
            CHECK(white(0, 0, 1, c) == 0);
            CHECK(white(0, 0, 2, c) == doctest::Approx(0.8));
            CHECK(black(0, 0, 0, c) == 0);
            CHECK(black(0, 0, 2, c) == 0);
        }
    }
    write_whole(folder / "grey.png", png_of(1, 1, 2, std::string(2, '\0')));
    CHECK(read_image(folder / "grey.png")(0, 0, 0, 2) == 1);
}

TEST_CASE("image: a pixel of 16 bits keeps its upper 8") {
    const TemporaryFolder folder;
    write_whole(folder / "x.png", deep_png(0x80FF));
    for (const int channels : {1, 3})
        CHECK(read_image(folder / "x.png", channels)(0, 0, 0, 0) == real{128} / 255);
}

TEST_CASE("image: every damaged byte of a PNG's chunks is found by their checksums") {
    const TemporaryFolder folder;
    const std::string png = png_of(2, 2, 3, "abcdefghijkl");
    const std::string name = (folder / "x.png").string();
    const std::size_t data = png.find("IDAT") + 4;
    for (std::size_t at = data; at < png.size() - 16; ++at) {
        CAPTURE(at);
        std::string damaged = png;
        damaged[at] = char(damaged[at] ^ 1);
        write_whole(name, damaged);
        CHECK(error_of([&] { read_image(name); }) ==
              name + ": a damaged PNG, the checksum of its chunk at byte " + std::to_string(data - 8) +
                  " does not hold");
    }
}

TEST_CASE("image: a JPEG of some bytes that claims 16,384 x 16,384 pixels is refused before any is decoded") {
    const TemporaryFolder folder;
    const std::string name = (folder / "x.jpg").string();
    write_whole(
        name,
        std::string("\xff\xd8\xff\xc0\0\x11\x08\x40\0\x40\0\x03\x01\x22\0\x02\x11\x01\x03\x11\x01", 21) +
            std::string(2000, '\0'));
    CHECK(
        error_of([&] { read_image(name); }) ==
        name +
            ": the picture claims 16384x16384 pixels; at most 100000000 in all are read, so shrink it first");
}

TEST_CASE("image: a panorama wider than 16,384 pixels is read") {
    const TemporaryFolder folder;
    const std::string name = (folder / "x.png").string();
    Tensor wide({.h = 2, .w = 20'000, .c = 1});
    wide(0, 1, 19'999, 0) = 1;
    write_png(name, wide);
    CHECK(read_image(name, 1) == wide);
}

TEST_SUITE_END();
