// cnn train: weights from a data set, with a checkpoint after each epoch, a log and curves.
#include <charconv>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <optional>

#include "common/base/error.hpp"
#include "common/book/chapter.hpp"
#include "common/figure/figure.hpp"
#include "common/files/dataset.hpp"
#include "common/graph/weights.hpp"
#include "common/report/page.hpp"
#include "common/report/progress.hpp"
#include "common/training/training.hpp"
#include "common/training/training_log.hpp"
#include "program/commands.hpp"
#include "program/interrupt.hpp"
#include "program/out_folder.hpp"
#include "program/transfer.hpp"

namespace cnn::program {

namespace {

namespace fs = std::filesystem;

struct Options {
    std::string net;
    fs::path out = "build/train", data = {};
    std::optional<int> epochs, batch, images;
    std::optional<double> rate, momentum, decay;
    std::optional<std::string> seed;
    bool json = false, replace = false;
};

/// A seed; CLI11 would take -1 for 2^64 - 1.
std::uint64_t whole_number(const std::string& text) {
    std::uint64_t number = 0;
    const char* end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, number);
    require(error == std::errc() && stopped == end, "train: --seed ", text,
            "; it must be a whole number from 0 to 18446744073709551615");
    return number;
}

TrainingOptions settled(const Options& asked, TrainingOptions usual) {
    usual.epochs = asked.epochs.value_or(usual.epochs);
    usual.batch = asked.batch.value_or(usual.batch);
    usual.rate = asked.rate.value_or(usual.rate);
    usual.momentum = asked.momentum.value_or(usual.momentum);
    usual.decay = asked.decay.value_or(usual.decay);
    if (asked.seed) usual.seed = whole_number(*asked.seed);
    require(usual.epochs >= 1, "train: --epochs ", usual.epochs, "; it must be at least 1");
    require(usual.batch >= 1, "train: --batch ", usual.batch, "; it must be at least 1");
    require(usual.rate > 0 && std::isfinite(usual.rate), "train: --rate ", usual.rate,
            "; it must be above 0");
    require(usual.momentum >= 0 && usual.momentum < 1, "train: --momentum ", usual.momentum,
            "; it must be from 0 up to, not including, 1");
    require(usual.decay >= 0 && std::isfinite(usual.decay), "train: --decay ", usual.decay,
            "; it must not be negative");
    return usual;
}

std::string line(const Epoch& e, int epochs) {
    std::ostringstream out;
    out << "epoch " << std::setw(2) << e.number << '/' << epochs << std::fixed << std::setprecision(4)
        << "   loss " << e.loss << "   accuracy " << percent(e.accuracy, 2) << "   test loss " << e.test_loss
        << "   test accuracy " << percent(e.test_accuracy, 2);
    return out.str();
}

void draw_curves(const fs::path& svg, const Network& net, const std::vector<Epoch>& history) {
    figure::Series training{"training, while learning", {}, {}}, test{"test", {}, {}};
    for (const Epoch& e : history) {
        training.x.push_back(e.number);
        training.y.push_back(100 * e.accuracy);
        test.x.push_back(e.number);
        test.y.push_back(100 * e.test_accuracy);
    }
    figure::plot(svg, {.title = net.name + " learns " + std::string(name(net.data)),
                       .x_label = "epoch",
                       .y_label = "accuracy, %",
                       .series = {training, test}});
}

/// The pictures that a network learns from, as it expects them.
Dataset pictures(const Network& net, Part part, const fs::path& folder) {
    if (net.data == DataSet::fashion_mnist || net.data == DataSet::garment_scenes)
        return fashion_mnist(part, folder.empty() ? fashion_mnist_folder : folder);
    require(!folder.empty(), "train: ", net.name, " learns from ", name(net.data),
            "; name its folder with --data: the binary files, or folders train and test of pictures");
    std::optional<Progress> bar;
    Dataset all = photographs(part, folder, net.sizes.input, [&](int done, int count) {
        if (!bar) bar.emplace("reading pictures", count);
        bar->step(done);
    });
    bar.reset();
    normalise(all.images, net.preprocessing);
    return all;
}

/// The same with its labels, and the names of the classes.
Examples lessons(const Network& net, Part part, const fs::path& folder, std::vector<std::string>& classes) {
    Dataset all = pictures(net, part, folder);
    classes = net.scenes ? class_names(net.data) : all.classes;
    if (net.scenes) return net.scenes(all, part);
    return examples(net.pictures ? net.pictures(all, part) : std::move(all));
}

Examples first(const Examples& all, int count) {
    const int size = all.images.shape().n;
    require(1 <= count && count <= size, "train: --images ", count, "; there are 1 to ", size);
    return {Tensor(all.images.view().images(0, count)), Tensor(all.labels.view().images(0, count))};
}

void train_network(const Options& asked) {
    const Network& net = network(asked.net);
    require(net.training.has_value(), "train: there is no recipe to train ", net.name);
    const TrainingOptions options = settled(asked, *net.training);
    const fs::path base = asked.out / net.name;
    const auto file = [&base](const char* ending) { return fs::path(base) += ending; };
    const fs::path checkpoint = file(".checkpoint");
    require(asked.replace || fs::exists(checkpoint) || !fs::exists(file(".safetensors")),
            "train: ", file(".safetensors").string(),
            " is there, from a training that ended; name another folder with --out, or say --replace");
    std::vector<std::string> classes;
    Examples training = lessons(net, Part::train, asked.data, classes);
    const Examples test = lessons(net, Part::test, asked.data, classes);
    if (asked.images) training = first(training, *asked.images);

    make_folder(asked.out, "train");

    Graph graph;
    const Classifier classifier = build(net, graph);
    std::ostream nowhere(nullptr);
    std::ostream& console = asked.json ? nowhere : std::cout;
    console << net.name << ": " << training.images.shape().n << " images, " << settings(options) << '\n';
    if (fs::exists(checkpoint)) console << "going on from " << checkpoint.string() << '\n';

    watch_interrupt();

    // One bar for each epoch, gone when its line is printed.
    std::optional<Progress> bar;
    TrainingListener listener;
    listener.on_step = [&](const Step& step) {
        require(std::isfinite(step.loss), "train: the loss is no number any more in epoch ", step.epoch,
                "; try a lower --rate");
        require(!interrupted(), "train: interrupted in epoch ", step.epoch,
                fs::exists(checkpoint) ? "; the same command goes on after the epoch before, from "
                                       : "; nothing is kept yet, the end of an epoch is the first to write ",
                checkpoint.string());
        if (!bar) bar.emplace("epoch " + std::to_string(step.epoch), step.steps);
        std::ostringstream note;
        note << "loss " << std::fixed << std::setprecision(4) << step.loss << std::setprecision(0) << ", "
             << step.images_per_second << " images/s, " << std::ceil(step.seconds_left / 60)
             << " min to the end";
        bar->step(step.step, note.str());
    };
    listener.on_epoch = [&](const Epoch& epoch) {
        bar.reset();
        console << line(epoch, options.epochs) << '\n' << std::flush;
        if (asked.json) std::cout << to_json(epoch) << '\n' << std::flush;
    };
    const TrainingState state = train(graph, classifier, training, test, options, checkpoint, listener);

    save_weights(file(".safetensors"), graph, state.weights,
                 {{"net", net.name},
                  {"data", std::string(name(net.data))},
                  {"settings", settings(options)},
                  {"test_accuracy", percent(state.history.back().test_accuracy, 2)}});
    write_log(file(".json"), {net.name, settings(options), state.history});
    draw_curves(file("_curves.svg"), net, state.history);
    const std::vector<int> labels(test.labels.flat().begin(), test.labels.flat().end());
    const std::vector<int> named = classify(graph, classifier, state.weights, test.images);
    figure::confusion(file("_confusion.svg"), confusion_matrix(labels, named, int(classes.size())), classes);
    std::error_code ignored;
    fs::remove(checkpoint, ignored);
    console << "-> " << file(".safetensors").string() << ", .json, _curves.svg, _confusion.svg\n";
}

}  // namespace

