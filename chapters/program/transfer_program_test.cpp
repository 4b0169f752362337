// A network taught somebody's own pictures, as a user does it.
#include <nlohmann/json.hpp>

#include "common/files/image.hpp"
#include "program/session.hpp"

using namespace cnn;
using namespace cnn::session;

namespace {

/// Pictures of warm and cold colours, one folder each, in sizes and formats of their own.
void write_pictures(const TemporaryFolder& folder, const std::vector<std::string>& classes, int count) {
    Random random(7);
    for (std::size_t k = 0; k < classes.size(); ++k) {
        std::filesystem::create_directories(folder / ("pictures/" + classes[k]));
        for (int n = 0; n < count; ++n) {
            Tensor picture({.h = 30 + random.below(20), .w = 30 + random.below(40), .c = 3});
            for (int i = 0; i < picture.shape().h; ++i)
                for (int j = 0; j < picture.shape().w; ++j)
                    for (int c = 0; c < 3; ++c)
                        picture(0, i, j, c) =
                            real(random.uniform(0, 0.3) + (std::size_t(c) == k ? 0.6 : 0.1));
            write_png(folder / ("pictures/" + classes[k] + "/" + std::to_string(n) + ".png"), picture);
        }
    }
}

}  // namespace

TEST_SUITE_BEGIN("program");

TEST_CASE("cnn train transfer: learns a folder's classes and classify and explain know their names") {
    const TemporaryFolder folder;
    write_pictures(folder, {"warm", "green, mostly", "it's cold"}, 10);
    const Outcome outcome = cnn_in(folder, "train transfer --images pictures --out a --json");
    CHECK(outcome.err == "");
    REQUIRE(outcome.status == 0);
    const auto result = nlohmann::json::parse(outcome.out);
    CHECK(result["net"] == "resnet20_cifar10");
    const std::vector<std::string> sorted{"green, mostly", "it's cold", "warm"};
    CHECK(result["classes"] == sorted);
    CHECK(result["training"] == 24);
    CHECK(result["held_out"] == 6);
    CHECK(result["accuracy"].get<double>() >= 0.8);
    for (const auto& row : result["confusion"]) {
        int sum = 0;
        for (const auto& count : row) sum += count.get<int>();
        CHECK(sum == 2);
    }
    for (const char* file :
         {"a/transfer.safetensors", "a/transfer.json", "a/transfer_curves.svg", "a/transfer_confusion.svg"})
        CHECK(std::filesystem::exists(folder / file));
    CHECK_FALSE(std::filesystem::exists(folder / "a/transfer.checkpoint"));

    const std::string trained = " --weights a/transfer.safetensors --json";
    const auto top =
        nlohmann::json::parse(cnn_in(folder, "classify pictures/warm/3.png" + trained).out)["top"];
    REQUIRE(top.size() == 3);
    CHECK(top[0]["label"] == "warm");
    const Outcome explained =
        cnn_in(folder, "explain pictures/warm/3.png --class 'green, mostly' --out x.png" + trained);
    CHECK(explained.err == "");
    REQUIRE(explained.status == 0);
    CHECK(nlohmann::json::parse(explained.out)["label"] == "green, mostly");

    // What was transferred once can be transferred again; and nothing is written over without a word.
    CHECK(
        cnn_in(folder, "train transfer --images pictures --out b --weights a/transfer.safetensors").status ==
        0);
    CHECK(cnn_in(folder, "train transfer --images pictures --out a").err ==
          "cnn: transfer: a/transfer.safetensors is there, from a training that ended; name another folder "
          "with --out, or say --replace\n");
    const std::string weights = read_whole(folder / "a/transfer.safetensors");
    CHECK(cnn_in(folder, "train transfer --images pictures --out a --replace --threads 1").status == 0);
    CHECK(read_whole(folder / "a/transfer.safetensors") == weights);
}

TEST_CASE("cnn train transfer: killed and run again it ends with the same bits, on a grey network, too") {
    const TemporaryFolder folder;
    write_pictures(folder, {"a", "b"}, 10);
    const std::string train = "train transfer --net lenet5 --images pictures --epochs 2000 --out ";
    CHECK(cnn_in(folder, train + "straight").status == 0);
    shell_in(folder,
             "\"$cnn\" " + train +
                 "broken & for i in $(seq 2000); do [ -e broken/transfer.checkpoint ] && break; sleep "
                 "0.005; done; kill -9 $!");
    REQUIRE(std::filesystem::exists(folder / "broken/transfer.checkpoint"));
    CHECK_FALSE(std::filesystem::exists(folder / "broken/transfer.safetensors"));
    const Outcome other = cnn_in(folder, train + "broken --rate 0.5");
    CHECK(other.err.find("other settings") != std::string::npos);
    CHECK(cnn_in(folder, train + "broken").status == 0);
    CHECK(read_whole(folder / "broken/transfer.safetensors") ==
          read_whole(folder / "straight/transfer.safetensors"));
}

TEST_CASE("cnn train transfer: a folder that will not do is refused in one line that names the file") {
    const TemporaryFolder folder;
    const auto refused = [&](const std::string& what) {
        const Outcome outcome = cnn_in(folder, "train transfer --images " + what);
        CHECK(outcome.status == 1);
        CHECK(outcome.out == "");
        CHECK(std::ranges::count(outcome.err, '\n') == 1);
        CHECK_FALSE(std::filesystem::exists(folder / "build"));
        return outcome.err;
    };
    CHECK(refused("none") == "cnn: cannot read the folder none: No such file or directory\n");
    std::filesystem::create_directories(folder / "pictures");
    CHECK(refused("pictures") ==
          "cnn: pictures: 0 classes; at least two are needed, each a folder of its pictures\n");
    write_pictures(folder, {"a"}, 10);
    CHECK(refused("pictures") ==
          "cnn: pictures: 1 class; at least two are needed, each a folder of its pictures\n");
    std::filesystem::create_directories(folder / "pictures/b");
    CHECK(refused("pictures") ==
          "cnn: pictures/b: no .png, .jpg or .jpeg in this class; put pictures there or remove the folder\n");
    write_whole(folder / "pictures/b/0.png", "nothing");
    CHECK(refused("pictures") == "cnn: pictures/b: 1 pictures in this class; at least 10 are needed\n");
    write_pictures(folder, {"a", "b"}, 10);
    write_whole(folder / "pictures/b/7.png", "nothing");
    CHECK(refused("pictures").starts_with("cnn: pictures/b/7.png: not a PNG or JPEG that can be read"));
    write_pictures(folder, {"a", "b"}, 10);
    CHECK(refused("pictures --net unet_small") ==
          "cnn: transfer: unet_small names every pixel; take a network that names the whole picture\n");
    CHECK(refused("pictures --net squeezenet1_1").find("there are no weights") != std::string::npos);
    CHECK(refused("pictures --net resnet").starts_with("cnn: there is no network \"resnet\"; the nearest"));
    CHECK(refused("pictures --rate 0") == "cnn: transfer: --rate 0; it must be above 0\n");
}

TEST_SUITE_END();
