// The network trained on scenes.
#include "explained.hpp"
#include "explained_testing.hpp"

using namespace cnn;

TEST_SUITE_BEGIN("25 occlusion");

TEST_CASE("s-23: the shipped garment finder names the garment of most scenes that it never saw") {
    if (!std::filesystem::exists(fashion_mnist_folder)) {
        MESSAGE("skipped: Fashion-MNIST is not installed");
        return;
    }
    const auto e = trained_finder();
    const Examples test = examples(scene_pictures(fashion_mnist(Part::test), 500, 3'000'001));
    CHECK(evaluate(e->graph, e->net, e->weights, test).accuracy >= 0.85);
}

TEST_SUITE_END();