void add_train(CLI::App& program) {
    auto options = std::make_shared<Options>();
    CLI::App* command = program.add_subcommand("train", "train a network; goes on where it was interrupted");
    command->add_option("net", options->net, "which network")->type_name("NET");
    command->add_option("--out", options->out, "folder of weights, log and curves")
        ->type_name("FOLDER")
        ->capture_default_str();
    command
        ->add_option(
            "--data", options->data,
            "folder of Fashion-MNIST's four files (default: Debian's), of CIFAR-10's binary files, or "
            "of folders train and test with a folder of pictures for each class")
        ->type_name("FOLDER");
    command->add_option("--epochs", options->epochs, "how often to see every image")->type_name("N");
    command->add_option("--batch", options->batch, "images in a step")->type_name("N");
    command->add_option("--rate", options->rate, "length of the first steps")->type_name("X");
    command->add_option("--momentum", options->momentum, "what a step keeps of the one before")
        ->type_name("X");
    command->add_option("--decay", options->decay, "pull of the weights to 0")->type_name("X");
    command->add_option("--seed", options->seed, "of first weights and order; same seed, same bits")
        ->type_name("N");
    command->add_option("--images", options->images, "only the first N training images")->type_name("N");
    command->add_flag("--replace", options->replace, "write over the weights of a training that ended");
    command->add_flag("--json", options->json,
                      "one JSON object an epoch on standard output and nothing else");
    add_threads(*command);
    add_transfer(*command);
    command->callback([command, options] {
        if (!command->get_subcommands().empty()) return;
        if (options->net.empty()) throw CLI::RequiredError("NET");
        train_network(*options);
    });
}

}  // namespace cnn::program
