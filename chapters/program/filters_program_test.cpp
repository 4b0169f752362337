// `cnn filters` as a user runs it.
#include <nlohmann/json.hpp>

#include "common/files/data_folder.hpp"
#include "common/files/image.hpp"
#include "common/files/png_text.hpp"
#include "program/session.hpp"

using namespace cnn;
using namespace cnn::session;

namespace {

/// A picture with one bright square.
void draw_square(const std::filesystem::path& file, int top, int left) {
    Tensor picture({.h = 40, .w = 40, .c = 3});
    fill(picture.view().window(top, left, {12, 12}), real(0.9));
    write_png(file, picture);
}

}  // namespace

TEST_SUITE_BEGIN("program");

TEST_CASE("cnn filters: first filters and patches by depth become one figure") {
    const TemporaryFolder folder;
    const Outcome outcome = cnn_in(folder, "filters lenet5 --data nowhere");
    CHECK(outcome.status == 0);
    CHECK(outcome.err == "");
    CHECK(outcome.out.starts_with("lenet5, 64 pictures of Fashion-MNIST's first 64\n"));
    for (const char* word : {"relu1", "5x5 pixels", "relu2", "14x14 pixels", "fc3", "the whole picture"})
        CHECK(outcome.out.find(word) != std::string::npos);
    CHECK(outcome.out.ends_with("-> lenet5.filters.png\n"));
    CHECK(folder.files() == 1);
    CHECK(read_image(folder / "lenet5.filters.png").shape().w > 900);
    CHECK(description_of(read_whole(folder / "lenet5.filters.png")).find("relu2 sees 14x14 pixels") !=
          std::string::npos);
}

TEST_CASE("cnn filters: JSON names the pictures and the parts of them that units saw") {
    const TemporaryFolder folder;
    std::filesystem::create_directory(folder / "a");
    std::filesystem::create_directory(folder / "b");
    draw_square(folder / "a/1.png", 2, 2);
    draw_square(folder / "b/2.png", 20, 20);
    write_whole(folder / "b/notes.txt", "no picture");
    const Outcome outcome = cnn_in(
        folder, "filters resnet20_cifar10 --images . --layer layer1.2,layer3.2 --best 2 --json --out x.png");
    REQUIRE(outcome.status == 0);
    const auto result = nlohmann::json::parse(outcome.out);
    CHECK(result["pictures"] == 2);
    CHECK(result["filters"]["count"] == 16);
    CHECK(result["filters"]["waves"].get<double>() > 0.7);
    CHECK(result["layers"].size() == 2);
    CHECK(result["layers"][0]["units"].size() == 16);
    for (const auto& layer : result["layers"])
        for (const auto& unit : layer["units"]) {
            CHECK(unit["best"].size() == 2);
            CHECK(unit["best"][0]["value"].get<double>() >= unit["best"][1]["value"].get<double>());
            CHECK(unit["best"][0]["picture"] != unit["best"][1]["picture"]);
            CHECK(unit["best"][0]["field"]["height"].get<int>() <= 32);
        }
    // The same on one thread, and although the figure lies among the pictures now.
    const Outcome alone = cnn_in(folder,
                                 "filters resnet20_cifar10 --images . --layer layer1.2,layer3.2 --best 2 "
                                 "--json --out x.png --threads 1");
    CHECK((alone.out == outcome.out));  // too long to print
}

TEST_CASE("cnn filters: wrong use is told in a line") {
    CHECK(complaint("filters resnet20_cifar10") ==
          "cnn: filters: resnet20_cifar10 was trained on CIFAR-10; name a folder of pictures with --images");
    CHECK(complaint("filters lenet5 --images /nowhere")
              .starts_with("cnn: filters: cannot read the folder /nowhere: "));
    CHECK(complaint("filters lenet5 --images .") == "cnn: filters: there is no .png, .jpg or .jpeg in .");
    CHECK(complaint("filters lenet6").starts_with("cnn: "));
    CHECK(complaint("filters lenet5 --layer relu9").find("relu1") != std::string::npos);
    CHECK(complaint("filters lenet5 --layer labels") ==
          "cnn: filters: \"labels\" is no layer of the picture");
    CHECK(complaint("filters lenet5 --best 0") == "cnn: filters: --best 0; it must be from 1 to 100");
    CHECK(complaint("filters lenet5 --units 0") == "cnn: filters: --units 0; it must be from 1 to 100");
    CHECK(complaint("filters vgg16 --images .").starts_with("cnn: there are no weights "));
    CHECK(complaint("filters lenet5 --out nowhere/x.png") ==
          "cnn: filters: there is no folder nowhere to write nowhere/x.png to");
    complaint("filters");
}

TEST_SUITE_END();
