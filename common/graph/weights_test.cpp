#include "common/graph/weights.hpp"

#include <cmath>

#include "common/files/safetensors.hpp"
#include "common/files/temporary_folder.hpp"
#include "common/files/whole_file.hpp"
#include "common/graph/toy_operations.hpp"
#include "common/testing/testing.hpp"

using namespace cnn;

namespace {

/// An operation with one parameter of each layout.
class Layouts : public toy::Scale {
public:
    std::vector<Parameter> parameters(const Shapes& /*inputs*/) const override {
        const auto normal = Initialiser{Initialiser::Kind::normal, 2};
        return {{"filters", {2, 3, 4, 5}, Layout::filters, normal},
                {"dense", {2, 3, 4, 5}, Layout::dense, normal},
                {"vector", {.c = 5}, Layout::vector, Initialiser::fan_in(4)}};
    }
};

struct Net {
    Graph graph;
    Node x = graph.input({});
    Node y = x.then(std::make_shared<Layouts>(), "all");
};

}  // namespace

TEST_SUITE_BEGIN("common: weights");

TEST_CASE("weights: initialising depends on the seed and the name alone") {
    Graph small, large;
    toy::scale(small.input({}), "other");
    small.output().then(std::make_shared<Layouts>(), "all");
    large.input({}).then(std::make_shared<Layouts>(), "all");
    CHECK(initialise(small, 1)["all.dense"] == initialise(large, 1)["all.dense"]);
    CHECK(initialise(small, 1)["all.dense"] != initialise(small, 2)["all.dense"]);
    CHECK(initialise(small, 1)["all.dense"] != initialise(small, 1)["all.filters"]);
    CHECK(initialise(small, 1)["other.weight"] == slide("1"));
}

