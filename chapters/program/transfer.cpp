// cnn train transfer: a new last layer on what a trained network sees in somebody's own pictures.
#include "program/transfer.hpp"

#include <cmath>
#include <iostream>
#include <nlohmann/json.hpp>

#include "common/base/error.hpp"
#include "common/base/range.hpp"
#include "common/book/chapter.hpp"
#include "common/report/progress.hpp"
#include "hold_out.hpp"
#include "lenet.hpp"
#include "program/backbone.hpp"
#include "program/interrupt.hpp"
#include "program/out_folder.hpp"
#include "program/picture_features.hpp"
#include "program/transfer_report.hpp"
#include "transfer_learning.hpp"

namespace cnn::program {

namespace {

namespace fs = std::filesystem;

constexpr int least_pictures = 10;  // of a class
constexpr double held_out_share = 0.2;

/// Examples of these numbers.
Examples chosen(const Tensor& features, const std::vector<int>& labels, const std::vector<int>& which) {
    Shape shape = features.shape();
    shape.n = int(which.size());
    Examples some{Tensor::uninitialized(shape), Tensor({.n = shape.n})};
    gather(features, which, some.images);
    for (int i = 0; i < shape.n; ++i)
        some.labels(i, 0, 0, 0) = real(labels[std::size_t(which[std::size_t(i)])]);
    return some;
}

/// The longest step with which a linear layer on these features surely converges is about one over their mean
/// squared length.
double safe_rate(const Tensor& features, const Graph& end) {
    double squares = 0;
    for (const real value : features.flat()) squares += double(value) * double(value);
    const Shape w = end.parameters().front().shape;
    const double inputs = double(w.n) * w.h * w.w;
    return 1 / std::max(1e-6, inputs * squares / double(features.shape().size()));
}

TrainingOptions settled(const TransferWish& wish, const Tensor& features, const Graph& end, int count) {
    constexpr int batch = 16, steps = 600;
    TrainingOptions options{.epochs = wish.epochs.value_or(std::max(20, divide_up(steps * batch, count))),
                            .batch = batch,
                            .rate = wish.rate ? *wish.rate : safe_rate(features, end),
                            .decay = 0.0005,
                            .seed = wish.seed};
    require(options.epochs >= 1, "transfer: --epochs ", options.epochs, "; it must be at least 1");
    require(options.rate > 0 && std::isfinite(options.rate), "transfer: --rate ", options.rate,
            "; it must be above 0");
    return options;
}

/// A bar over all steps, and an end where Ctrl-C is pressed.
TrainingListener shown(Progress& bar, const fs::path& checkpoint) {
    return {.on_step = [&bar, checkpoint](const Step& step) {
        require(std::isfinite(step.loss), "transfer: the loss is no number any more in epoch ", step.epoch,
                "; try a lower --rate");
        require_uninterrupted("transfer", "; the same command goes on from " + checkpoint.string());
        bar.step((step.epoch - 1) * std::int64_t{step.steps} + step.step);
    }};
}

}  // namespace

void transfer(const TransferWish& wish) {
    require(!wish.images.empty(),
            "transfer: name the folder of your pictures with --images, one folder a class");
    const fs::path base = wish.out / "transfer", weights_file = fs::path(base) += ".safetensors",
                   checkpoint = fs::path(base) += ".checkpoint";
    require(wish.replace || fs::exists(checkpoint) || !fs::exists(weights_file),
            "transfer: ", weights_file.string(),
            " is there, from a training that ended; name another folder with --out, or say --replace");
    const PictureList pictures = picture_list(wish.images, least_pictures);
    const std::unique_ptr<Backbone> b =
        backbone(wish.net, wish.weights, int(pictures.classes.size()), wish.seed);
    watch_interrupt();

    // Every picture's features once; what is held out is never learned from.
    const Node cut = last_features(b->net);
    const Tensor seen = picture_features(pictures, *b->network, b->net, cut, b->weights);
    const Halves halves = hold_out(pictures.labels, held_out_share, wish.seed);
    const Examples training = chosen(seen, pictures.labels, halves.training),
                   test = chosen(seen, pictures.labels, halves.held_out);

    // The last layer learns on the features.
    Graph end;
    const Classifier head = behind(b->net, cut, end);
    const TrainingOptions options = settled(wish, seen, end, training.images.shape().n);
    make_folder(wish.out, "transfer");
    Weights start;
    for (const Parameter& p : end.parameters()) start.set(p.name, b->weights[p.name]);
    TrainingState state;
    {
        Progress bar("learning",
                     std::int64_t{options.epochs} * divide_up(training.images.shape().n, options.batch));
        state = train(end, head, training, test, options, checkpoint, shown(bar, checkpoint), start);
    }
    for (const auto& [name, tensor] : state.weights.tensors()) b->weights.set(name, tensor);

    save_weights(
        weights_file, b->graph, b->weights,
        {{"net", b->network->name},
         {"classes",
          nlohmann::json(pictures.classes).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)},
         {"backbone", b->file.string()},
         {"settings", settings(options)},
         {"held_out_accuracy", percent(state.history.back().test_accuracy, 2)}});
    write_log(fs::path(base) += ".json", {b->network->name, settings(options), state.history});
    report_transfer(base, *b->network, pictures, halves,
                    run(end, state.weights, {{head.image, test.images}}, {head.logits})[head.logits],
                    state.history, wish.json);
    std::error_code ignored;
    fs::remove(checkpoint, ignored);
}

}  // namespace cnn::program
