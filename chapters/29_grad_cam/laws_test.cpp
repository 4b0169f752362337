// What holds of weighted maps on any network: on small integers to the last bit.
#include "explained_testing.hpp"
#include "grad_cam.hpp"
#include "resnet.hpp"
#include "saliency.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("29 grad_cam");

TEST_CASE("s-27: on small integers naive and optimized weigh alike to the last bit") {
    for (const Extent size : {Extent(1), Extent(2, 8), Extent(4)})  // Z a power of two, so means are exact
        for (const int channels : {1, 7, 33}) {
            const Shape shape{2, size.h, size.w, channels};
            const Tensor A = small_integers(shape, 1), dS = small_integers(shape, 2);
            CHECK(naive::weigh(A, dS) == optimized::weigh(A, dS));
        }
}

TEST_CASE("s-27: for any sizes naive and optimized weigh alike to rounding") {
    for (const Extent size : {Extent(3, 5), Extent(7), Extent(13, 1)}) {
        const Shape shape{1, size.h, size.w, 19};
        const Tensor A = normal_numbers(shape, 1), dS = normal_numbers(shape, 2);
        CHECK(largest_difference(naive::weigh(A, dS), optimized::weigh(A, dS)) <= 1e-5);
    }
}

TEST_CASE_TEMPLATE("s-27: weighing is linear in the gradients and in the maps", Implementation, Naive,
                   Optimized) {
    const auto weigh = pick<Implementation>(naive::weigh, optimized::weigh);
    const Shape shape{1, 4, 4, 5};
    const Tensor A = small_integers(shape, 1), B = small_integers(shape, 2), dS = small_integers(shape, 3),
                 dT = small_integers(shape, 4);
    const auto sum = [](Tensor a, const Tensor& b) {
        add(b, a);
        return a;
    };
    CHECK(weigh(A, sum(dS, dT)) == sum(weigh(A, dS), weigh(A, dT)));
    CHECK(weigh(sum(A, B), dS) == sum(weigh(A, dS), weigh(B, dS)));
}

TEST_CASE("s-27: where a gradient lies in a map does not matter but where the map is large does") {
    Tensor A = small_integers({.h = 4, .w = 4, .c = 2}, 1), here(A.shape()), there(A.shape());
    here(0, 0, 1, 0) = 16, there(0, 3, 2, 0) = 16;
    const Tensor L = optimized::weigh(A, here);
    CHECK(L == optimized::weigh(A, there));
    CHECK(L == Tensor(A.view().channels(0, 1)));  // the mean gradient of map 0 is 1, of map 1 it is 0
}

TEST_CASE("s-27: a constant added to all scores changes no map and a sum of classes has the sum of maps") {
    const auto e = averaging_net(8);
    const Tensor picture = small_integers(e->net.image.shape(), 4);
    const Node layer = e->graph["relu"];
    const auto sum_of = [&](int label) {
        return optimized::grad_cam(e->net, e->weights, picture, layer, label).sum;
    };
    const Tensor first = sum_of(0);
    Tensor both = first;
    add(sum_of(1), both);
    for (real& bias : e->weights["fc.bias"].flat()) bias += 100;
    CHECK(sum_of(0) == first);
    const MutableView w = e->weights["fc.weight"];
    copy(w.channels(0, 1), w.channels(2, 1));
    add(w.channels(1, 1), w.channels(2, 1));
    CHECK(sum_of(2) == both);
}

TEST_CASE("s-27: a picture of another size is refused in one line") {
    const auto e = averaging_net(8);
    for (const auto& grad_cam : {naive::grad_cam, optimized::grad_cam})
        CHECK(error_of([&] {
                  grad_cam(e->net, e->weights, Tensor({.h = 9, .w = 8, .c = 2}), e->graph["relu"], 0, false);
              }).starts_with("grad_cam: the picture is "));
}

TEST_CASE("s-27: maps that are prepared once are those of one picture alone") {
    const auto e = averaging_net(8);
    GradCams cams(e->net, e->weights, {e->graph["conv"], e->graph["relu"]});
    for (const int seed : {4, 5}) {
        const Tensor picture = small_integers(e->net.image.shape(), seed);
        const std::vector<GradCam> maps = cams(picture, 1, seed == 5);
        REQUIRE(maps.size() == 2);
        CHECK(maps[0].sum ==
              naive::grad_cam(e->net, e->weights, picture, e->graph["conv"], 1, seed == 5).sum);
        CHECK(maps[1].map ==
              naive::grad_cam(e->net, e->weights, picture, e->graph["relu"], 1, seed == 5).map);
    }
}

TEST_CASE("s-27: folded and by Winograd's algorithm a ResNet-18 has the plain one's saliency and Grad-CAM") {
    Graph plain_graph, fast_graph;
    ResNet net = resnet18();
    net.input = 96;
    const Classifier plain = resnet(plain_graph, net);
    net.folded = net.winograd = true;
    const Classifier fast = resnet(fast_graph, net);
    const Weights weights = initialise(plain_graph, 1), folded = fold(plain_graph, weights);
    const Tensor picture = normal_numbers(plain.image.shape(), 2);
    const auto compare = [](const Tensor& mine, const Tensor& theirs) {
        const double largest = largest_difference(theirs, Tensor(theirs.shape()));
        CHECK(largest > 0);
        CHECK(largest_difference(mine, theirs) <= 1e-3 * largest);
    };
    compare(largest_channel(PictureGradient(fast, folded)(picture, 7)), saliency(plain, weights, picture, 7));
    compare(GradCams(fast, folded, {last_convolution(fast)})(picture, 7)[0].sum,
            optimized::grad_cam(plain, weights, picture, last_convolution(plain), 7).sum);
}

TEST_SUITE_END();
