#include "common/files/image.hpp"

#include <limits>

#include "common/files/data_folder.hpp"
#include "common/files/temporary_folder.hpp"
#include "common/files/whole_file.hpp"
#include "common/testing/testing.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("common: image");

TEST_CASE("image: a PNG gives back every one of its 256 values in grey and in colour") {
    const TemporaryFolder folder;
    for (const int channels : {1, 3}) {
        Tensor image({.h = 16, .w = 16, .c = channels});
        for (int i = 0; i < 256; ++i)
            for (int c = 0; c < channels; ++c) image(0, i / 16, i % 16, c) = real((i + 85 * c) % 256) / 255;
        write_png(folder / "x.png", image);
        CHECK(read_image(folder / "x.png", channels) == image);
    }
    CHECK(folder.files() == 1);
}

TEST_CASE("image: writing clamps to 0 and 1 and makes a NaN black") {
    const TemporaryFolder folder;
    const real nan = std::numeric_limits<real>::quiet_NaN();
    Tensor image = slide("-3 0 0.5 1 7 0 0");
    image(0, 0, 5, 0) = nan;
    image(0, 0, 6, 0) = std::numeric_limits<real>::infinity();
    write_png(folder / "x.png", image);
    const Tensor back = read_image(folder / "x.png", 1);
    CHECK(back(0, 0, 0, 0) == 0);
    CHECK(back(0, 0, 2, 0) == real{128} / 255);
    CHECK(back(0, 0, 4, 0) == 1);
    CHECK(back(0, 0, 5, 0) == 0);
    CHECK(back(0, 0, 6, 0) == 1);
}

TEST_CASE("image: a window is written without a copy") {
    const TemporaryFolder folder;
    const Tensor image = slide("0 1 0 \n 1 0 1 \n 0 1 1");
    write_png(folder / "x.png", image.view().window(1, 1, 2));
    CHECK(read_image(folder / "x.png", 1) == slide("0 1 \n 1 1"));
}

TEST_CASE("image: the cat of data/ is 385x256 in colour") {
    const Tensor cat = read_image(data_folder() / "chelsea.png");
    CHECK(cat.shape() == Shape{.h = 256, .w = 385, .c = 3});
}

TEST_CASE("image: no file and no picture and a damaged one are named") {
    const TemporaryFolder folder;
    const std::string name = (folder / "x.png").string();
    CHECK(error_of([&] { read_image(name); }) == "cannot read " + name + ": No such file or directory");
    write_whole(name, "this is no picture");
    CHECK(error_of([&] { read_image(name); }).starts_with(name + ": not a PNG or JPEG that can be read"));
    write_whole(name, "");
    CHECK(error_of([&] { read_image(name); }).starts_with(name + ": not a PNG or JPEG that can be read"));
    write_png(name, small_integers({.h = 20, .w = 20, .c = 3}));
    write_whole(name, read_whole(name).substr(0, 60));
    CHECK(error_of([&] { read_image(name); }).starts_with(name + ": not a PNG or JPEG that can be read"));
    CHECK(error_of([&] { read_image(name, 2); }) ==
          "read_image: 2 channels asked for; it must be 1 (grey) or 3 (RGB)");
}

TEST_CASE("image: mutated and truncated PNGs load or throw an Error") {
    const TemporaryFolder folder;
    write_png(folder / "x.png", small_integers({.h = 7, .w = 9, .c = 3}));
    const std::string valid = read_whole(folder / "x.png");
    Random random(1);
    for (int i = 0; i < 200; ++i) {
        std::string bytes = valid.substr(0, std::size_t(random.below(int(valid.size()) + 1)));
        if (i % 2) bytes = valid;
        for (int edits = i % 4; edits > 0 && !bytes.empty(); --edits)
            bytes[std::size_t(random.below(int(bytes.size())))] = char(random.below(256));
        // Replacing a file waits for the disk; making one does not.
        std::filesystem::remove(folder / "y.png");
        write_whole(folder / "y.png", bytes);
        CHECK(error_of([&] { read_image(folder / "y.png"); }).find('\n') == std::string::npos);
    }
}

TEST_CASE("image: only one image of 1 or 3 channels can be written and only where a folder is") {
    const TemporaryFolder folder;
    CHECK(error_of([&] { write_png("x.png", Tensor({.h = 2, .w = 2, .c = 2})); }) ==
          "write_png: x.png cannot hold 1x2x2x2; a picture is one image of 1 (grey) or 3 (RGB) channels");
    CHECK(error_of([&] {
              write_png(folder / "gone" / "x.png", Tensor({.c = 3}));
          }).starts_with("cannot write " + (folder / "gone" / "x.png").string()));
    CHECK(folder.files() == 0);
}

TEST_CASE("image: resizing has half-pixel centres as TensorFlow issue 26278 and PyTorch have it (S8)") {
    const Tensor wide = resize(slide("6 7 \n 11 12"), {4, 4});
    CHECK(wide == slide(R"(  6     6.25  6.75  7
                             7.25  7.5   8     8.25
                             9.75 10    10.5  10.75
                            11    11.25 11.75 12 )"));
    CHECK(resize(slide("1 3 5 7"), {1, 2}) == slide("2 6"));
    const Tensor image = small_integers({.n = 2, .h = 3, .w = 5, .c = 4});
    CHECK(resize(image, {3, 5}) == image);
    CHECK(error_of([&] {
              resize(image, {0, 3});
          }) == "resize: the size 0x3 is empty; it must be at least 1x1");
}

TEST_CASE("image: the central crop rounds half to even as Python does") {
    Tensor image({.h = 1, .w = 385});
    for (int w = 0; w < 385; ++w) image(0, 0, w, 0) = real(w);
    CHECK(center_crop(image, {1, 224})(0, 0, 0, 0) == 80);                               // 80.5
    CHECK(center_crop(image.view().window(0, 0, {1, 227}), {1, 224})(0, 0, 0, 0) == 2);  // 1.5
    CHECK(error_of([&] { center_crop(image, 2); }) ==
          "center_crop: 2x2 does not fit into an image of 1x385; resize it first");
}

TEST_CASE("image: stretching fills 0 to 1 and makes a constant black") {
    CHECK(stretched(slide("-2 0 2 6")) == slide("0 0.25 0.5 1"));
    CHECK(stretched(slide("3 3 3")) == slide("0 0 0"));
}

TEST_SUITE_END();
