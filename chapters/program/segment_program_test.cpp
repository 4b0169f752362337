// Segmenting as a user runs it: figures, counts, and what is refused.
#include <nlohmann/json.hpp>

#include "common/book/chapter.hpp"
#include "common/files/data_folder.hpp"
#include "common/files/image.hpp"
#include "common/files/png_text.hpp"
#include "program/session.hpp"

using namespace cnn;
using namespace cnn::session;

namespace {

/// Bright trousers on black, 64x64.
void draw_trousers(const std::filesystem::path& file) {
    Tensor picture({.h = 64, .w = 64});
    fill(picture.view().window(20, 26, {5, 12}), real(0.7));
    fill(picture.view().window(25, 26, {21, 5}), real(0.7));
    fill(picture.view().window(25, 33, {21, 5}), real(0.7));
    write_png(file, picture);
}

const std::string cat = (data_folder() / "chelsea.png").string();

}  // namespace

TEST_SUITE_BEGIN("program");

TEST_CASE("cnn segment: masks and a legend stand beside the picture") {
    const TemporaryFolder folder;
    draw_trousers(folder / "x.png");
    const Outcome outcome = cnn_in(folder, "segment x.png");
    CHECK(outcome.status == 0);
    CHECK(outcome.err == "");
    CHECK(outcome.out.starts_with("unet_small\n"));
    CHECK(outcome.out.find("-> x.segmented.png") != std::string::npos);
    CHECK(folder.files() == 2);
    const Shape drawn = read_image(folder / "x.segmented.png").shape();
    CHECK(drawn.h > 320);
    CHECK(drawn.w > 3 * 320);
    const std::string text = description_of(read_whole(folder / "x.segmented.png"));
    CHECK(text.find("trousers") != std::string::npos);
}

TEST_CASE("cnn segment: JSON counts every pixel once") {
    const TemporaryFolder folder;
    draw_trousers(folder / "x.png");
    const Outcome outcome = cnn_in(folder, "segment x.png --json --out y.png");
    REQUIRE(outcome.status == 0);
    CHECK(folder.files() == 2);
    const auto result = nlohmann::json::parse(outcome.out);
    CHECK(result["net"] == "unet_small");
    CHECK(result["out"] == "y.png");
    int pixels = 0, trousers = 0;
    for (const auto& entry : result["classes"]) {
        pixels += entry["pixels"].get<int>();
        if (entry["label"] == "trousers") trousers = entry["pixels"];
    }
    CHECK(pixels == 64 * 64);
    CHECK(std::abs(trousers - 270) < 60);  // 5x12 + 2 legs of 21x5, and the edges
    const auto photograph = cnn_in(folder, "segment '" + cat + "' --json --out z.png");
    CHECK(nlohmann::json::parse(photograph.out)["size"]["height"] == 64);
}

TEST_CASE("cnn segment: networks that name pictures and those that name pixels are told apart") {
    const TemporaryFolder folder;
    draw_trousers(folder / "x.png");
    const std::string picture = (folder / "x.png").string();
    CHECK(complaint("segment '" + picture + "' --net lenet5") ==
          "cnn: lenet5 names the whole picture; unet_small names every pixel");
    for (const char* command : {"classify", "explain"})
        CHECK(complaint(std::string(command).append(" '").append(picture).append("' --net unet_small")) ==
              "cnn: unet_small names every pixel of a picture; `cnn segment` draws them");
    CHECK(complaint("segment none.png").starts_with("cnn: "));
    CHECK(complaint("segment '" + picture + "'", "CNN_DATA=/nowhere") ==
          "cnn: there are no weights in /nowhere; name a network with --net and its weights with --weights");
    CHECK(complaint("segment '" + picture + "' --out nowhere/x.png") ==
          "cnn: segment: there is no folder nowhere to write nowhere/x.png to");
    complaint("segment");
}

TEST_SUITE_END();
