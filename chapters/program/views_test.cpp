// Every operation of the book takes any view: a window of a larger picture, a slice of channels, every second
// pixel; and it writes into any, without touching what lies between.
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <sstream>

#include "common/book/chapter.hpp"
#include "common/testing/testing.hpp"
#include "convolution.hpp"
#include "depthwise_separable.hpp"
#include "dilated.hpp"
#include "effective.hpp"
#include "lenet.hpp"
#include "padding.hpp"
#include "pointwise.hpp"
#include "pooling.hpp"
#include "transposed.hpp"

using namespace cnn;

namespace {

enum class Cut { whole, window, channels, every_second };
constexpr Cut cuts[] = {Cut::window, Cut::channels, Cut::every_second};

constexpr real between = 1000;  // what lies around a view that is written
// A map that is part of a larger one.
class Part {
public:
    Part(const Shape& shape, Cut cut, real around) : cut_(cut), shape_(shape) {
        const auto [n, h, w, c] = shape;
        whole_ = Tensor(cut == Cut::window         ? Shape{n, h + 2, w + 3, c}
                        : cut == Cut::channels     ? Shape{n, h, w, c + 3}
                        : cut == Cut::every_second ? Shape{n, 2 * h, 2 * w, c}
                                                   : shape);
        fill(whole_, around);
    }
    // With the numbers of t; whoever reads beside them meets a NaN.
    Part(const Tensor& t, Cut cut) : Part(t.shape(), cut, std::numeric_limits<real>::quiet_NaN()) {
        copy(t, view());
    }

    MutableView view() {
        const MutableView all = whole_;
        switch (cut_) {
            case Cut::window:
                return all.window(1, 2, {shape_.h, shape_.w});
            case Cut::channels:
                return all.channels(2, shape_.c);
            case Cut::every_second:
                return all.strided(2);
            case Cut::whole:
                break;
        }
        return all;
    }
    // Whether all that lies around is still as it was.
    bool untouched() {
        Part copied = *this;
        fill(copied.view(), between);
        Tensor expected(whole_.shape());
        fill(expected, between);
        return copied.whole_ == expected;
    }

private:
    Cut cut_;
    Shape shape_;
    Tensor whole_;
};

struct Results {
    Tensor y;
    std::vector<Tensor> gradients;
    friend bool operator==(const Results&, const Results&) = default;
};

// One operation with its numbers.
struct Problem {
    const Operation& operation;
    std::vector<Tensor> inputs, parameters;
    std::vector<bool> differentiable;  // an input of labels has no gradient

