// cnn classify: what a network takes a picture for.
#include <algorithm>
#include <cmath>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>
#include <numeric>
#include <sstream>

#include "common/base/error.hpp"
#include "common/book/chapter.hpp"
#include "common/files/data_folder.hpp"
#include "common/files/dataset.hpp"
#include "common/files/image.hpp"
#include "common/files/whole_file.hpp"
#include "common/report/table.hpp"
#include "lenet.hpp"
#include "program/commands.hpp"

namespace cnn::program {

namespace {

namespace fs = std::filesystem;
using json = nlohmann::ordered_json;

struct Options {
    std::string picture, net;
    fs::path weights, labels, data = fashion_mnist_folder;
    int top = 5;
    bool json = false;
};

/// The picture as the network sees it: its shorter side resized, its middle cropped.
Tensor fitted(const Tensor& picture, const Shape& input) {
    const Shape& s = picture.shape();
    const double scale = std::max(double(input.h) / s.h, double(input.w) / s.w);
    const Extent size(std::max(input.h, int(std::lround(s.h * scale))),
                      std::max(input.w, int(std::lround(s.w * scale))));
    return center_crop(resize(picture, size), {input.h, input.w});
}

/// A file, or the number of a test image of Fashion-MNIST.
Tensor image_of(const Options& options, const Shape& input) {
    const bool number = !options.picture.empty() && options.picture.size() < 9 &&
                        options.picture.find_first_not_of("0123456789") == std::string::npos;
    if (!number || fs::exists(options.picture)) return fitted(read_image(options.picture, input.c), input);

    const Dataset test = fashion_mnist(Part::test, options.data);
    const int index = std::stoi(options.picture);
    require(index < test.size(), "classify: there is no test image ", index, "; they are numbered 0 to ",
            test.size() - 1);
    const Shape s = test.images.shape();
    require(input.h == s.h && input.w == s.w && input.c == s.c, "classify: ", options.net,
            " takes pictures of ", Extent(input.h, input.w), "x", input.c, "; the test images are 28x28x1");
    return Tensor(test.images.view().images(index, 1));
}

/// A name for each class: a line each; a WordNet number in front is left out.
std::vector<std::string> labels_of(const Options& options, int classes) {
    std::vector<std::string> labels;
    if (options.labels.empty()) {
        if (classes == 10) return fashion_mnist_classes();
        for (int k = 0; k < classes; ++k) labels.push_back("class " + std::to_string(k));
        return labels;
    }
    std::istringstream in(read_whole(options.labels));
    for (std::string line; std::getline(in, line);) {
        const bool numbered = line.size() > 10 && line[0] == 'n' && line[9] == ' ' &&
                              line.find_first_not_of("0123456789", 1) == 9;
        labels.push_back(numbered ? line.substr(10) : line);
    }
    require(int(labels.size()) == classes, options.labels.string(), " has ", labels.size(), " lines; ",
            options.net, " has ", classes, " classes");
    return labels;
}

void classify_picture(const Options& options) {
    require(options.top >= 1, "classify: --top ", options.top, "; it must be at least 1");
    Graph graph;
    const Classifier net = build(network(options.net), graph);
    fs::path file = options.weights;
    if (file.empty()) {
        file = data_folder() / (options.net + ".safetensors");
        require(fs::exists(file), "classify: there are no weights ", file.string(),
                "; name a file with --weights, such as one that `cnn train` wrote");
    }
    const Weights weights = load_weights(file, graph);
    const Tensor image = image_of(options, net.image.shape());
    const int classes = net.logits.shape().c;
    const std::vector<std::string> labels = labels_of(options, classes);

    const Activations maps = run(graph, weights, {{net.image, image}}, {net.logits});
    const Tensor p = optimized::softmax(maps[net.logits]);
    std::vector<int> order(std::size_t(classes), 0);
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, [&](int a, int b) { return p(0, 0, 0, a) > p(0, 0, 0, b); });
    order.resize(std::size_t(std::min(options.top, classes)));

    json top = json::array();
    Table table = {{"class", "label", "probability"}};
    for (const int k : order) {
        const std::string& label = labels[std::size_t(k)];
        std::ostringstream probability;
        probability << std::fixed << std::setprecision(4) << p(0, 0, 0, k);
        top.push_back({{"class", k}, {"label", label}, {"probability", p(0, 0, 0, k)}});
        table.push_back({std::to_string(k), label, probability.str()});
    }
    if (options.json)
        std::cout << json{{"net", options.net}, {"image", options.picture}, {"top", top}}.dump(2) << '\n';
    else
        std::cout << aligned(table);
}

}  // namespace

void add_classify(CLI::App& program) {
    auto options = std::make_shared<Options>();
    CLI::App* command = program.add_subcommand("classify", "say what a network takes a picture for");
    command
        ->add_option("picture", options->picture,
                     "a PNG or JPEG, or the number of a test image of Fashion-MNIST")
        ->type_name("PICTURE")
        ->required();
    command->add_option("--net", options->net, "which network")->type_name("NET")->required();
    command->add_option("--weights", options->weights, "its weights (data/NET.safetensors)")
        ->type_name("FILE");
    command->add_option("--labels", options->labels, "the names of the classes, a line each")
        ->type_name("FILE");
    command->add_option("--data", options->data, "folder of Fashion-MNIST's four files")->type_name("FOLDER");
    command->add_option("--top", options->top, "how many classes to print")
        ->type_name("N")
        ->capture_default_str();
    command->add_flag("--json", options->json, "one JSON object on standard output and nothing else");
    add_threads(*command);
    command->callback([options] { classify_picture(*options); });
}

}  // namespace cnn::program
