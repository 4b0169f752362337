#include "program/backbone.hpp"

#include <nlohmann/json.hpp>

#include "common/base/error.hpp"
#include "common/book/chapter.hpp"
#include "common/files/safetensors.hpp"
#include "lenet.hpp"
#include "program/subject.hpp"
#include "transfer_learning.hpp"

namespace cnn::program {

namespace fs = std::filesystem;

std::vector<std::string> classes_of(const fs::path& weights) {
    const auto metadata = safetensors::read_metadata(weights);
    const auto found = metadata.find("classes");
    if (found == metadata.end()) return {};
    try {
        return nlohmann::json::parse(found->second).get<std::vector<std::string>>();
    } catch (const nlohmann::json::exception&) {
        throw Error(weights.string(), ": \"classes\" in its metadata is no list of names; train again");
    }
}

std::unique_ptr<Backbone> backbone(const std::string& net, const fs::path& weights, int classes,
                                   std::uint64_t seed) {
    auto b = std::make_unique<Backbone>();
    b->network = &network(net);
    b->file = weights_file(*b->network, weights);

    // As it was, to read its weights; and with the new classes.
    Graph known;
    const Classifier before = build(*b->network, known, {0, int(classes_of(b->file).size())});
    require(before.logits.shape().h * before.logits.shape().w == 1, "transfer: ", net,
            " names every pixel; take a network that names the whole picture");
    const Weights learned = weights_for(*b->network, b->file, known);
    b->net = build(*b->network, b->graph, {0, classes});
    if (b->net.loss.graph == nullptr) {
        b->net.labels = b->graph.input({}, "labels");
        b->net.loss = softmax_cross_entropy(b->net.logits, b->net.labels, "loss");
    }
    b->weights = with_new_end(b->net, learned, seed);
    return b;
}

}  // namespace cnn::program
