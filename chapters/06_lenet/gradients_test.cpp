// Built with double: every operation's gradient against finite differences.
#include <algorithm>
#include <cmath>

#include "common/graph/differentiate.hpp"
#include "common/testing/testing.hpp"
#include "lenet.hpp"

using namespace cnn;

namespace {

// The operation of `node` with its last inputs or parameters held fixed: labels and drawn codes have no
// gradient.
class Held : public Operation {
public:
    Held(Node node, std::vector<Tensor> inputs, std::vector<Tensor> parameters)
        : graph_(node.graph),
          operation_(graph_->entry(node).operation),
          inputs_(std::move(inputs)),
          parameters_(std::move(parameters)) {}

    std::string kind() const override { return operation_->kind(); }
    Shape output(const Shapes& inputs) const override {
        Shapes all = inputs;
        for (const Tensor& input : inputs_) all.push_back(input.shape());
        return operation_->output(all);
    }
    void forward(const Forward& call, MutableView y) const override {
        operation_->forward({with(call), {}}, y);
    }
    void backward(const Backward& call) const override {
        Backward all{with(call), {}, call.output, call.output_gradient, call.input_gradients};
        all.parameter_gradients = call.parameter_gradients;
        all.input_gradients.resize(all.inputs.size());
        all.parameter_gradients.resize(all.parameters.size());
        operation_->backward(all);
    }

private:
    Call with(Call call) const {
        call.inputs.insert(call.inputs.end(), inputs_.begin(), inputs_.end());
        call.parameters.insert(call.parameters.end(), parameters_.begin(), parameters_.end());
        return call;
    }

    const Graph* graph_;
    std::shared_ptr<const Operation> operation_;
    std::vector<Tensor> inputs_, parameters_;
};

constexpr Kernels both[] = {Kernels::naive, Kernels::optimized};

double error_of_node(Node node, const std::vector<Tensor>& inputs, const std::vector<Tensor>& parameters) {
    double largest = 0;
    for (const Kernels kernels : both)
        largest = std::max(largest,
                           gradient_error(*node.graph->entry(node).operation, inputs, parameters, {kernels}));
    return largest;
}

Tensor some_labels(Shape shape, int classes) {
    Tensor labels(shape);
    Random random(3);
    for (real& label : labels.flat()) label = real(random.below(classes));
    return labels;
}

}  // namespace

TEST_CASE("s-10: the gradients of a dense layer on a map agree with finite differences") {
    Graph graph;
    const Node y = dense(graph.input({.h = 2, .w = 3, .c = 2}), 5);
    CHECK(error_of_node(y, {normal_numbers({3, 2, 3, 2})},
                        {normal_numbers({2, 3, 2, 5}, 2), normal_numbers({.c = 5}, 3)}) < 1e-7);
}

TEST_CASE("s-10: the gradient of softmax agrees with finite differences") {
    Graph graph;
    const Node p = softmax(graph.input({.c = 7}));
    CHECK(error_of_node(p, {normal_numbers({2, 2, 3, 7})}, {}) < 1e-7);
}

TEST_CASE("s-10: the gradient of softmax and cross-entropy agrees with finite differences") {
    Graph graph;
    const Node z = graph.input({.h = 2, .w = 2, .c = 5}), labels = graph.input({.h = 2, .w = 2}, "labels");
    const Held loss(softmax_cross_entropy(z, labels), {some_labels({3, 2, 2, 1}, 5)}, {});
    for (const Kernels kernels : both)
        CHECK(gradient_error(loss, {normal_numbers({3, 2, 2, 5})}, {}, {kernels}) < 1e-7);
}

TEST_CASE("s-10: the gradients of every loss that can be asked for agree with finite differences") {
    const Tensor given = some_labels({3, 2, 2, 1}, 5);
    for (const Reduction reduction : {Reduction::mean, Reduction::sum, Reduction::none})
        for (const std::optional<int> ignored : {std::optional<int>{}, std::optional<int>{2}})
            for (const std::vector<real>& weights : {std::vector<real>{}, {1, 0.5, 2, 0, 3}}) {
                Graph graph;
                const Node z = graph.input({.h = 2, .w = 2, .c = 5});
                const Node labels = graph.input({.h = 2, .w = 2}, "labels");
                const Held loss(softmax_cross_entropy(z, labels, "loss", {reduction, ignored, weights}),
                                {given}, {});
                for (const Kernels kernels : both)
                    CHECK(gradient_error(loss, {normal_numbers({3, 2, 2, 5})}, {}, {kernels}) < 1e-7);
            }
}

