// cnn filters: what a network's first filters look like, and which pictures excite units at growing depth.
#include <iostream>
#include <nlohmann/json.hpp>

#include "common/base/error.hpp"
#include "common/book/chapter.hpp"
#include "common/figure/panels.hpp"
#include "common/files/image.hpp"
#include "common/report/page.hpp"
#include "common/report/progress.hpp"
#include "oriented_wave.hpp"
#include "patches.hpp"
#include "program/commands.hpp"
#include "program/gallery.hpp"
#include "program/labels.hpp"
#include "program/picture_command.hpp"
#include "program/subject.hpp"

namespace cnn::program {

namespace {

namespace fs = std::filesystem;
using json = nlohmann::ordered_json;

struct Options {
    std::string net, layers;
    fs::path weights, images, data = fashion_mnist_folder, out;
    int units = 5, best = 9;
    bool json = false;
};

constexpr int tile = 56;  // pixels of a patch, a side
constexpr int filters_across = 9, panels_across = 2;

/// The first layer's filters; nothing where they do not see a picture.
std::optional<figure::Panel> drawn_filters(Node first, const Network& net, const Weights& weights) {
    Tensor filters(weights[first.graph->entry(first).parameters[0].name]);
    const Shape s = filters.shape();
    if (s.w != 1 && s.w != 3) return {};
    if (net.preprocessing.bgr && s.w == 3)
        for (int i = 0; i < s.n; ++i)
            for (int j = 0; j < s.h; ++j)
                for (int f = 0; f < s.c; ++f) std::swap(filters(i, j, 0, f), filters(i, j, 2, f));
    std::vector<Tensor> pictures;
    for (const Tensor& filter : filter_pictures(filters)) pictures.push_back(enlarged(filter, tile));
    std::string note = std::to_string(s.c);
    note.append(" filters of ").append(std::to_string(s.n)).append("x").append(std::to_string(s.h));
    return figure::Panel{figure::montage(pictures, filters_across), first.name(), note};
}

/// How much of the filters' energy oriented waves hold; nothing where filters are no squares of at least 2x2.
json waves(const Tensor& filters) {
    const Shape s = filters.shape();
    if (s.n != s.h || s.n < 2) return nullptr;
    double share = 0;
    for (int f = 0; f < s.c; ++f) share += best_wave(one_filter(filters, f)).share / s.c;
    return share;
}

json entry(Node node, const Strongest& found, const Gallery& pictures) {
    json units = json::array();
    for (std::size_t c = 0; c < found.channels.size(); ++c) {
        json best = json::array();
        for (const Maximum& m : found.channels[c]) {
            const Region field = field_of(node, m);
            best.push_back({{"picture", pictures.titles[std::size_t(m.picture)]},
                            {"value", m.value},
                            {"row", m.row},
                            {"column", m.column},
                            {"field",
                             {{"top", field.rows.begin},
                              {"left", field.columns.begin},
                              {"height", field.rows.size()},
                              {"width", field.columns.size()}}}});
        }
        units.push_back({{"unit", c}, {"best", best}});
    }
    return {{"name", node.name()}, {"sees", sight(node)}, {"units", units}};
}

std::vector<Node> asked_layers(const Options& options, const Graph& graph, Node logits) {
    std::vector<Node> nodes;
    for (const std::string& name : between_commas(options.layers)) nodes.push_back(graph[name]);
    return nodes.empty() ? depths(logits) : nodes;
}

/// All layers searched as the pictures pass once.
std::vector<Strongest> searched(const Weights& weights, Node image, const std::vector<Node>& layers,
                                const Gallery& pictures, int best) {
    constexpr int batch = 16;
    std::vector<optimized::Search> searches;
    for (const Node& node : layers) searches.emplace_back(node.shape(), best);
    Progress progress("filters", pictures.size());
    for (int first = 0; first < pictures.size(); first += batch) {
        const Tensor some = pictures.read(first, std::min(batch, pictures.size() - first));
        const Activations maps = run(*image.graph, weights, {{image, some}}, layers);
        for (std::size_t l = 0; l < layers.size(); ++l) {
            require_finite(layers[l], maps[layers[l]], first);
            searches[l].see(maps[layers[l]]);
        }
        progress.step(first + some.shape().n);
    }
    std::vector<Strongest> found;
    for (const auto& search : searches) found.push_back(search.found());
    return found;
}

void filters(const Options& options) {
    const Network& net = network(options.net);
    require(1 <= options.units && options.units <= 100, "filters: --units ", options.units,
            "; it must be from 1 to 100");
    require(1 <= options.best && options.best <= 100, "filters: --best ", options.best,
            "; it must be from 1 to 100");
    const fs::path out = options.out.empty() ? fs::path(net.name + ".filters.png") : options.out;
    require_folder_of(out, "filters");
    Graph graph;
    const Classifier built = build(net, graph);
    const std::vector<Node> layers = asked_layers(options, graph, built.logits);
    for (const Node& node : layers)
        require(ancestors(graph, {node},
                          std::vector<bool>(graph.entries().size()))[std::size_t(built.image.index)] &&
                    node != built.loss,
                "filters: \"", node.name(), "\" is no layer of the picture");
    const Weights weights = weights_for(net, options.weights, graph);
    const Gallery pictures = gallery(net, built.image.shape(), options.images, options.data, out);

    const Node first = first_filters(graph);
    const Tensor& first_weights = weights[graph.entry(first).parameters[0].name];
    std::vector<figure::Panel> panels;
    if (auto panel = drawn_filters(first, net, weights)) panels.push_back(std::move(*panel));
    Table table = {{"layer", "units see", "channels", "not excited", "agreement"}};
    json entries = json::array();
    std::string alt = "What excites " + net.name + " most among " + grouped(pictures.size()) + " pictures:";
    const std::vector<Strongest> all = searched(weights, built.image, layers, pictures, options.best);
    for (std::size_t l = 0; l < layers.size(); ++l) {
        const Node node = layers[l];
        const Strongest& found = all[l];
        const auto silent =
            std::ranges::count_if(found.channels, [](const auto& best) { return best[0].value <= 0; });
        const bool known = !pictures.labels.empty() && silent < std::ssize(found.channels);
        if (Tensor rows = patch_rows(found, node, pictures.show, options.units, tile); !rows.empty())
            panels.push_back({std::move(rows), node.name(), "sees " + sight(node)});
        table.push_back({node.name(), sight(node), std::to_string(found.channels.size()),
                         std::to_string(silent), known ? percent(purity(found, pictures.labels), 0) : ""});
        entries.push_back(entry(node, found, pictures));
        alt += " " + node.name() + " sees " + sight(node) + ";";
    }
    alt.back() = '.';
    require(!panels.empty(),
            "filters: no picture excites any unit of the layers, so there is nothing to draw");
    write_png(out, figure::sheet(panels, std::min(panels_across, int(panels.size()))), alt);

    const json result = {
        {"net", net.name},
        {"images", pictures.name},
        {"pictures", pictures.size()},
        {"filters",
         {{"layer", first.name()}, {"count", first_weights.shape().c}, {"waves", waves(first_weights)}}},
        {"layers", entries},
        {"out", out.string()},
        {"alt", alt}};
    if (options.json)
        std::cout << result.dump(2, ' ', false, json::error_handler_t::replace) << '\n';
    else
        std::cout << net.name << ", " << grouped(pictures.size()) << " pictures of " << pictures.name << '\n'
                  << aligned(table) << "-> " << out.string() << '\n';
}

}  // namespace

void add_filters(CLI::App& program) {
    auto o = std::make_shared<Options>();
    CLI::App* command =
        program.add_subcommand("filters", "show a network's first filters and what excites its units");
    command->add_option("net", o->net, "which network")->type_name("NET")->required();
    command->add_option("--weights", o->weights, "its weights (data/NET.safetensors)")->type_name("FILE");
    command->add_option("--layer", o->layers, "nodes between commas (the last of each size of maps)")
        ->type_name("NODES");
    command
        ->add_option(
            "--images", o->images,
            "a folder of PNG and JPEG, folders in it included, or of CIFAR-10's files (Fashion-MNIST)")
        ->type_name("FOLDER");
    command->add_option("--data", o->data, "folder of Fashion-MNIST's four files")->type_name("FOLDER");
    command->add_option("--units", o->units, "how many units of a layer to draw")
        ->type_name("N")
        ->capture_default_str();
    command->add_option("--best", o->best, "how many pictures for each unit")
        ->type_name("K")
        ->capture_default_str();
    command->add_option("--out", o->out, "the figure (NET.filters.png)")->type_name("FILE");
    command->add_flag("--json", o->json, "one JSON object on standard output and nothing else");
    add_threads(*command);
    command->callback([o] { filters(*o); });
}

}  // namespace cnn::program
