// cnn classify and cnn explain on pictures of every kind: an answer, or one line.
#include <nlohmann/json.hpp>

#include "common/files/image.hpp"
#include "program/picture_bytes.hpp"
#include "program/session.hpp"

using namespace cnn;
using namespace cnn::session;

namespace {

/// What is written about x.png: nothing beside the answer.
Outcome answered(const TemporaryFolder& folder, const std::string& arguments) {
    Outcome outcome = cnn_in(folder, arguments);
    CAPTURE(arguments);
    CHECK(outcome.status == 0);
    CHECK(outcome.err == "");
    return outcome;
}

}  // namespace

TEST_SUITE_BEGIN("program");

TEST_CASE("cnn: one pixel, grey, alpha, 16 bits, long and turned pictures are answered by every network") {
    const TemporaryFolder folder;
    const std::string kinds[] = {png_bytes(1, 1, 8, 0, 1, 'x'),
                                 png_bytes(1, 1, 16, 6, 8, 'x'),
                                 png_bytes(300, 2, 8, 2, 3, 'x'),
                                 png_bytes(9, 40, 8, 6, 4, 'x'),
                                 png_bytes(30, 20, 16, 0, 2, 'x'),
                                 png_bytes(20, 30, 16, 6, 8, 'x'),
                                 png_bytes(56, 56, 8, 0, 1, 0),
                                 png_bytes(40, 40, 8, 4, 2, 0),
                                 jpeg_bytes(40, 24, 6),
                                 jpeg_bytes(1, 1, 8)};
    for (const std::string& bytes : kinds) {
        write_whole(folder / "any", bytes);
        for (const char* net : {"", " --net lenet5", " --net garment_finder", " --net resnet20_cifar10"})
            answered(folder, std::string("classify any") + net);
        answered(folder, "explain any --method grad-cam,saliency --out x.png");
    }
    CHECK(folder.files() == 2);
}

TEST_CASE("cnn explain: all methods answer on one pixel, on a long picture and on a turned one") {
    const TemporaryFolder folder;
    for (const std::string& bytes :
         {png_bytes(1, 1, 16, 6, 8, 'x'), png_bytes(300, 2, 8, 2, 3, 'x'), jpeg_bytes(40, 24, 6)}) {
        write_whole(folder / "any", bytes);
        answered(folder, "explain any --net garment_finder --method all --out x.png");
    }
    // And the whole of a picture that no network could see whole is refused.
    write_whole(folder / "any", png_bytes(16'000, 1, 8, 2, 3, 'x'));
    const Outcome whole = cnn_in(folder, "explain any --net garment_finder --whole --out y.png");
    CHECK(whole.err ==
          "cnn: --whole: the picture becomes 64x1024000 pixels for garment_finder; a less elongated one is "
          "needed\n");
    CHECK(folder.files() == 2);
}

TEST_CASE("cnn classify: a picture that its camera turned is classified upright") {
    const TemporaryFolder folder;
    write_whole(folder / "turned.jpg", jpeg_bytes(40, 24, 6));
    const Tensor upright = read_image(folder / "turned.jpg");
    CHECK(upright.shape() == Shape{.h = 40, .w = 24, .c = 3});
    write_png(folder / "upright.png", upright);
    write_whole(folder / "lying.jpg", jpeg_bytes(40, 24, 1));
    const auto top = [&](const std::string& picture) {
        return nlohmann::json::parse(
            answered(folder, "classify " + picture + " --net lenet5 --json").out)["top"];
    };
    CHECK(top("turned.jpg") == top("upright.png"));
    CHECK(top("turned.jpg") != top("lying.jpg"));
}

TEST_CASE("cnn classify: 16 million pixels are answered, and more than 100 million are refused unread") {
    const TemporaryFolder folder;
    write_whole(folder / "large.png", png_bytes(4000, 4000, 8, 0, 1, 'x'));
    answered(folder, "classify large.png --net lenet5");
    write_whole(folder / "larger.jpg", jpeg_bytes(8, 8, 1));
    std::string claims = read_whole(folder / "larger.jpg");
    const std::size_t frame = claims.find("\xFF\xC0");
    REQUIRE(frame != std::string::npos);
    claims.replace(frame + 5, 4, std::string("\x40\0\x40\0", 4));  // height and width
    write_whole(folder / "larger.jpg", claims);
    const Outcome refused = cnn_in(folder, "classify larger.jpg --net lenet5");
    CHECK(refused.err.starts_with(
        "cnn: larger.jpg: the picture claims 16384x16384 pixels; at most 100000000 "));
    CHECK(std::ranges::count(refused.err, '\n') == 1);
}

TEST_SUITE_END();
