// Chapter 24's experiment, as its log in data/ was made.
#include <iostream>

#include "common/base/error.hpp"
#include "common/report/page.hpp"
#include "common/report/progress.hpp"
#include "experiment.hpp"
#include "program/interrupt.hpp"
#include "program/out_folder.hpp"
#include "program/transfer.hpp"

namespace cnn::program {

namespace {

namespace fs = std::filesystem;

/// The backbone: from an earlier run where it is there, trained and saved otherwise.
Weights backbone(const fs::path& file) {
    Graph graph;
    const Classifier net = feature_network(graph);
    if (fs::exists(file)) return load_weights(file, graph);
    const std::vector<int> known{0, 1, 2, 3, 4};
    const Examples training = examples(of_classes(fashion_mnist(Part::train), known)),
                   test = examples(of_classes(fashion_mnist(Part::test), known));
    Progress bar("pretraining", pretraining().epochs * std::int64_t{1000});
    const TrainingState state = train(
        graph, net, training, test, pretraining(), fs::path(file) += ".checkpoint",
        {.on_step = [&](const Step& step) {
            require_uninterrupted("transfer", "; the same command goes on after the last whole epoch");
            bar.step((step.epoch - 1) * std::int64_t{1000} + std::int64_t{1000} * step.step / step.steps);
        }});
    save_weights(file, graph, state.weights,
                 {{"data", "garments 0 to 4 of Fashion-MNIST"},
                  {"settings", settings(pretraining())},
                  {"test_accuracy", percent(state.history.back().test_accuracy, 2)}},
                 safetensors::Type::f16);
    fs::remove(fs::path(file) += ".checkpoint");
    return load_weights(file, graph);
}

}  // namespace

void transfer_experiment(const TransferWish& wish) {
    require(
        wish.data.empty() == wish.weights.empty(),
        "transfer: the experiment on photographs needs --data with CIFAR-10 and --weights with SqueezeNet "
        "1.1's; that on garments needs neither");
    make_folder(wish.out, "transfer");
    watch_interrupt();
    const bool garments = wish.data.empty();
    const fs::path log = wish.out / (garments ? "transfer_garments.json" : "transfer_photographs.json");
    const Weights learned = garments ? backbone(wish.out / "transfer_garments.safetensors") : Weights{};
    Progress bar("lessons", 1000);
    const auto listener = [&](int done, int all) {
        require_uninterrupted("transfer", "; the same command begins the lessons anew");
        bar.step(1000LL * done / all);
    };
    const std::vector<Lesson> lessons = garments ? learn_garments(learned, listener)
                                                 : learn_photographs(wish.data, wish.weights, 2000, listener);
    write_lessons(log, lessons);

    Table table{{"way", "images a class", "accuracy", "deviation"}};
    for (std::size_t k = 0; k < lessons.size(); ++k) {
        const Lesson& l = lessons[k];
        if (k > 0 && lessons[k - 1].way == l.way && lessons[k - 1].images == l.images) continue;
        const Spread s = spread(lessons, l.way, l.images);
        table.push_back({l.way, std::to_string(l.images), percent(s.mean, 1), percent(s.deviation, 1)});
    }
    std::cout << aligned(table) << "-> " << log.string() << '\n';
}

}  // namespace cnn::program
