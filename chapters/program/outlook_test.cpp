// What was published stands beside networks that exist, and which to take follows from it.
#include <algorithm>
#include <set>

#include "common/book/chapter.hpp"
#include "common/testing/testing.hpp"
#include "program/outlook.hpp"

using namespace cnn;
using namespace cnn::program;

TEST_SUITE_BEGIN("program");

TEST_CASE("s-17: each published accuracy belongs to a network of the book and names its source") {
    std::set<std::string> names;
    for (const Published& p : published_accuracies()) {
        CAPTURE(p.net);
        CHECK(network(p.net).data == DataSet::imagenet);
        CHECK(names.insert(p.net).second);
        CHECK(0 < p.top1);
        CHECK((p.top5 == 0 || (p.top1 < p.top5 && p.top5 < 100)));
        CHECK((p.retrained == 0 || p.retrained > p.top1));
        CHECK(p.weights == (p.source == "torchvision"));
        CHECK_FALSE(p.family.empty());
    }
    // All of the lecture's families are there.
    for (const char* net : {"alexnet_2012", "zfnet", "googlenet", "vgg16", "resnet152", "squeezenet1_0",
                            "densenet121", "mobilenet_v1_1.0", "shufflenet_v1_g3", "efficientnet_b0"})
        CHECK(names.contains(net));
}

TEST_CASE("s-17: the network to take is the most accurate one within the budget") {
    const std::vector<Weighed> all = weighed_networks();
    for (const auto cost : {&Weighed::multiply_adds, &Weighed::parameters}) {
        CHECK(best_within(all, cost, 1000) == nullptr);
        for (const std::int64_t budget : {50'000'000, 1'000'000'000}) {
            const Weighed* take = best_within(all, cost, budget);
            REQUIRE(take != nullptr);
            CHECK(take->*cost <= budget);
            for (const Weighed& other : all)
                if (other.published.weights && other.*cost <= budget) CHECK(other.best() <= take->best());
        }
    }
    // Accuracy was measured with larger pictures than B2's own, so it costs more.
    const auto b2 =
        std::ranges::find_if(all, [](const Weighed& net) { return net.published.net == "efficientnet_b2"; });
    CHECK(b2->multiply_adds > 993'561'872);
    CHECK(b2->parameters == 9'109'994);
}

TEST_CASE(
    "s-21: for what VGG-16 costs there is a network with less than six tenths of its wrong first answers") {
    const std::vector<Weighed> all = weighed_networks();
    const auto vgg =
        std::ranges::find_if(all, [](const Weighed& net) { return net.published.net == "vgg16"; });
    const Weighed* within = best_within(all, &Weighed::multiply_adds, vgg->multiply_adds);
    CHECK(100 - within->best() < 0.6 * (100 - vgg->best()));
    // And those that err no more than it need a thirtieth of its multiply-adds.
    std::int64_t least = vgg->multiply_adds;
    for (const Weighed& net : all)
        if (net.published.weights && net.best() >= vgg->best()) least = std::min(least, net.multiply_adds);
    CHECK(30 * least < vgg->multiply_adds);
}

TEST_SUITE_END();
