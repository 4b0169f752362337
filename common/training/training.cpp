#include "common/training/training.hpp"

#include <algorithm>
#include <numeric>
#include <sstream>

#include "common/base/error.hpp"
#include "common/base/random.hpp"
#include "common/base/range.hpp"
#include "common/graph/differentiate.hpp"
#include "common/training/optimizer.hpp"

namespace cnn {

namespace {

constexpr int evaluation_batch = 250;

void require_examples(const Examples& all, const char* which) {
    require(all.images.shape().n >= 1, "train: there are no ", which, " examples");
    require(all.images.shape().n == all.labels.shape().n, "train: ", all.images.shape().n, ' ', which,
            " images have ", all.labels.shape().n, " labels; one for each is needed");
}

// The examples of one minibatch, copied together.
void gather(View all, std::span<const int> which, MutableView batch) {
    for (int i = 0; i < batch.shape.n; ++i) copy(all.images(which[std::size_t(i)], 1), batch.images(i, 1));
}

// The channel with the largest number at each position, images first.
void append_classes(View logits, std::vector<int>& classes) {
    for (int n = 0; n < logits.shape.n; ++n)
        for (int i = 0; i < logits.shape.h; ++i)
            for (int j = 0; j < logits.shape.w; ++j) {
                const real* z = logits.pixel(n, i, j);
                classes.push_back(int(std::max_element(z, z + logits.shape.c) - z));
            }
}

std::int64_t right(const std::vector<int>& classes, std::span<const real> labels) {
    std::int64_t count = 0;
    for (std::size_t i = 0; i < classes.size(); ++i) count += real(classes[i]) == labels[i];
    return count;
}

}  // namespace

Examples examples(const Dataset& set) {
    Examples all{set.images, Tensor({.n = set.size()})};
    std::ranges::copy(set.labels, all.labels.flat().begin());
    return all;
}

std::string settings(const TrainingOptions& options) {
    std::ostringstream text;
    text << "epochs " << options.epochs << ", batch " << options.batch << ", rate " << options.rate
         << ", momentum " << options.momentum << ", decay " << options.decay << ", seed " << options.seed;
    for (const std::string& name : options.parameters)
        text << (&name == options.parameters.data() ? ", only " : " ") << name;
    return text.str();
}

TrainingState train(const Graph& graph, const Classifier& net, const Examples& training, const Examples& test,
                    const TrainingOptions& options, const std::filesystem::path& checkpoint,
                    const TrainingListener& listener, const Weights& start) {
    require(options.batch >= 1 && options.epochs >= 1, "train: ", options.epochs, " epochs of batches of ",
            options.batch, "; both must be at least 1");
    require_examples(training, "training");
    require_examples(test, "test");

    // Begin anew, or where the last complete epoch ended.
    const int count = training.images.shape().n;
    const std::string ours = settings(options) + ", examples " + std::to_string(count);
    TrainingState state{start.tensors().empty() ? initialise(graph, options.seed) : start, {}, {}};
    if (!checkpoint.empty() && std::filesystem::exists(checkpoint))
        state = load_checkpoint(checkpoint, graph, ours);
    Sgd sgd{options.rate, options.momentum, options.decay, std::move(state.velocity)};

    const std::vector<Node> keep = all_nodes(graph);
    const Wanted wanted{{}, options.parameters.empty() ? trainable(graph) : options.parameters};
    Tensor one(Shape{});
    fill(one, 1);

    const int steps = divide_up(count, options.batch);
    for (int epoch = int(state.history.size()) + 1; epoch <= options.epochs; ++epoch) {
        // The order is the epoch's own, so it is the same whether or not the epochs before ran in this
        // process.
        std::vector<int> order(std::size_t(count), 0);
        std::iota(order.begin(), order.end(), 0);
        Random(options.seed + 0x9E3779B97F4A7C15ULL * std::uint64_t(epoch)).shuffle(std::span(order));

        double loss = 0;
        std::int64_t hits = 0, positions = 0;
        std::vector<int> classes;
        for (int step = 0; step < steps; ++step) {
            const int first = step * options.batch, size = std::min(options.batch, count - first);
            const std::span which(order.data() + first, std::size_t(size));
            Shape images = training.images.shape(), labels = training.labels.shape();
            images.n = labels.n = size;
            Tensor x = Tensor::uninitialized(images), y = Tensor::uninitialized(labels);
            gather(training.images, which, x);
            gather(training.labels, which, y);

            // Forward, backward, and a step downhill.
            const std::int64_t done = std::int64_t{epoch - 1} * steps + step;
            const Mode mode{Kernels::optimized, true, options.seed + std::uint64_t(done)};
            const Activations maps = run(graph, state.weights, {{net.image, x}, {net.labels, y}}, keep, mode);
            const Gradients gradients =
                differentiate(graph, state.weights, maps, {{net.loss, one}}, wanted, mode);
            sgd.rate = cosine(options.rate, done, std::int64_t{options.epochs} * steps);
            sgd.step(state.weights, gradients.parameters);

            const double here = double(maps[net.loss](0, 0, 0, 0));
            loss += here * size;
            classes.clear();
            append_classes(maps[net.logits], classes);
            hits += right(classes, y.flat());
            positions += std::int64_t(classes.size());
            if (listener.on_step) listener.on_step(epoch, step + 1, steps, here);
        }

        const Evaluation tested = evaluate(graph, net, state.weights, test);
        state.history.push_back(
            {epoch, loss / count, double(hits) / double(positions), tested.loss, tested.accuracy});
        state.velocity = sgd.velocity;
        if (!checkpoint.empty()) save_checkpoint(checkpoint, state, ours);
        if (listener.on_epoch) listener.on_epoch(state.history.back());
    }
    state.velocity = std::move(sgd.velocity);
    return state;
}

std::vector<int> classify(const Graph& graph, const Classifier& net, const Weights& weights, View images,
                          const Mode& mode) {
    std::vector<int> classes;
    for (int first = 0; first < images.shape.n; first += evaluation_batch) {
        const View some = images.images(first, std::min(evaluation_batch, images.shape.n - first));
        append_classes(run(graph, weights, {{net.image, some}}, {net.logits}, mode)[net.logits], classes);
    }
    return classes;
}

Evaluation evaluate(const Graph& graph, const Classifier& net, const Weights& weights, const Examples& test,
                    const Mode& mode) {
    require_examples(test, "test");
    double loss = 0;
    std::vector<int> classes;
    const int count = test.images.shape().n;
    for (int first = 0; first < count; first += evaluation_batch) {
        const int size = std::min(evaluation_batch, count - first);
        const View x = test.images.view().images(first, size), y = test.labels.view().images(first, size);
        const Activations maps =
            run(graph, weights, {{net.image, x}, {net.labels, y}}, {net.logits, net.loss}, mode);
        loss += double(maps[net.loss](0, 0, 0, 0)) * size;
        append_classes(maps[net.logits], classes);
    }
    return {loss / count, double(right(classes, test.labels.flat())) / double(classes.size())};
}

std::vector<std::vector<int>> confusion_matrix(const std::vector<int>& labels,
                                               const std::vector<int>& classes, int count) {
    std::vector<std::vector<int>> counts;
    counts.resize(std::size_t(count), std::vector<int>(std::size_t(count), 0));
    for (std::size_t i = 0; i < labels.size(); ++i) ++counts[std::size_t(labels[i])][std::size_t(classes[i])];
    return counts;
}

}  // namespace cnn
