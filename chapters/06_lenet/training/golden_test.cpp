// Two whole steps of training against PyTorch's, and the shipped weights against their log.
#include <cmath>
#include <filesystem>

#include "common/files/data_folder.hpp"
#include "common/files/safetensors.hpp"
#include "common/graph/differentiate.hpp"
#include "common/testing/testing.hpp"
#include "common/training/optimizer.hpp"
#include "lenet.hpp"

using namespace cnn;
namespace fs = std::filesystem;

namespace {

using Arrays = std::map<std::string, safetensors::Array>;

// As golden_step.py has it: scale * sin(step * i + phase) for the i-th number in PyTorch's order.
std::vector<float> sines(std::int64_t count, double step, double phase, double scale) {  // NOLINT
    std::vector<float> numbers;
    for (std::int64_t i = 0; i < count; ++i)
        numbers.push_back(float(scale * std::sin(step * double(i) + phase)));
    return numbers;
}

// Weights as PyTorch would write them, through a file: so that the layouts are part of what is tested.
Arrays as_file(const Graph& graph, const Weights& weights, const fs::path& file) {
    save_weights(file, graph, weights);
    const Arrays arrays = safetensors::read(file).arrays;
    fs::remove(file);
    return arrays;
}

// How far the numbers are from the golden ones (of which there may be fewer), relative to the largest.
double error(const std::vector<float>& golden, const std::vector<float>& ours) {
    double largest = 0, difference = 0;
    for (std::size_t i = 0; i < golden.size(); ++i) {
        largest = std::max(largest, std::abs(double(golden[i])));
        const double here = std::abs(double(golden[i]) - double(ours.at(i)));
        if (!(here <= difference)) difference = here;  // so that a NaN is not lost
    }
    return difference / largest;
}

}  // namespace

TEST_SUITE_BEGIN("06 lenet");

TEST_CASE_TEMPLATE("s-04: two steps of training agree with PyTorch's", Implementation, Naive, Optimized) {
    const Mode mode{std::is_same_v<Implementation, Naive> ? Kernels::naive : Kernels::optimized, true};
    const fs::path file =
        fs::temp_directory_path() /
        (std::is_same_v<Implementation, Naive> ? "cnn_golden_naive" : "cnn_golden_optimized");
    Graph graph;
    const Classifier net = lenet5(graph);

    // The script's weights, images and labels.
    safetensors::File start;
    const Arrays shapes = as_file(graph, initialise(graph, 1), file);
    double phase = 0;
    for (const Parameter& p : graph.parameters()) {
        const std::vector<std::int64_t>& shape = shapes.at(p.name).shape;
        const std::int64_t count = p.shape.size(), fan_in = shape.size() > 1 ? count / shape[0] : count;
        start.arrays[p.name] = {shape, sines(count, 1.3, phase++, 1 / std::sqrt(double(fan_in)))};
    }
    safetensors::write(file, start);
    Weights weights = load_weights(file, graph);
    Tensor images({.n = 8, .h = 28, .w = 28}), labels(Shape{.n = 8}), one(Shape{});
    const std::vector<float> pixels = sines(images.shape().size(), 0.37, 0, 0.5);
    std::ranges::transform(pixels, images.flat().begin(), [](float v) { return real(0.5) + v; });
    for (int n = 0; n < 8; ++n) labels(n, 0, 0, 0) = real(n * 7 % 10);
    fill(one, 1);

    const Arrays golden = safetensors::read(data_folder() / "golden" / "lenet5_step.safetensors").arrays;
    Sgd sgd{.rate = 0.05, .momentum = 0.9, .velocity = {}};
    for (std::size_t step = 0; step < 2; ++step) {
        const Activations maps =
            run(graph, weights, {{net.image, images}, {net.labels, labels}}, all_nodes(graph), mode);
        const Gradients gradients =
            differentiate(graph, weights, maps, {{net.loss, one}}, {{}, trainable(graph)}, mode);
        CHECK(maps[net.loss](0, 0, 0, 0) ==
              doctest::Approx(golden.at("losses").numbers.at(step)).epsilon(1e-5));
        if (step == 0) {
            const auto logits = maps[net.logits].flat();
            CHECK(error(golden.at("logits").numbers, {logits.begin(), logits.end()}) < 1e-5);
            for (const auto& entry : as_file(graph, gradients.parameters, file)) {
                const std::string& name = entry.first;
                const auto& array = entry.second;
                CAPTURE(name);
                CHECK(error(golden.at("gradient." + name).numbers, array.numbers) < 1e-4);
            }
        }
        sgd.step(weights, gradients.parameters);
    }
    for (const auto& entry : as_file(graph, weights, file)) {
        const std::string& name = entry.first;
        const auto& array = entry.second;
        CAPTURE(name);
        CHECK(error(golden.at("after." + name).numbers, array.numbers) < 1e-5);
    }
}

TEST_CASE("s-04: the shipped weights give exactly the accuracy that their logs say") {
    if (!fs::exists(fashion_mnist_folder)) {
        MESSAGE("skipped: Fashion-MNIST is not installed");
        return;
    }
    const Examples test = examples(fashion_mnist(Part::test));
    struct Shipped {
        std::string name;
        Classifier (*build)(Graph&);
        double least;
    };
    for (const Shipped& shipped : {Shipped{"lenet5", [](Graph& g) { return lenet5(g); }, 0.905},
                                   Shipped{"lenet5_1998", lenet5_1998, 0.88}}) {
        const auto& [title, build, least] = shipped;
        const std::string& name = shipped.name;
        CAPTURE(name);
        Graph graph;
        const Classifier net = build(graph);
        const Weights weights = load_weights(data_folder() / (name + ".safetensors"), graph);
        const TrainingLog log = read_log(data_folder() / (name + ".json"));
        REQUIRE_FALSE(log.epochs.empty());
        CHECK(log.net == name);
        const double accuracy = evaluate(graph, net, weights, test).accuracy;
        CHECK(accuracy == log.epochs.back().test_accuracy);
        CHECK(accuracy >= least);

        // On naive kernels some images are enough: no class differs.
        const View some = test.images.view().images(0, 100);
        CHECK(classify(graph, net, weights, some, {Kernels::naive}) == classify(graph, net, weights, some));
    }
}

TEST_SUITE_END();
