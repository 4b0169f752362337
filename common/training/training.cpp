#include "common/training/training.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <sstream>

#include "common/base/error.hpp"
#include "common/base/random.hpp"
#include "common/base/range.hpp"
#include "common/graph/differentiate.hpp"
#include "common/training/optimizer.hpp"

namespace cnn {

std::string settings(const TrainingOptions& options) {
    std::ostringstream text;
    text << "epochs " << options.epochs << ", batch " << options.batch << ", rate " << exact(options.rate)
         << ", momentum " << exact(options.momentum) << ", decay " << exact(options.decay) << ", seed "
         << options.seed << described(options.schedule);
    if (options.nesterov) text << ", Nesterov";
    if (options.decay_filters_only) text << ", decay of filters only";
    if (options.augmentation.shift != 0) text << ", shift " << options.augmentation.shift;
    if (options.augmentation.mirror) text << ", mirror";
    for (const std::string& name : options.parameters)
        text << (&name == options.parameters.data() ? ", only " : " ") << name;
    return text.str();
}

namespace {

// Nodes that learn nothing although they could: they keep their statistics and do as in inference.
std::vector<bool> frozen_nodes(const Graph& graph, const Wanted& wanted) {
    std::vector<bool> frozen;
    for (const Graph::Entry& entry : graph.entries())
        frozen.push_back(!entry.parameters.empty() &&
                         std::ranges::none_of(entry.parameters, [&](const Parameter& p) {
                             return std::ranges::find(wanted.parameters, p.name) != wanted.parameters.end();
                         }));
    return frozen;
}

}  // namespace

TrainingState train(const Graph& graph, const Classifier& net, const Examples& training, const Examples& test,
                    const TrainingOptions& options, const std::filesystem::path& checkpoint,
                    const TrainingListener& listener, const Weights& start) {
    require(options.batch >= 1 && options.epochs >= 1, "train: ", options.epochs, " epochs of batches of ",
            options.batch, "; both must be at least 1");
    check(options.schedule, options.epochs);
    require_examples(training, "training");
    require_examples(test, "test");
    require(!options.augmentation.any() || training.labels.shape() == Shape{.n = training.images.shape().n},
            "train: the labels are ", training.labels.shape(),
            ", a class for every position; moved pictures need one label each");

    // Begin anew, or where the last complete epoch ended.
    const int count = training.images.shape().n;
    const std::string ours = settings(options) + ", examples " + std::to_string(count);
    TrainingState state{start.tensors().empty() ? initialise(graph, options.seed) : start, {}, {}};
    if (!checkpoint.empty() && std::filesystem::exists(checkpoint))
        state = load_checkpoint(checkpoint, graph, ours);
    Sgd sgd{.momentum = options.momentum, .decay = options.decay, .nesterov = options.nesterov};
    if (options.decay_filters_only) sgd.undecayed = vectors(graph);
    sgd.velocity = std::move(state.velocity);

    const Wanted wanted{{}, options.parameters.empty() ? trainable(graph) : options.parameters};
    std::vector<Node> keep = read_backward(graph, {net.loss}, wanted);
    keep.push_back(net.logits);
    const auto frozen = std::make_shared<const std::vector<bool>>(frozen_nodes(graph, wanted));
    Tensor one(Shape{});
    fill(one, 1);

    const int steps = divide_up(count, options.batch);
    const std::int64_t all_steps = std::int64_t{options.epochs} * steps;
    const auto began = std::chrono::steady_clock::now();
    std::int64_t seen = 0, to_see = (options.epochs - std::int64_t(state.history.size())) * count;
    for (int epoch = int(state.history.size()) + 1; epoch <= options.epochs; ++epoch) {
        // The order is the epoch's own, so it is the same whether or not the epochs before ran in this
        // process.
        const std::vector<int> order = order_of_epoch(count, options.seed, epoch);

        double loss = 0;
        std::int64_t hits = 0, positions = 0;
        std::vector<int> classes;
        for (int step = 0; step < steps; ++step) {
            const int first = step * options.batch, size = std::min(options.batch, count - first);
            const std::span which(order.data() + first, std::size_t(size));
            Shape images = training.images.shape(), labels = training.labels.shape();
            images.n = labels.n = size;
            Tensor x = Tensor::uninitialized(images), y = Tensor::uninitialized(labels);
            gather(training.images, which, x, options.augmentation, options.seed, epoch);
            gather(training.labels, which, y);

            // Forward, backward, and a step downhill.
            const std::int64_t done = std::int64_t{epoch - 1} * steps + step;
            const Mode mode{Kernels::optimized, true, options.seed + std::uint64_t(done), frozen};
            const Activations maps = run(graph, state.weights, {{net.image, x}, {net.labels, y}}, keep, mode);
            const Gradients gradients =
                differentiate(graph, state.weights, maps, {{net.loss, one}}, wanted, mode);
            sgd.rate = rate_at(options.schedule, options.rate, done, all_steps, steps);
            sgd.step(state.weights, gradients.parameters);
            update_statistics(graph, maps, state.weights);

            const double here = double(maps[net.loss](0, 0, 0, 0));
            loss += here * size;
            classes.clear();
            append_classes(maps[net.logits], classes);
            hits += right(classes, y.flat());
            positions += std::int64_t(classes.size());
            seen += size;
            const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - began;
            const double pace = double(seen) / passed.count();
            if (listener.on_step)
                listener.on_step({epoch, step + 1, steps, here, pace, double(to_see - seen) / pace});
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

}  // namespace cnn
