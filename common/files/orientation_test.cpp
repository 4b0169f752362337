#include "common/files/orientation.hpp"

#include "common/testing/testing.hpp"

using namespace cnn;

namespace {

/// The beginning of a JPEG whose EXIF holds this orientation, in either byte order.
std::string jpeg_turned(int orientation, bool big) {
    const auto number = [big](unsigned value, int count) {
        std::string bytes;
        for (int k = 0; k < count; ++k) bytes += char(value >> 8 * (big ? count - 1 - k : k) & 255);
        return bytes;
    };
    const std::string tiff = std::string(big ? "MM" : "II") + number(42, 2) + number(8, 4) + number(2, 2) +
                             number(0x010F, 2) + number(2, 2) + number(4, 4) + "abc" + '\0' +
                             number(0x0112, 2) + number(3, 2) + number(1, 4) +
                             number(unsigned(orientation), 2) + number(0, 2) + number(0, 4);
    const std::string exif = std::string("Exif\0\0", 6) + tiff;
    return std::string("\xFF\xD8\xFF\xE0\0\4ab", 8) + "\xFF\xE1" + '\0' + char(exif.size() + 2) + exif +
           std::string("\xFF\xDA\0\2", 4);
}

}  // namespace

TEST_SUITE_BEGIN("common: image");

TEST_CASE("image: a JPEG says how its camera was held") {
    for (int orientation = 1; orientation <= 8; ++orientation)
        for (const bool big : {false, true})
            CHECK(orientation_of(jpeg_turned(orientation, big)) == orientation);
    CHECK(orientation_of(jpeg_turned(9, true)) == 1);
    CHECK(orientation_of("") == 1);
    CHECK(orientation_of("\x89PNG and so on") == 1);
    const std::string whole = jpeg_turned(6, true);
    for (std::size_t cut = 0; cut < whole.size(); ++cut) {
        const int found = orientation_of(std::string_view(whole).substr(0, cut));
        CHECK((found == 1 || found == 6));
    }
}

TEST_CASE("image: a picture is turned upright as EXIF means it") {
    const Tensor picture = slide("1 2 3\n 4 5 6");
    CHECK(upright(picture, 1) == picture);
    CHECK(upright(picture, 2) == slide("3 2 1\n 6 5 4"));  // mirrored
    CHECK(upright(picture, 3) == slide("6 5 4\n 3 2 1"));  // half a turn
    CHECK(upright(picture, 4) == slide("4 5 6\n 1 2 3"));
    CHECK(upright(picture, 5) == slide("1 4\n 2 5\n 3 6"));
    CHECK(upright(picture, 6) == slide("4 1\n 5 2\n 6 3"));  // a quarter turn clockwise
    CHECK(upright(picture, 7) == slide("6 3\n 5 2\n 4 1"));
    CHECK(upright(picture, 8) == slide("3 6\n 2 5\n 1 4"));  // a quarter turn back
    CHECK(error_of([&] { upright(picture, 0); }).find("no orientation 0") != std::string::npos);
}

TEST_SUITE_END();
