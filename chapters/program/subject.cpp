#include "program/subject.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "common/base/error.hpp"
#include "common/files/image.hpp"
#include "common/files/safetensors.hpp"
#include "program/backbone.hpp"

namespace cnn::program {

namespace {

namespace fs = std::filesystem;

bool is_grey(View picture) {
    if (picture.shape.c == 1) return true;
    for (int i = 0; i < picture.shape.h; ++i)
        for (int j = 0; j < picture.shape.w; ++j) {
            const real* pixel = picture.pixel(0, i, j);
            if (pixel[0] != pixel[1] || pixel[0] != pixel[2]) return false;
        }
    return true;
}

bool names_pixels(const Classifier& net) { return net.logits.shape().h * net.logits.shape().w > 1; }

/// How well a network suits a picture; more is better, nothing where it does not do what is asked.
std::optional<int> suits(const Network& net, View picture, bool pixels) {
    Graph graph;
    const Classifier built = build(net, graph);
    if (names_pixels(built) != pixels) return {};
    const Shape input = built.image.shape(), s = picture.shape;
    const bool small_grey = std::max(s.h, s.w) <= 128 && is_grey(picture);
    if ((input.c == 1) != small_grey) return -1000;
    return small_grey ? -std::abs(input.h - s.h) - std::abs(input.w - s.w) : 0;
}

const Network& chosen(const Wish& wish, View picture) {
    if (!wish.net.empty()) return network(wish.net);
    if (!wish.weights.empty()) {
        const auto metadata = safetensors::read_metadata(wish.weights);
        const auto named = metadata.find("net");
        require(named != metadata.end(), wish.weights.string(),
                " does not say whose weights it holds; name the network with --net");
        return network(named->second);
    }
    const Network* best = nullptr;
    int most = 0;
    for (const Network& net : networks()) {
        if (!fs::exists(shipped_weights(net))) continue;
        const std::optional<int> now = suits(net, picture, wish.pixels);
        if (now && (best == nullptr || *now > most)) best = &net, most = *now;
    }
    require(best != nullptr, "there are no weights in ",
            shipped_weights(networks().at(0)).parent_path().string(),
            "; name a network with --net and its weights with --weights");
    return *best;
}

/// Weights of a training that failed would name a class all the same.
void require_finite(const Weights& weights, const fs::path& file) {
    for (const auto& [name, tensor] : weights.tensors())
        for (const real value : tensor.flat())
            require(std::isfinite(value), file.string(), ": \"", name, "\" holds ", value,
                    ", which is no weight; train again, or take another file");
}

}  // namespace

fs::path weights_file(const Network& net, const fs::path& asked) {
    if (!asked.empty()) return asked;
    fs::path file = shipped_weights(net);
    require(fs::exists(file), "there are no weights ", file.string(),
            "; name a file with --weights, such as one that `cnn train` wrote");
    return file;
}

Weights weights_for(const Network& net, const fs::path& asked, const Graph& graph) {
    const fs::path file = weights_file(net, asked);
    Weights weights = load_weights(file, graph);
    require_finite(weights, file);
    return weights;
}

Classifier resized(const Classifier& net, Graph& to, Extent size) {
    const Graph& from = *net.image.graph;
    std::vector<Node> copies;
    for (const Graph::Entry& entry : from.entries()) {
        Shape shape = entry.shape;
        if (copies.size() == std::size_t(net.image.index)) shape.h = size.h, shape.w = size.w;
        std::vector<Node> inputs;
        for (const int input : entry.inputs) inputs.push_back(copies[std::size_t(input)]);
        copies.push_back(entry.operation ? to.add(entry.operation, inputs, entry.name)
                                         : to.input(shape, entry.name));
        const auto& before = entry.parameters;
        const auto& now = to.entries().back().parameters;
        const bool same = std::ranges::equal(
            before, now, [](const Parameter& a, const Parameter& b) { return a.shape == b.shape; });
        require(same, "--whole: \"", entry.name,
                "\" has a weight for every place of its input, so the network "
                "takes pictures of ",
                net.image.shape().h, 'x', net.image.shape().w, " alone; leave --whole out");
    }
    const auto copy = [&](Node node) {
        return node.graph == nullptr ? Node{} : copies[std::size_t(node.index)];
    };
    return {copy(net.image), copy(net.labels), copy(net.logits), copy(net.loss)};
}

std::unique_ptr<Subject> subject(const Wish& wish) { return subject(wish, read_image(wish.picture)); }

std::unique_ptr<Subject> subject(const Wish& wish, Tensor picture) {
    auto s = std::make_unique<Subject>();
    s->picture = std::move(picture);
    const Network& net = chosen(wish, s->picture);
    s->network = &net;

    const fs::path file = weights_file(net, wish.weights);
    if (!wish.weights.empty()) s->classes = classes_of(file);
    Graph published;
    const Classifier fixed =
        build(net, wish.whole ? published : s->graph, {.classes = int(s->classes.size())});
    require(names_pixels(fixed) == wish.pixels, net.name,
            wish.pixels ? " names the whole picture; unet_small names every pixel"
                        : " names every pixel of a picture; `cnn segment` draws them");
    Shape input = fixed.image.shape();
    s->net = fixed;
    if (wish.whole) {
        const Shape& p = s->picture.shape();
        const Extent size = scaled_size({p.h, p.w}, net.preprocessing, {input.h, input.w});
        require(std::int64_t{size.h} * size.w <= 4'000'000, "--whole: the picture becomes ", size,
                " pixels for ", net.name, "; a less elongated one is needed");
        s->net = resized(fixed, s->graph, size);
        input = s->net.image.shape();
    }
    s->weights = weights_for(net, file, s->graph);
    s->seen = preprocess(s->picture, net.preprocessing, input);
    return s;
}

}  // namespace cnn::program
