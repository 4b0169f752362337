// VGG, as the paper's table reads.
#include "vgg.hpp"

#include <cmath>

#include "common/base/error.hpp"
#include "convolution.hpp"
#include "dropout.hpp"
#include "lenet.hpp"
#include "pooling.hpp"

namespace cnn {

// [table]
VggStages vgg_a() { return {{64}, {128}, {256, 256}, {512, 512}, {512, 512}}; }
VggStages vgg_b() { return {{64, 64}, {128, 128}, {256, 256}, {512, 512}, {512, 512}}; }
VggStages vgg_c() {
    const VggLayer one_by_one_256{256, 1}, one_by_one_512{512, 1};
    return {{64, 64},
            {128, 128},
            {256, 256, one_by_one_256},
            {512, 512, one_by_one_512},
            {512, 512, one_by_one_512}};
}
VggStages vgg_d() { return {{64, 64}, {128, 128}, {256, 256, 256}, {512, 512, 512}, {512, 512, 512}}; }
VggStages vgg_e() {
    return {{64, 64}, {128, 128}, {256, 256, 256, 256}, {512, 512, 512, 512}, {512, 512, 512, 512}};
}
// [table]

namespace {

/// torchvision numbers all layers of a part in one row: features.0, features.1, ...
class Numbered {
public:
    explicit Numbered(std::string part) : part_(std::move(part)) {}
    std::string next() { return part_ + "." + std::to_string(count_++); }

private:
    std::string part_;
    int count_ = 0;
};

/// A normal distribution under which ReLU layers keep the size of what passes through (He et al. 2015), here
/// backwards, as torchvision has it.  With smaller weights a deep VGG does not begin to learn: the paper
/// first trained column A and grew the others from it.
Initialiser he(std::int64_t fan_out) { return {Initialiser::Kind::normal, std::sqrt(2 / double(fan_out))}; }

// [stage]
Node stage(Node x, const VggStage& layers, Numbered& name,
           const std::function<Node(Node, std::string)>& normalise = {}) {
    for (const VggLayer& layer : layers) {
        x = conv(x,
                 {.filters = layer.filters,
                  .kernel = layer.kernel,
                  .padding = layer.kernel / 2,
                  .initialiser = he(std::int64_t{layer.kernel} * layer.kernel * layer.filters)},
                 name.next());
        if (normalise) x = normalise(x, name.next());
        x = relu(x, name.next());
    }
    return x;
}
// [stage]

}  // namespace

// [vgg]
Classifier vgg(Graph& graph, const VggStages& stages, const VggOptions& options) {
    require(options.classes >= 1, "vgg: ", options.classes, " classes; there must be at least 1");
    require(options.input >> stages.size() >= 1, "vgg: the image has ", options.input, " rows; ",
            stages.size(), " stages halve it as often, so it needs at least ", 1 << stages.size());

    const Node image = graph.input({.h = options.input, .w = options.input, .c = options.channels}, "image");
    Node x = image;
    Numbered features("features");
    for (const VggStage& layers : stages) {
        x = stage(x, layers, features, options.normalise);
        x = max_pool(x, {.kernel = 2, .stride = 2}, features.next());
    }

    Numbered classifier("classifier");
    for (int hidden = 0; hidden < 2; ++hidden) {
        x = dense(x, options.units, classifier.next());  // the first sees the 7x7x512 map whole (E17)
        x = relu(x, classifier.next());
        x = dropout(x, options.dropout, classifier.next());
    }
    const Node logits = dense(x, options.classes, classifier.next());
    softmax(logits, "probabilities");
    return {image, {}, logits, {}};
}
// [vgg]

// [small]
Classifier vgg_small(Graph& graph, int classes) {
    const Node image = graph.input({.h = 28, .w = 28, .c = 1}, "image");
    Node x = rescale(image, 1 / garment_deviation, -garment_mean / garment_deviation, "normalise");
    Numbered features("features");
    x = stage(x, {32, 32}, features);
    x = max_pool(x, {.kernel = 2, .stride = 2}, features.next());
    x = stage(x, {48, 48}, features);
    x = max_pool(x, {.kernel = 2, .stride = 2}, features.next());
    x = stage(x, {96, 96}, features);
    x = global_average_pool(x, "avgpool");
    x = dropout(x, 0.2, "dropout");
    return with_loss(image, dense(x, classes, "classifier"));
}
// [small]

TrainingOptions vgg_small_training() {
    return {.epochs = 24,
            .batch = 64,
            .rate = 0.06,
            .decay = 0.0002,
            .schedule = {.kind = Schedule::Kind::one_cycle},
            .nesterov = true,
            .decay_filters_only = true,
            .augmentation = {.shift = 1, .mirror = true}};
}

}  // namespace cnn
