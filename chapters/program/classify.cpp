// cnn classify: what a network takes a picture for.
#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <numeric>

#include "common/base/error.hpp"
#include "common/book/chapter.hpp"
#include "common/files/dataset.hpp"
#include "common/report/page.hpp"
#include "lenet.hpp"
#include "program/commands.hpp"
#include "program/labels.hpp"
#include "program/picture_command.hpp"

namespace cnn::program {

namespace {

namespace fs = std::filesystem;
using json = nlohmann::ordered_json;

struct Options {
    Wish wish;
    fs::path labels, data = fashion_mnist_folder;
    int top = 5;
    bool json = false;
};

/// A number that is no file: a test image of Fashion-MNIST.
bool is_test_image(const fs::path& picture) {
    const std::string text = picture.string();
    return !text.empty() && text.size() < 9 && text.find_first_not_of("0123456789") == std::string::npos &&
           !fs::exists(picture);
}

/// A test image goes to the network as it was trained on its like: nothing is resized or inverted.
std::unique_ptr<Subject> test_image(const Options& options) {
    const Dataset test = fashion_mnist(Part::test, options.data);
    const int index = std::stoi(options.wish.picture.string());
    require(index < test.size(), "classify: there is no test image ", index, "; they are numbered 0 to ",
            test.size() - 1);
    std::unique_ptr<Subject> s = subject(options.wish, Tensor(test.images.view().images(index, 1)));
    const Shape input = s->net.image.shape(), image = s->picture.shape();
    require(input == image, "classify: ", s->network->name, " takes pictures of ", size_of(input),
            "; the test images are ", size_of(image));
    Preprocessing how = s->network->preprocessing;
    how.bright_on_dark = false;
    s->seen = preprocess(s->picture, how, input);
    return s;
}

/// What was done to the picture that its owner might not expect.
std::string note(const Subject& s) {
    return s.seen.inverted ? " (the picture has a bright border: inverted, since this network knows bright "
                             "things before black)"
                           : "";
}

void classify_picture(const Options& options) {
    require(options.top >= 1, "classify: --top ", options.top, "; it must be at least 1");
    const std::unique_ptr<Subject> s =
        is_test_image(options.wish.picture) ? test_image(options) : subject(options.wish);
    const std::vector<std::string> labels = labels_of(*s, options.labels);

    const Tensor p = optimized::softmax(finite_scores(*s, "classify"));
    std::vector<int> order(labels.size(), 0);
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, [&](int a, int b) { return p(0, 0, 0, a) > p(0, 0, 0, b); });
    order.resize(std::min(std::size_t(options.top), order.size()));

    json top = json::array();
    Table table = {{"class", "label", "probability"}};
    for (const int k : order) {
        const std::string& label = labels[std::size_t(k)];
        top.push_back({{"class", k}, {"label", label}, {"probability", p(0, 0, 0, k)}});
        table.push_back({std::to_string(k), label, decimals(double(p(0, 0, 0, k)), 4)});
    }
    const json result = {{"net", s->network->name},
                         {"image", options.wish.picture.string()},
                         {"inverted", s->seen.inverted},
                         {"top", top}};
    if (options.json)  // labels may be in any encoding, JSON is in UTF-8
        std::cout << result.dump(2, ' ', false, json::error_handler_t::replace) << '\n';
    else
        std::cout << s->network->name << note(*s) << '\n' << aligned(table);
}

/// What each network expects of a picture, a line each.
std::string expectations() {
    Table table = {{"network", "sees", "of", "names"}};
    for (const Network& net : networks()) {
        Graph graph;
        const Shape input = build(net, graph).image.shape();
        const Preprocessing& how = net.preprocessing;
        std::string of = input.c == 1 ? "grey" : how.bgr ? "blue, green, red" : "colour";
        if (how.bright_on_dark) of += ", bright on black (a picture with a bright border is inverted)";
        table.push_back({net.name + (fs::exists(shipped_weights(net)) ? " *" : ""),
                         std::to_string(input.h) + "x" + std::to_string(input.w), of,
                         std::string(name(net.data)) + "'s classes"});
    }
    return "The shorter side of a picture is resized as the network's training had it, and the middle is "
           "taken.  A * marks weights that ship with the book.\n\n" +
           aligned(table);
}

}  // namespace

void add_classify(CLI::App& program) {
    auto options = std::make_shared<Options>();
    CLI::App* command = program.add_subcommand("classify", "say what a network takes a picture for");
    command
        ->add_option("picture", options->wish.picture,
                     "a PNG or JPEG, or the number of a test image of Fashion-MNIST")
        ->type_name("PICTURE")
        ->required();
    command
        ->add_option("--net", options->wish.net,
                     "which network (the first with shipped weights that suits the picture)")
        ->type_name("NET");
    command->add_option("--weights", options->wish.weights, "its weights (data/NET.safetensors)")
        ->type_name("FILE");
    command->add_option("--labels", options->labels, "the names of the classes, a line each")
        ->type_name("FILE");
    command->add_option("--data", options->data, "folder of Fashion-MNIST's four files")->type_name("FOLDER");
    command->add_option("--top", options->top, "how many classes to print")
        ->type_name("N")
        ->capture_default_str();
    command->add_flag("--json", options->json, "one JSON object on standard output and nothing else");
    command->footer(expectations);
    add_threads(*command);
    command->callback([options] { classify_picture(*options); });
}

}  // namespace cnn::program