TEST_CASE("s-10: the gradients of log-softmax and of tanh and of flattening agree with finite differences") {
    Graph graph;
    const Node x = graph.input({.h = 2, .w = 3, .c = 4});
    for (const Node y : {log_softmax(x), tanh(x), flatten(x)})
        CHECK(error_of_node(y, {normal_numbers({2, 2, 3, 4})}, {}) < 1e-7);
}

TEST_CASE("s-04: the gradient of the squashing function agrees with finite differences") {
    Graph graph;
    CHECK(error_of_node(squash(graph.input({.h = 3, .w = 2, .c = 3})), {normal_numbers({2, 3, 2, 3})}, {}) <
          1e-7);
}

TEST_CASE("s-04: the gradients of trainable subsampling agree with finite differences") {
    Graph graph;
    CHECK(error_of_node(subsample(graph.input({.h = 4, .w = 2, .c = 3})), {normal_numbers({2, 4, 2, 3})},
                        {normal_numbers({.c = 3}, 2), normal_numbers({.c = 3}, 3)}) < 1e-7);
}

TEST_CASE("s-04: the gradients of the partly connected layer agree with finite differences") {
    Graph graph;
    const Connections table = {{0, 1}, {2}, {0, 2}};
    const Node y = partial_conv(graph.input({.h = 4, .w = 5, .c = 3}), {2, 3}, table);
    CHECK(error_of_node(y, {normal_numbers({2, 4, 5, 3})},
                        {normal_numbers({2, 3, 1, 5}, 2), normal_numbers({.c = 3}, 3)}) < 1e-7);
}

TEST_CASE("s-04: the gradients of the distances and of the loss of 1998 agree with finite differences") {
    Graph graph;
    const Tensor codes = normal_numbers({.h = 1, .w = 6, .c = 4}, 2);
    const Node y = rbf(graph.input({.c = 6}), codes), labels = graph.input({}, "labels");
    const Held distances(y, {}, {codes}), loss(map_loss(y, labels), {some_labels({.n = 3}, 4)}, {});
    CHECK(gradient_error(distances, {normal_numbers({.n = 3, .c = 6})}, {}) < 1e-7);
    CHECK(gradient_error(loss, {normal_numbers({.n = 3, .c = 4})}, {}) < 1e-7);
}

TEST_CASE("s-04: rescaling has the gradient that finite differences find") {
    Graph graph;
    CHECK(error_of_node(rescale(graph.input({.h = 2, .c = 2}), -2.5, 3), {normal_numbers({2, 2, 1, 2})}, {}) <
          1e-7);
}

// Both networks whole: the gradient of the loss at some weights of each layer, through everything above it.
TEST_CASE_TEMPLATE("s-10: back-propagation through both whole networks agrees with finite differences",
                   Implementation, Naive, Optimized) {
    const Mode mode{std::is_same_v<Implementation, Naive> ? Kernels::naive : Kernels::optimized};
    for (const auto build :
         std::initializer_list<Classifier (*)(Graph&)>{[](Graph& g) { return lenet5(g); }, lenet5_1998}) {
        Graph graph;
        const Classifier net = build(graph);
        Weights weights = initialise(graph, 5);
        const Tensor x = normal_numbers({.n = 2, .h = 28, .w = 28}), labels = some_labels({.n = 2}, 10);
        const auto loss = [&] {
            return double(run(graph, weights, {{net.image, x}, {net.labels, labels}}, {net.loss},
                              mode)[net.loss](0, 0, 0, 0));
        };
        const Activations maps =
            run(graph, weights, {{net.image, x}, {net.labels, labels}}, all_nodes(graph), mode);
        Tensor one(Shape{});
        fill(one, 1);
        const Gradients gradients =
            differentiate(graph, weights, maps, {{net.loss, one}}, {{}, trainable(graph)}, mode);
        for (const std::string& name : trainable(graph)) {
            CAPTURE(name);
            // The element that the loss depends on most, so that the check is relative and sharp.
            const auto all = gradients.parameters[name].flat();
            const std::size_t steepest = std::size_t(
                std::ranges::max_element(all, {}, [](real g) { return std::abs(g); }) - all.begin());
            real& element = weights[name].flat()[steepest];
            const real here = element, step = 1e-6;
            element = here + step;
            const double above = loss();
            element = here - step;
            const double below = loss();
            element = here;
            const double numeric = (above - below) / (2 * step);
            CHECK(std::abs(numeric) > 1e-6);
            CHECK(std::abs(double(all[steepest]) - numeric) <= 1e-5 * std::abs(numeric));
        }
    }
}