TEST_CASE("weights: a fan-in of 4 draws uniformly from -0.5 to 0.5") {
    Random random(1);
    Tensor t({.w = 10'000});
    Initialiser::fan_in(4)(t, random);
    CHECK(std::ranges::max(t.flat()) <= real{0.5});
    CHECK(std::ranges::max(t.flat()) > real{0.49});
    CHECK(std::ranges::min(t.flat()) < real{-0.49});
}

TEST_CASE("weights: saved and loaded they are the same to the last bit") {
    const TemporaryFolder folder;
    const Net net;
    const Weights weights = initialise(net.graph, 3);
    save_weights(folder / "w.safetensors", net.graph, weights, {{"epochs", "4"}});
    CHECK(load_weights(folder / "w.safetensors", net.graph) == weights);
    CHECK(safetensors::read(folder / "w.safetensors").metadata.at("epochs") == "4");
    CHECK(folder.files() == 1);
}

TEST_CASE("weights: saved as F16 they come back within half a unit of eleven bits") {
    const TemporaryFolder folder;
    const Net net;
    const Weights weights = initialise(net.graph, 3);
    save_weights(folder / "w", net.graph, weights, {}, safetensors::Type::f16);
    const Weights back = load_weights(folder / "w", net.graph);
    CHECK(back != weights);
    for (const auto& [name, tensor] : weights.tensors())
        for (std::size_t i = 0; i < tensor.flat().size(); ++i) {
            const real error = std::abs(back[name].flat()[i] - tensor.flat()[i]);
            CHECK(error <= std::abs(tensor.flat()[i]) * real{0x1p-11} + real{0x1p-25});
        }
}

TEST_CASE("weights: a file holds them in PyTorch's order") {
    const TemporaryFolder folder;
    const Net net;
    const Weights weights = initialise(net.graph, 3);
    save_weights(folder / "w", net.graph, weights);
    const safetensors::File file = safetensors::read(folder / "w");
    const safetensors::Array& filters = file.arrays.at("all.filters");
    const safetensors::Array& dense = file.arrays.at("all.dense");
    CHECK(filters.shape == std::vector<std::int64_t>{5, 4, 2, 3});
    CHECK(dense.shape == std::vector<std::int64_t>{5, 24});
    CHECK(file.arrays.at("all.vector").shape == std::vector<std::int64_t>{5});
    for (int h = 0; h < 2; ++h)
        for (int w = 0; w < 3; ++w)
            for (int in = 0; in < 4; ++in)
                for (int out = 0; out < 5; ++out) {
                    const auto place = std::size_t(((out * 4 + in) * 2 + h) * 3 + w);
                    CHECK(real(filters.numbers[place]) == weights["all.filters"](h, w, in, out));
                    CHECK(real(dense.numbers[place]) == weights["all.dense"](h, w, in, out));
                }
}

TEST_CASE("weights: a missing parameter or another shape or type is named with the file") {
    const TemporaryFolder folder;
    const std::string name = (folder / "w").string();
    const Net net;
    Graph other;
    toy::scale(other.input({}), "all");
    const std::string wrong = name + ": these are not the weights of this network, which has ";
    save_weights(name, other, initialise(other, 1));
    CHECK(error_of([&] { load_weights(name, net.graph); }) ==
          wrong +
              "3; 3 are missing: \"all.filters\" (nearest there: all.weight), \"all.dense\" (nearest "
              "there: all.weight), \"all.vector\" (nearest there: all.weight); 1 of the file's entries are "
              "not its own: \"all.weight\"");

    safetensors::File file;
    file.arrays["all.weight"] = {{2}, {1, 2}};
    safetensors::write(name, file);
    CHECK(error_of([&] { load_weights(name, other); }) ==
          wrong + "1; 1 have another shape: \"all.weight\" is [2], the network needs [1]");

    // Missing, misshaped and surplus ones together, few of them by name.
    file.arrays.clear();
    file.arrays["all.vector"] = {{2, 3}, std::vector<float>(6)};
    for (const char* more : {"all.a", "all.b", "all.c", "all.denser"}) file.arrays[more] = {{1}, {0}};
    safetensors::write(name, file);
    CHECK(error_of([&] { load_weights(name, net.graph); }) ==
          wrong +
              "3; 2 are missing: \"all.filters\" (nearest there: all.denser, all.a), \"all.dense\" "
              "(nearest there: all.denser, all.a); 1 have another shape: \"all.vector\" is [2, 3], the "
              "network needs [5]; 4 of the file's entries are not its own: \"all.a\", \"all.b\", "
              "\"all.c\", ...");

    const std::string header = R"({"all.weight":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}})";
    write_whole(name, std::string{char(header.size()), 0, 0, 0, 0, 0, 0, 0} + header + std::string(8, '\0'));
    CHECK(error_of([&] { load_weights(name, other); }) ==
          wrong +
              "1; 1 have a type that cannot be read: \"all.weight\" is I64 (save it as float32, float16 or "
              "bfloat16)");
    CHECK(error_of([&] { load_weights(folder / "none", other); }) ==
          "cannot read " + (folder / "none").string() + ": No such file or directory");
}

TEST_CASE("weights: PyTorch's counters of batches are passed over") {
    const TemporaryFolder folder;
    Graph graph;
    toy::scale(graph.input({}), "bn");
    const std::string header =
        R"({"bn.weight":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},)"
        R"("bn.num_batches_tracked":{"dtype":"I64","shape":[],"data_offsets":[4,12]}})";
    write_whole(folder / "w", std::string{char(header.size()), 0, 0, 0, 0, 0, 0, 0} + header +
                                  std::string{0, 0, char(0x80), 0x3F} + std::string(8, '\0'));
    CHECK(load_weights(folder / "w", graph)["bn.weight"] == slide("1"));
}

TEST_CASE("weights: saving into a missing folder says so") {
    const TemporaryFolder folder;
    const Net net;
    CHECK(error_of([&] {
              save_weights(folder / "gone" / "w", net.graph, initialise(net.graph, 1));
          }).starts_with("cannot write " + (folder / "gone" / "w").string() + ": No such file or directory"));
}

TEST_SUITE_END();
