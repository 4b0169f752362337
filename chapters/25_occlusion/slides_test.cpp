// s-23 on networks small enough to see through.
#include "explained_testing.hpp"
#include "occlusion.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("25 occlusion");

// [positions]
TEST_CASE("s-23: the map has one number for each position of the patch, 729 for 224, 16 and 8 (S1)") {
    Graph graph;
    const Node image = graph.input({.h = 224, .w = 224, .c = 3}, "image");
    const Classifier net{image, {}, dense(global_average_pool(image), 5), {}};
    const Shape map = occlusion_shape(net, {.patch = 16, .stride = 8});
    CHECK(map == Shape{.h = 27, .w = 27, .c = 5});
    CHECK(map.h * map.w == 729);
    CHECK(covered_by({.patch = 16, .stride = 8}, 26, 26) == Region{{208, 224}, {208, 224}});
}
// [positions]

// [hides]
TEST_CASE_TEMPLATE("s-23: covering the one pixel that the score reads takes the score away", Implementation,
                   Naive, Optimized) {
    const auto occlusion = pick<Implementation>(naive::occlusion, optimized::occlusion);
    Graph graph;
    const Node image = graph.input({.h = 4, .w = 4}, "image");
    const Classifier net{image, {}, dense(image, 1, "fc"), {}};
    Weights weights = initialise(graph, 1);
    fill(weights["fc.weight"], 0);
    fill(weights["fc.bias"], 0);
    weights["fc.weight"](1, 2, 0, 0) = 1;  // the score is the pixel at row 1, column 2
    Tensor picture({.h = 4, .w = 4});
    picture(0, 1, 2, 0) = 8;

    CHECK(occlusion(net, weights, picture, {.patch = 2, .stride = 1, .fill = Fill::zero, .logits = true}) ==
          slide(R"( 8 0 0
                    8 0 0
                    8 8 8 )"));
    CHECK(occlusion(net, weights, picture,
                    {.patch = 2, .stride = 2, .fill = Fill::grey, .grey = {3}, .logits = true}) ==
          slide(R"( 8 3
                    8 8 )"));
}
// [hides]

TEST_CASE("s-23: a patch is filled with grey, the mean of each channel, zeros or the blurred picture") {
    Tensor picture({.h = 2, .w = 2, .c = 2});
    for (std::size_t i = 0; real & value : picture.flat()) value = real(i++);
    CHECK(filling(picture, Fill::grey)(0, 1, 1, 1) == real(0.5));
    CHECK(filling(picture, Fill::grey, {1, 2})(0, 1, 1, 1) == 2);
    CHECK(filling(picture, Fill::mean)(0, 0, 0, 0) == 3);
    CHECK(filling(picture, Fill::mean)(0, 0, 0, 1) == 4);
    CHECK(filling(picture, Fill::zero)(0, 1, 0, 0) == 0);
    Tensor flat({.h = 5, .w = 5});
    fill(flat, 3);
    CHECK(largest_difference(filling(flat, Fill::blur), flat) <= 1e-6);
    CHECK(error_of([&] {
              filling(picture, Fill::grey, {1, 2, 3});
          }).find("give 1 or 2") != std::string::npos);
}

TEST_CASE("s-23: an empty patch or one larger than the picture is refused in one line") {
    const auto e = averaging_net(8);
    const Tensor picture(e->net.image.shape());
    const auto refusal = [&](Extent patch, Extent stride) {
        return error_of(
            [&] { optimized::occlusion(e->net, e->weights, picture, {.patch = patch, .stride = stride}); });
    };
    CHECK(refusal(9, 1) == "occlusion: a patch of 9x9 is larger than the picture of 8x8; take a smaller one");
    CHECK(refusal(0, 1).find("at least 1") != std::string::npos);
    CHECK(refusal(2, 0).find("at least 1") != std::string::npos);
    CHECK(error_of([&] {
              optimized::occlusion(e->net, e->weights, Tensor(Shape{}), {});
          }).find("the network takes one of") != std::string::npos);
}

TEST_CASE("s-23: on a scene the place whose covering costs most lies on the garment") {
    if (!std::filesystem::exists(fashion_mnist_folder)) {
        MESSAGE("skipped: Fashion-MNIST is not installed");
        return;
    }
    const Dataset test = fashion_mnist(Part::test);
    const auto e = trained_finder();
    int hits = 0, scenes = 0;
    for (std::uint64_t seed = 2'000'000; scenes < 20; ++seed) {
        const Scene s = scene(test, seed);
        const Placed& garment = s.garments[0];
        if (top_class(e->net, e->weights, s.picture) != garment.label) continue;
        ++scenes;
        const Occlusion options{.patch = 12, .stride = 4, .fill = Fill::zero, .logits = true};
        const Tensor map = optimized::occlusion(e->net, e->weights, s.picture, options);
        const Place at = largest(importance(e->net, e->weights, s.picture, map, garment.label, options));
        const Region patch = covered_by(options, at.row, at.column);
        hits += !intersection(patch.rows, garment.box.rows).empty() &&
                !intersection(patch.columns, garment.box.columns).empty();
    }
    CHECK(hits >= 18);
}

TEST_SUITE_END();
