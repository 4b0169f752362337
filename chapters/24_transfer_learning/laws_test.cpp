// Features computed once are those of every epoch: naive and optimized train alike, to the last bit.
#include "batch_norm.hpp"
#include "common/graph/describe.hpp"
#include "common/machine/thread_count.hpp"
#include "common/testing/testing.hpp"
#include "convolution.hpp"
#include "lenet.hpp"
#include "pooling.hpp"
#include "transfer_learning.hpp"

using namespace cnn;

namespace {

/// A small network with whatever is awkward: a normalisation on each side of a cut, a stride, dense on a map.
Classifier small_net(Graph& graph, int classes) {
    const Node image = graph.input({.h = 9, .w = 7, .c = 2}, "image");
    Node x = conv(image, {.filters = 5, .kernel = 3, .bias = false}, "conv1");
    x = relu(batch_norm(x, {}, "bn1"), "relu1");
    x = conv(x, {.filters = 7, .kernel = 3, .stride = 2, .bias = false}, "conv2");
    x = relu(batch_norm(x, {}, "bn2"), "relu2");
    return with_loss(image, dense(x, classes, "fc"));
}

Examples noise(const Classifier& net, int count, std::uint64_t seed) {
    Shape images = net.image.shape();
    images.n = count;
    Examples all{normal_numbers(images, seed), Tensor({.n = count})};
    Random random(seed);
    for (real& label : all.labels.flat()) label = real(random.below(net.logits.shape().c));
    return all;
}

}  // namespace

TEST_SUITE_BEGIN("24 transfer learning");

TEST_CASE("s-22: naive and optimized give the same weights and history to the last bit at every cut") {
    Graph graph;
    const Classifier net = small_net(graph, 3);
    const Examples training = noise(net, 61, 1), test = noise(net, 23, 2);  // a last batch of 5
    const Weights start = initialise(graph, 7);
    const TrainingOptions options{.epochs = 3, .batch = 8, .rate = 0.05, .decay = 0.001};
    for (const char* cut : {"image", "conv1", "relu1", "bn2", "relu2"}) {
        CAPTURE(cut);
        const TrainingState slow = naive::retrain(net, graph[cut], start, training, test, options),
                            fast = optimized::retrain(net, graph[cut], start, training, test, options);
        CHECK(slow.weights == fast.weights);
        CHECK(slow.history == fast.history);
        CHECK(fast.history.size() == 3);
    }
}

TEST_CASE("s-22: what lies before the cut keeps its bits, statistics included, and what lies behind moves") {
    Graph graph;
    const Classifier net = small_net(graph, 4);
    const Weights start = initialise(graph, 7);
    const TrainingState end = optimized::retrain(net, graph["relu1"], start, noise(net, 30, 1),
                                                 noise(net, 5, 2), {.epochs = 1, .batch = 10});
    for (const Parameter& p : graph.parameters()) {
        CAPTURE(p.name);
        const bool before = p.name.starts_with("conv1") || p.name.starts_with("bn1");
        CHECK((end.weights[p.name] == start[p.name]) == before);
    }
    CHECK(parameters_behind(net, graph["relu1"]) ==
          std::vector<std::string>{"conv2.weight", "bn2.weight", "bn2.bias", "fc.weight", "fc.bias"});
}

TEST_CASE("s-22: one thread and three give the same bits") {
    Graph graph;
    const Classifier net = small_net(graph, 3);
    const Examples training = noise(net, 40, 1), test = noise(net, 5, 2);
    const Weights start = initialise(graph, 7);
    const auto weights = [&] {
        return optimized::retrain(net, last_features(net), start, training, test, {.epochs = 2}).weights;
    };
    const ThreadCount restored;
    set_threads(1);
    const Weights one = weights();
    set_threads(3);
    CHECK(weights() == one);
}

TEST_CASE("s-22: features do not depend on the batch that they are computed in") {
    Graph graph;
    const Classifier net = lenet5(graph);
    const Weights weights = initialise(graph, 1);
    const Tensor images = normal_numbers({.n = 53, .h = 28, .w = 28});
    for (const char* cut : {"pool1", "pool2", "relu4"}) {
        const Tensor all = features(net, graph[cut], weights, images);
        for (const int n : {0, 17, 49, 50, 52})
            CHECK(features(net, graph[cut], weights, images.view().images(n, 1)) ==
                  Tensor(all.view().images(n, 1)));
    }
}

TEST_CASE("s-22: the part behind the cut on features is the whole on images") {
    Graph graph;
    const Classifier net = small_net(graph, 3);
    const Weights weights = initialise(graph, 3);
    const Examples some = noise(net, 12, 1);
    for (const char* cut : {"image", "bn1", "relu2"}) {
        Graph end;
        const Classifier head = behind(net, graph[cut], end);
        const Tensor x = features(net, graph[cut], weights, some.images);
        CHECK(run(end, weights, {{head.image, x}}, {head.logits})[head.logits] ==
              run(graph, weights, {{net.image, some.images}}, {net.logits})[net.logits]);
    }
}

TEST_CASE("s-22: a new end is drawn from the seed and all else is carried over") {
    Graph ten, three;
    lenet5(ten);
    const Classifier net = lenet5(three, 28, 3);
    const Weights learned = initialise(ten, 1), start = with_new_end(net, learned, 5);
    const Weights drawn = initialise(three, 5);
    for (const Parameter& p : three.parameters())
        CHECK(start[p.name] == (p.name.starts_with("fc3") ? drawn : learned)[p.name]);
    CHECK(last_features(net) == three["relu4"]);
}

TEST_CASE("s-22: wrong cuts and starts are refused in one line that names the remedy") {
    Graph graph, other;
    const Classifier net = small_net(graph, 3);
    const Examples some = noise(net, 4, 1);
    const Weights start = initialise(graph, 1);
    lenet5(other);
    CHECK(error_of([&] { parameters_behind(net, other["pool1"]); }) ==
          "transfer: the cut is a node of another graph");
    CHECK(error_of([&] { parameters_behind(net, net.logits); }) ==
          "transfer: \"fc\" does not come before \"fc\"; nothing would learn");
    CHECK(
        error_of([&] { with_new_end(net, initialise(other, 1), 1); }) ==
        "transfer: there is no \"conv1.weight\" of 3x3x2x5 to begin with; take weights of the same network");
    CHECK(error_of([&] {
              optimized::retrain(net, graph["relu1"], start, some, some, {.augmentation = {.mirror = true}});
          }).starts_with("transfer: features are computed once, and moved or mirrored images have others"));
    CHECK(error_of([&] {
              naive::retrain(net, graph["relu1"], start, some, some, {.parameters = {"fc.bias"}});
          }) == "transfer: the cut says what learns; leave the parameters out");

    // Two branches: none of them is a single map that the end sees.
    Graph forked;
    const Node image = forked.input({.h = 4, .w = 4}, "image");
    const Node left = relu(image, "left"), right = relu(image, "right");
    const Classifier two = with_loss(image, dense(add(left, right, "sum"), 2, "fc"));
    CHECK(
        error_of([&] { parameters_behind(two, left); }) ==
        "transfer: \"fc\" sees more of the image than through \"left\"; cut the network where it is a single "
        "map");
    CHECK(parameters_behind(two, forked["sum"]).size() == 2);
}

TEST_SUITE_END();
