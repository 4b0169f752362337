// The whole experiment: on garments, and on photographs where they are given.
#include "common/book/network.hpp"
#include "common/files/image.hpp"
#include "convolution.hpp"
#include "experiment.hpp"
#include "lenet.hpp"
#include "pooling.hpp"
#include "squeezenet.hpp"

namespace cnn {

namespace {

constexpr std::uint64_t seeds = 5;

/// Small photographs enlarged to what a network for large ones can use.
Tensor enlarged(View images, int side) {
    Tensor large = Tensor::uninitialized({images.shape.n, side, side, images.shape.c});
    for (int n = 0; n < images.shape.n; ++n)
        copy(resize(images.images(n, 1), side), large.view().images(n, 1));
    return large;
}

}  // namespace

std::vector<Lesson> learn_garments(const Weights& pretrained,
                                   const std::function<void(int done, int all)>& listener) {
    const std::vector<int> fresh{5, 6, 7, 8, 9}, counts{10, 50, 250};
    const Dataset training = of_classes(fashion_mnist(Part::train), fresh);
    const Examples test = examples(of_classes(fashion_mnist(Part::test), fresh));
    Graph graph;
    const Classifier net = feature_network(graph);
    const Task task{net, pretrained, training, test};
    const int all = int(counts.size() * ways().size() * seeds);
    std::vector<Lesson> lessons;
    for (const int count : counts)
        for (const Way& way : ways())
            for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
                lessons.push_back(learn(task, way, count, seed, seed == 1 ? 500 : 1));
                if (listener) listener(int(lessons.size()), all);
            }
    return lessons;
}

std::vector<Lesson> learn_photographs(const std::filesystem::path& cifar10,
                                      const std::filesystem::path& squeezenet_file, int tested,
                                      const std::function<void(int done, int all)>& listener) {
    constexpr int side = 128, images = 10, all = 2 * int(seeds);
    Dataset training = photographs(Part::train, cifar10);
    Dataset test = first(photographs(Part::test, cifar10), tested);
    normalise(training.images, cifar10_preprocessing);
    normalise(test.images, cifar10_preprocessing);
    std::vector<Lesson> lessons;
    const auto note = [&](Lesson lesson) {
        lessons.push_back(std::move(lesson));
        if (listener) listener(int(lessons.size()), all);
    };

    // From scratch, at the photographs' own size.
    Graph small;
    const Classifier net = feature_network(small, 10, {.h = 32, .w = 32, .c = 3});
    const Examples small_test = examples(test);
    for (std::uint64_t seed = 1; seed <= seeds; ++seed)
        note(learn({net, {}, training, small_test}, ways()[1], images, seed));

    // SqueezeNet up to its last fire module, then every map's average and a new layer.
    Graph published;
    squeezenet(published, SqueezeNetVersion::one_one, side);
    const Weights learned = load_weights(squeezenet_file, published);
    Graph graph;
    const Node image = squeezenet(graph, SqueezeNetVersion::one_one, side).image;
    const Node average = global_average_pool(graph["features.12"], "average");
    const Node logits = dense(average, 10, "linear"), labels = graph.input({}, "labels");
    const Classifier large{image, labels, logits, softmax_cross_entropy(logits, labels)};
    const Examples large_test{enlarged(test.images, side), small_test.labels};
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        Dataset few = of_classes(training, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, images, seed);
        few.images = enlarged(few.images, side);
        note(learn({large, learned, few, large_test}, {"frozen features", true, "average", 300}, images,
                   seed));
    }
    return lessons;
}

}  // namespace cnn