    Results compute(Cut cut, Kernels kernels) const {
        std::vector<Part> parts;
        Shapes shapes;
        for (const Tensor& input : inputs) {
            parts.emplace_back(input, cut);
            shapes.push_back(input.shape());
        }
        Call call{{}, {parameters.begin(), parameters.end()}, {kernels}};
        for (Part& part : parts) call.inputs.push_back(part.view());

        Part y(operation.output(shapes), cut, between);
        operation.forward({call, {}}, y.view());
        CHECK(y.untouched());

        Part dy(small_integers(y.view().shape, 9), cut);
        std::vector<Part> gradients;
        for (const Tensor& input : inputs) gradients.emplace_back(input.shape(), cut, between);
        std::vector<Tensor> of_parameters;
        for (const Tensor& p : parameters) of_parameters.emplace_back(p.shape());
        Backward back{call, {}, y.view(), dy.view(), {}, {}};
        for (std::size_t i = 0; i < inputs.size(); ++i)
            back.input_gradients.push_back(differentiable[i] ? gradients[i].view() : MutableView{});
        const std::vector<Parameter> roles = operation.parameters(shapes);
        for (std::size_t i = 0; i < parameters.size(); ++i)
            back.parameter_gradients.push_back(roles[i].role == Role::weight ? of_parameters[i].view()
                                                                             : MutableView{});
        operation.backward(back);

        Results results{Tensor(View(y.view())), std::move(of_parameters)};
        for (std::size_t i = 0; i < inputs.size(); ++i)
            if (differentiable[i]) {
                CHECK(gradients[i].untouched());
                results.gradients.emplace_back(View(gradients[i].view()));
            }
        return results;
    }
};

// Small layers of every kind that a chapter has, for those that networks use only in large or not at all.
void every_kind(Graph& graph) {
    const Node x = graph.input({.h = 6, .w = 8, .c = 5}), flat = graph.input({.c = 84}, "flat");
    const Node two = conv(x, {.filters = 5, .kernel = 3, .padding = 1, .activation = Activation::relu});
    for (const PaddingMode mode : {PaddingMode::constant, PaddingMode::reflect, PaddingMode::replicate,
                                   PaddingMode::circular, PaddingMode::symmetric}) {
        pad(x, {.sides = {1, 0, 2, 1}, .mode = mode});
        conv(x, {.filters = 7, .kernel = 3, .padding = 1, .mode = mode});
    }
    conv(x, {.filters = 20, .kernel = 3, .stride = 2, .padding = 1});
    conv(x, {.filters = 10, .kernel = 2, .groups = 5});
    conv(x, {.filters = 3, .kernel = 1});
    conv(x, {.filters = 16, .kernel = 5, .padding = 2, .activation = Activation::relu6});
    conv_plus(x, two, {.filters = 5, .kernel = 3, .padding = 1, .activation = Activation::relu});
    conv(graph.input({.h = 7, .w = 9, .c = 1}, "grey"), {.filters = 6, .kernel = 5, .padding = 2});
    relu(x);
    for (const bool ceil : {false, true}) {
        max_pool(x, {.kernel = 3, .stride = 2, .padding = 1, .ceil = ceil});
        avg_pool(x, {.kernel = 3, .stride = 2, .padding = 1, .ceil = ceil});
    }
    max_pool(x, {});
    global_average_pool(x);
    dense(x, 9);
    for (const auto node : {flatten, tanh, softmax, log_softmax, squash, subsample}) node(x, "");
    rescale(x, 2, -1);
    partial_conv(x, 3, {{0, 1}, {4}, {2, 3}});
    rbf(flat, garment_codes());
    map_loss(flat, graph.input({}, "labels"), "loss of 1998");
    softmax_cross_entropy(x, graph.input({.h = 6, .w = 8}, "labels of pixels"));
    window_mean(x, {.kernel = 3, .stride = 1, .padding = 1});
    pointwise_conv(x, {.filters = 7, .stride = 2});
    dilated_conv(x, {.filters = 7, .padding = 2});
    depthwise_conv(x, {.padding = 1});
    depthwise_conv(x, {.kernel = 5, .stride = 2, .padding = 2, .multiplier = 2});
    conv_transposed(x, {.filters = 7});
    conv_transposed(x, {.filters = 3, .kernel = 4, .stride = 2, .padding = 1});
}

// The numbers that a layer reads and writes, and its multiplications.
std::int64_t cost(const Graph& graph, const Graph::Entry& entry) {
    const Shapes inputs = graph.input_shapes(entry);
    std::int64_t numbers = entry.shape.size();
    for (const Shape& input : inputs) numbers += input.size();
    for (const Parameter& p : entry.parameters) numbers += p.shape.size();
    return numbers + entry.operation->multiply_adds(inputs);
}
constexpr std::int64_t small = 200'000;  // naive loops run it four times, forward and back

// What tells an operation from another of its kind, as far as its shapes do.
std::string signature(const Graph& graph, const Graph::Entry& entry) {
    std::ostringstream text;
    text << entry.operation->kind() << ' ' << entry.shape;
    for (const Shape& input : graph.input_shapes(entry)) text << ' ' << input;
    for (const Parameter& p : entry.parameters) text << ' ' << p.shape;
    return text.str();
}

Problem problem(const Graph& graph, const Graph::Entry& entry) {
    Problem all{*entry.operation, {}, {}, {}};
    std::uint64_t seed = 1;
    for (const int input : entry.inputs) {
        const Graph::Entry& from = graph.entries()[std::size_t(input)];
        Shape shape = from.shape;
        shape.n = 2;
        const bool labels = from.name.starts_with("labels");
        all.inputs.push_back(labels ? Tensor(shape) : small_integers(shape, seed++));
        all.differentiable.push_back(!labels);
    }
    // Positive, since a variance is among them.
    for (const Parameter& p : entry.parameters) {
        all.parameters.push_back(small_integers(p.shape, seed++));
        if (p.role == Role::statistic)
            for (real& value : all.parameters.back().flat()) value = std::abs(value) + 1;
    }
    return all;
}

}  // namespace

TEST_SUITE_BEGIN("program");

TEST_CASE(
    "views: every operation of every network reads and writes windows and slices and every second pixel") {
    std::set<std::string> seen, tried;
    std::map<std::string, std::int64_t> cheapest;  // of each kind
    const auto check = [](const Graph& graph, const Graph::Entry& entry) {
        CAPTURE(signature(graph, entry));
        const Problem one = problem(graph, entry);
        for (const Kernels kernels : {Kernels::naive, Kernels::optimized}) {
            CAPTURE(int(kernels));
            const Results whole = one.compute(Cut::whole, kernels);
            for (const Cut cut : cuts) {
                CAPTURE(int(cut));
                CHECK((one.compute(cut, kernels) == whole));
            }
        }
    };
    std::vector<std::unique_ptr<Graph>> graphs;
    graphs.push_back(std::make_unique<Graph>());
    every_kind(*graphs[0]);
    for (const Network& network : networks()) {
        graphs.push_back(std::make_unique<Graph>());
        build(network, *graphs.back());
    }
    // All that is small; and the cheapest of a kind that is never small.
    for (const bool first : {true, false})
        for (const auto& graph : graphs)
            for (const Graph::Entry& entry : graph->entries()) {
                if (entry.operation == nullptr) continue;
                const std::string kind = entry.operation->kind();
                const std::int64_t work = cost(*graph, entry);
                if (first) {
                    const auto [place, is_new] = cheapest.emplace(kind, work);
                    if (!is_new) place->second = std::min(place->second, work);
                    // Layers of the same shapes may differ in their options, as the hand-made ones do.
                    if (work > small || (graph != graphs[0] && !seen.insert(signature(*graph, entry)).second))
                        continue;
                } else if (tried.contains(kind) || work > cheapest[kind]) {
                    continue;
                }
                tried.insert(kind);
                check(*graph, entry);
            }
    CHECK(tried.size() == cheapest.size());
}

TEST_SUITE_END();
