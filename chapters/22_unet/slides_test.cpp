// s-16: U-Net, counted and measured.
#include "common/graph/describe.hpp"
#include "common/graph/session.hpp"
#include "common/testing/testing.hpp"
#include "unet.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("22 unet");

// [totals]
TEST_CASE("s-16: parameters and multiply-adds and 23 convolutions of U-Net") {
    Graph graph;
    unet(graph, {});
    const Description all = describe(graph);
    CHECK(all.parameters == 31'030'658);
    CHECK(all.multiply_adds == 150'428'424'448);
    const auto count = [&](const char* kind) {
        return std::ranges::count(all.layers, kind, &LayerDescription::kind);
    };
    CHECK(count("conv2d") == 19);
    CHECK(count("conv_transposed2d") == 4);
    CHECK(count("crop") == 4);
}
// [totals]

// [sizes]
TEST_CASE("s-16: every size in the paper's figure from 572 down to 28 and up to 388") {
    Graph graph;
    const Classifier net = unet(graph, {});
    const auto side = [&](const std::string& name) {
        const Shape& s = graph[name].shape();
        return s.h == s.w ? s.h : -1;
    };
    const auto sides = [&](const std::string& before, const std::string& level) {
        return std::vector<int>{side(before), side(level + ".conv1"), side(level + ".conv2")};
    };
    using Sides = std::vector<int>;
    CHECK(sides("image", "down1") == Sides{572, 570, 568});
    CHECK(sides("pool1", "down2") == Sides{284, 282, 280});
    CHECK(sides("pool2", "down3") == Sides{140, 138, 136});
    CHECK(sides("pool3", "down4") == Sides{68, 66, 64});
    CHECK(sides("pool4", "bottom") == Sides{32, 30, 28});
    CHECK(sides("up4.concatenate", "up4") == Sides{56, 54, 52});
    CHECK(sides("up3.concatenate", "up3") == Sides{104, 102, 100});
    CHECK(sides("up2.concatenate", "up2") == Sides{200, 198, 196});
    CHECK(sides("up1.concatenate", "up1") == Sides{392, 390, 388});
    CHECK(net.logits.shape() == Shape{.h = 388, .w = 388, .c = 2});
    CHECK(graph["up4.concatenate"].shape().c == 1024);
    CHECK(graph["up1.concatenate"].shape().c == 128);
}
// [sizes]

TEST_CASE("s-16: parameters of U-Net for other pictures and classes and with batch normalisation") {
    struct Counted {
        int channels, classes;
        bool normalised;
        std::int64_t parameters;
    };
    for (const auto& [channels, classes, normalised, parameters] :
         {Counted{1, 1, false, 31'030'593}, Counted{3, 1, false, 31'031'745},
          Counted{3, 2, false, 31'031'810}, Counted{3, 1, true, 31'037'633}, Counted{3, 2, true, 31'037'698},
          Counted{1, 1, true, 31'036'481}}) {
        Graph graph;
        unet(graph, {.channels = channels, .classes = classes, .normalised = normalised});
        CHECK(describe(graph).parameters == parameters);
    }
}

// [session]
TEST_CASE("s-16: in a session crops are views and up-convolutions write beside them bit by bit as run") {
    Graph graph;
    const Classifier net = unet(graph, {.input = 60, .classes = 3, .widths = {8, 16, 32}, .padded = true});
    const Weights weights = initialise(graph, 1);
    const Tensor picture = normal_numbers({1, 60, 60, 1});
    Session session(graph, weights, {{net.image, picture.shape()}}, {net.logits});
    CHECK(Tensor(session.run({{net.image, picture}})[0]) ==
          run(graph, weights, {{net.image, picture}}, {net.logits})[net.logits]);

    // Both ways of the top level stand in one map of 16 channels; a copy of the kept one would need 8 more.
    Session top(graph, weights, {{net.image, picture.shape()}}, {graph["up1.concatenate"]});
    const std::int64_t kept = 60 * 60 * 8 * std::int64_t{sizeof(real)};
    CHECK(top.map_bytes() < 4 * kept);
    Graph cropped;
    const Classifier original = unet(cropped, {.input = 60, .classes = 3, .widths = {8, 16, 32}});
    Session valid(cropped, weights, {{original.image, picture.shape()}}, {original.logits});
    CHECK(Tensor(valid.run({{original.image, picture}})[0]) ==
          run(cropped, weights, {{original.image, picture}}, {original.logits})[original.logits]);
}
// [session]

TEST_CASE("s-16: a picture that cannot be halved and too few levels and no classes are refused") {
    const auto built = [](const UNet& options) {
        return error_of([&] {
            Graph graph;
            unet(graph, options);
        });
    };
    CHECK(built({.input = 574}) ==
          "unet: \"down2.relu2\" has 281x281 pixels, which cannot be halved; take a picture some pixels "
          "larger or smaller");
    CHECK(built({.widths = {64}}) == "unet: 1 levels; there must be at least 2");
    CHECK(built({.classes = 0}) == "unet: 0 classes; there must be at least 1");
    CHECK(built({.input = {572, 188}}) == "no error");
}

TEST_SUITE_END();
