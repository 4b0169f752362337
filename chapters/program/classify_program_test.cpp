// Classifying as a user runs it: what is chosen, what is told, what is refused.
#include <limits>
#include <nlohmann/json.hpp>

#include "common/book/chapter.hpp"
#include "common/files/data_folder.hpp"
#include "common/files/dataset.hpp"
#include "common/files/image.hpp"
#include "program/session.hpp"

using namespace cnn;
using namespace cnn::session;

namespace {

const std::string cat = shell_quoted(data_folder() / "chelsea.png");

/// A dark vase on white, 40x40: thin at the top, wide below.
void draw_dark_on_white(const std::filesystem::path& file) {
    Tensor picture({.h = 40, .w = 40, .c = 3});
    for (int i = 0; i < 40; ++i)
        for (int j = 0; j < 40; ++j)
            for (int c = 0; c < 3; ++c)
                picture(0, i, j, c) = i > 4 && i < 36 && std::abs(j - 20) < 4 + i / 4 ? real{0.1} : real{1};
    write_png(file, picture);
}

}  // namespace

TEST_SUITE_BEGIN("program");

TEST_CASE("cnn classify: without a word on the network one with shipped weights is taken") {
    const TemporaryFolder folder;
    const Outcome outcome = cnn_in(folder, "classify " + cat + " --json");
    CHECK(outcome.status == 0);
    CHECK(outcome.err == "");
    const auto result = nlohmann::json::parse(outcome.out);
    const Network& net = network(result["net"]);
    CHECK(std::filesystem::exists(shipped_weights(net)));
    // A network for colour, as soon as one ships.
    bool colour_ships = false;
    for (const Network& other : networks()) {
        Graph graph;
        const int channels = build(other, graph).image.shape().c;
        if (channels != 3 || !std::filesystem::exists(shipped_weights(other))) continue;
        if (!colour_ships) CHECK(net.name == other.name);
        colour_ships = true;
    }
    CHECK((colour_ships || net.name == "lenet5"));
}

TEST_CASE("cnn classify: dark things on white are inverted for networks of bright things, and it says so") {
    const TemporaryFolder folder;
    draw_dark_on_white(folder / "dark.png");
    Tensor bright = read_image(folder / "dark.png");
    for (real& value : bright.flat()) value = 1 - value;
    write_png(folder / "bright.png", bright);
    const auto top = [&](const std::string& picture, bool inverted) {
        const Outcome outcome = cnn_in(folder, "classify " + picture + " --net lenet5 --json");
        REQUIRE(outcome.status == 0);
        const auto result = nlohmann::json::parse(outcome.out);
        CHECK(result["inverted"] == inverted);
        return result["top"];
    };
    const auto of_dark = top("dark.png", true), of_bright = top("bright.png", false);
    CHECK(of_dark[0]["class"] == of_bright[0]["class"]);
    CHECK(of_dark[0]["probability"].get<double>() ==
          doctest::Approx(of_bright[0]["probability"].get<double>()).epsilon(1e-3));
    const Outcome text = cnn_in(folder, "classify dark.png --net lenet5");
    CHECK(text.out.starts_with("lenet5 (the picture has a bright border: inverted"));
    CHECK(cnn_in(folder, "classify bright.png --net lenet5").out.starts_with("lenet5\n"));
}

TEST_CASE("cnn classify: the help says what each network expects") {
    const TemporaryFolder folder;
    const std::string help = cnn_in(folder, "classify --help").out;
    for (const Network& net : networks()) CHECK(help.find('\n' + net.name + ' ') != std::string::npos);
    CHECK(help.find("28x28  grey, bright on black") != std::string::npos);
}

TEST_CASE("cnn classify: labels with a byte order mark, and in Latin-1 as JSON") {
    const TemporaryFolder folder;
    draw_dark_on_white(folder / "x.png");
    write_whole(folder / "labels", "\xEF\xBB\xBFnull\r\n1\r\n2\r\n3\r\n4\r\n5\r\n6\r\n7\r\nT\xFCte\r\n9\r\n");
    const Outcome outcome = cnn_in(folder, "classify x.png --net lenet5 --top 10 --labels labels --json");
    CHECK(outcome.status == 0);
    for (const auto& entry : nlohmann::json::parse(outcome.out)["top"]) {
        if (entry["class"] == 0) CHECK(entry["label"] == "null");
        if (entry["class"] == 8) CHECK(entry["label"] == "T\uFFFDte");
    }
}

TEST_CASE("cnn classify: weights that are no numbers, or scores that are none, are refused") {
    const TemporaryFolder folder;
    draw_dark_on_white(folder / "x.png");
    Graph graph;
    build(network("lenet5"), graph);
    const Weights good = initialise(graph, 1);
    for (const real wrong : {std::numeric_limits<real>::quiet_NaN(), std::numeric_limits<real>::infinity()}) {
        Weights weights = good;
        weights["fc3.bias"](0, 0, 0, 4) = wrong;
        save_weights(folder / "w", graph, weights);
        const Outcome outcome = cnn_in(folder, "classify x.png --net lenet5 --weights w");
        CHECK(outcome.status == 1);
        CHECK(outcome.out == "");
        CHECK(outcome.err.starts_with("cnn: w: \"fc3.bias\" holds "));
    }
    Weights huge = good;
    for (const char* name : {"conv1.weight", "conv2.weight", "fc1.weight"})
        for (real& value : huge[name].flat()) value *= real{1e30};
    save_weights(folder / "w", graph, huge);
    const Outcome outcome = cnn_in(folder, "classify x.png --net lenet5 --weights w");
    CHECK(outcome.status == 1);
    CHECK(outcome.err.starts_with("cnn: classify: a score of lenet5 is "));
}

TEST_CASE("cnn classify: missing weights and unknown networks are named") {
    CHECK(complaint("classify " + cat + " --net lenet5 --weights none") ==
          "cnn: cannot read none: No such file or directory");
    CHECK(
        complaint("classify " + cat + " --net lenet5", "CNN_DATA=/nowhere") ==
        "cnn: there are no weights /nowhere/lenet5.safetensors; name a file with --weights, such as one that "
        "`cnn train` wrote");
    CHECK(complaint("classify " + cat, "CNN_DATA=/nowhere") ==
          "cnn: there are no weights in /nowhere; name a network with --net and its weights with --weights");
    CHECK(complaint("classify " + cat + " --net lenet6").starts_with("cnn: there is no network \"lenet6\""));
    complaint("classify");
    complaint("classify 3 --net lenet5 --top 0");
}

TEST_SUITE_END();
