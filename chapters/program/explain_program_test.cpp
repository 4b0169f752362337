// cnn explain as a user runs it: figures, raw maps, names.
#include <nlohmann/json.hpp>

#include "common/files/data_folder.hpp"
#include "common/files/image.hpp"
#include "common/files/png_text.hpp"
#include "common/report/page.hpp"
#include "lenet.hpp"
#include "occlusion.hpp"
#include "program/session.hpp"

using namespace cnn;
using namespace cnn::session;

namespace {

const std::string cat = shell_quoted(data_folder() / "chelsea.png");

}  // namespace

TEST_SUITE_BEGIN("program");

TEST_CASE("cnn explain: without any option there is a figure beside the picture") {
    const TemporaryFolder folder;
    write_whole(folder / "cat.png", read_whole(data_folder() / "chelsea.png"));
    const Outcome outcome = cnn_in(folder, "explain cat.png");
    CHECK(outcome.status == 0);
    CHECK(outcome.err == "");
    CHECK(outcome.out.find("-> cat.explained.png") != std::string::npos);
    CHECK(folder.files() == 2);
    CHECK(read_image(folder / "cat.explained.png").shape().h > 320);
    CHECK(description_of(read_whole(folder / "cat.explained.png")).find("grad-cam for") != std::string::npos);
}

TEST_CASE("cnn explain: JSON and the raw map say the same") {
    const TemporaryFolder folder;
    const Outcome outcome =
        cnn_in(folder, "explain " + cat + " --net lenet5 --class Bag --json --out x.png --raw x.npy");
    CHECK(outcome.status == 0);
    CHECK(outcome.err == "");
    const auto result = nlohmann::json::parse(outcome.out);
    CHECK(result["net"] == "lenet5");
    CHECK(result["method"] == "grad-cam");
    CHECK(result["layer"] == "relu2");
    CHECK(result["class"] == 8);
    CHECK(result["probability"] > 0);
    CHECK(result["probability"] < 1);
    CHECK(result["map"]["height"] == 10);
    CHECK(result["map"]["width"] == 10);

    const std::string npy = read_whole(folder / "x.npy");
    REQUIRE(npy.size() == 128 + 100 * 4);
    std::vector<float> map(100);
    std::copy_n(npy.data() + 128, 400, reinterpret_cast<char*>(map.data()));
    const auto most = std::ranges::max_element(map) - map.begin();
    CHECK(result["map"]["argmax"] == nlohmann::json{most / 10, most % 10});
}

TEST_CASE("cnn explain: every method and several classes in one figure") {
    const TemporaryFolder folder;
    const Outcome outcome = cnn_in(
        folder, "explain " + cat + " --net garment_finder --method all --class bag,3 --json --out x.png");
    CHECK(outcome.err == "");
    const auto result = nlohmann::json::parse(outcome.out);
    std::string methods;
    for (const auto& one : result["explanations"])
        methods += one["method"].get<std::string>() + " " + one["label"].get<std::string>() + "; ";
    CHECK(methods ==
          "occlusion bag; class-model bag; saliency bag; cam bag; grad-cam bag; counterfactual bag; "
          "occlusion dress; class-model dress; saliency dress; cam dress; grad-cam dress; counterfactual "
          "dress; ");
    const Shape two_rows = read_image(folder / "x.png").shape();
    CHECK(two_rows.w > 7 * 320);
    CHECK(two_rows.h > 2 * 320);

    const Outcome more =
        cnn_in(folder, "explain " + cat +
                           " --net lenet5 --method smoothgrad,integrated-gradients --whole --out y.png");
    CHECK(more.err.find("\"fc1\" has a weight for every place") != std::string::npos);
    CHECK(cnn_in(folder,
                 "explain " + cat +
                     " --net garment_finder --method smoothgrad,integrated-gradients --whole --out y.png")
              .status == 0);
    CHECK(folder.files() == 2);
}

TEST_CASE("cnn explain: a sweep says what receptive fields permit and how much faster it was") {
    const TemporaryFolder folder;
    const std::string sweep =
        "explain " + cat + " --net lenet5 --method occlusion --patch 6 --stride 2 --out x.png";
    const auto result = nlohmann::json::parse(cnn_in(folder, sweep + " --json").out);
    Graph graph;
    const OcclusionCost cost = occlusion_cost(lenet5(graph), {.patch = 6, .stride = 2});
    CHECK(result["sweep"]["places"] == 144);
    CHECK(result["sweep"]["permitted"] == cost.ratio());
    CHECK(result["sweep"]["measured"] > 0);

    const Outcome outcome = cnn_in(folder, sweep + " --class bag,dress");
    CHECK(outcome.err == "");
    CHECK(outcome.out.find("occlusion: 144 places; receptive fields permit " + decimals(cost.ratio(), 2) +
                           " times fewer multiply-adds than full passes; measured, the sweep was ") !=
          std::string::npos);
    CHECK(cnn_in(folder, "explain " + cat + " --net lenet5 --out x.png").out.find("sweep") ==
          std::string::npos);
}

TEST_CASE("cnn explain: wrong use is one line that names the remedy, and no file") {
    const std::string explain = "explain " + cat + " --net lenet5 --out x.png ";
    CHECK(complaint(explain + "--class 10") == "cnn: there is no class 10; they are numbered 0 to 9");
    CHECK(complaint(explain + "--class 99999999999").starts_with("cnn: there is no class 99999999999"));
    CHECK(complaint(explain + "--class Bog")
              .starts_with("cnn: there is no class \"Bog\"; the nearest names are: bag"));
    CHECK(complaint(explain + "--layer conv3").find("the nearest names are: conv1, conv2") !=
          std::string::npos);
    CHECK(complaint(explain + "--method gradcam") ==
          "cnn: there is no method \"gradcam\"; the nearest names are: grad-cam, cam, saliency");
    CHECK(complaint(explain + "--method occlusion --patch 29").find("larger than the picture of 28x28") !=
          std::string::npos);
    CHECK(complaint(explain + "--method occlusion --patch 0").find("at least 1") != std::string::npos);
    CHECK(complaint(explain + "--method cam").find("does not end in global average pooling") !=
          std::string::npos);
    CHECK(complaint(explain + "--method saliency --layer conv2").find("--layer is where Grad-CAM looks") !=
          std::string::npos);
    CHECK(complaint(explain + "--method all --raw x.npy").find("--raw holds one map") != std::string::npos);
    CHECK(complaint("explain " + cat + " --net lenet5 --out nowhere/x.png")
              .find("there is no folder nowhere") != std::string::npos);
    CHECK(complaint("explain none.png") == "cnn: cannot read none.png: No such file or directory");
    CHECK(complaint("explain " + cat + " --net lenet6").find("the nearest names are: lenet5") !=
          std::string::npos);
    const std::string other = shell_quoted(data_folder() / "lenet5.safetensors");
    CHECK(complaint("explain " + cat + " --net lenet5_1998 --weights " + other + " --out x.png")
              .find("these are not the weights of this network") != std::string::npos);
    CHECK(complaint("explain " + cat, "CNN_DATA=/nowhere").find("there are no weights in /nowhere") !=
          std::string::npos);
}

TEST_CASE("cnn explain: weights name their network themselves") {
    const TemporaryFolder folder;
    const std::string weights = shell_quoted(data_folder() / "lenet5_1998.safetensors");
    const Outcome outcome =
        cnn_in(folder, "explain " + cat + " --weights " + weights + " --json --out x.png");
    CHECK(outcome.err == "");
    CHECK(nlohmann::json::parse(outcome.out)["net"] == "lenet5_1998");
}

TEST_SUITE_END();
