// s-04, s-10: dense layers, and LeNet-5's training: forward, backward and a step of SGD for each batch.
#include "lenet.hpp"

#include "common/base/random.hpp"
#include "common/graph/differentiate.hpp"
#include "common/training/optimizer.hpp"
#include "onednn.hpp"
#include "passes.hpp"

namespace {

using namespace cnn;
using bench::Given, bench::Layer, bench::Row, bench::Work;

Work forward(const std::string& who, const Given& g) {
    if (who == "onednn") return onednn::inner_product(g->layer, g->x, g->w, g->b, g->threads);
    if (who == "naive") return bench::returning([=] { return naive::dense(g->x, g->w, g->b); });
    return bench::writing(g->dy.shape(), [=](MutableView y) { optimized::dense_into(g->x, g->w, g->b, y); });
}

Work backward_input(const std::string& who, const Given& g) {
    if (who == "onednn") return onednn::inner_product_backward_input(g->layer, g->dy, g->w, g->threads);
    const auto call = who == "naive" ? naive::dense_backward_input : optimized::dense_backward_input;
    return bench::returning([=] { return call(g->dy, g->w, g->x.shape()); });
}

Work backward_weights(const std::string& who, const Given& g) {
    if (who == "onednn") return onednn::inner_product_backward_weights(g->layer, g->dy, g->x, g->threads);
    const auto call = who == "naive" ? naive::dense_backward_weights : optimized::dense_backward_weights;
    return bench::returning([=] { return call(g->dy, g->x, g->w.shape()); });
}

/// LeNet-5 as it learns, one batch after another from images in memory.
class Trainee {
public:
    explicit Trainee(Kernels kernels)
        : kernels_(kernels), net_(lenet5(graph_)), weights_(initialise(graph_, 1)) {
        for (real& label : labels_.flat()) label = real(random_.below(10));
        for (real& pixel : images_.flat()) pixel = real(random_.uniform());
        fill(one_, 1);
    }

    void step() {
        for (int i = 0; i < batch; ++i) {
            const int which = random_.below(images_.shape().n);
            copy(images_.view().images(which, 1), x_.view().images(i, 1));
            copy(labels_.view().images(which, 1), y_.view().images(i, 1));
        }
        const Mode mode{.kernels = kernels_, .training = true};
        const Activations maps = run(graph_, weights_, {{net_.image, x_}, {net_.labels, y_}}, keep_, mode);
        const Gradients gradients = differentiate(graph_, weights_, maps, {{net_.loss, one_}}, wanted_, mode);
        sgd_.step(weights_, gradients.parameters);
    }

    static constexpr int batch = 64;

private:
    Kernels kernels_;
    Graph graph_;
    Classifier net_;
    Weights weights_;
    std::vector<Node> keep_ = all_nodes(graph_);
    Wanted wanted_{{}, trainable(graph_)};
    Sgd sgd_{.rate = 0.02, .momentum = 0.9};
    Random random_{1};
    Tensor images_{Shape{3200, 28, 28, 1}}, labels_{Shape{3200}};
    Tensor x_{Shape{batch, 28, 28, 1}}, y_{Shape{batch}}, one_{Shape{}};
};

Row training(int threads) {
    constexpr std::int64_t multiply_adds = 416'520;  // an image, forward; backward is twice that
    Row row{.layer = "lenet5",
            .pass = "training",
            .batch = Trainee::batch,
            .threads = threads,
            .flop = 2 * 3 * Trainee::batch * multiply_adds,
            .bytes = Trainee::batch * std::int64_t{28 * 28 * sizeof(real)},
            .quick = true,
            .who = {"optimized"}};
    if (threads == 1) row.who.emplace_back("naive");
    row.start = [] {
        return [](const std::string& who) -> Work {
            auto trainee = std::make_shared<Trainee>(who == "naive" ? Kernels::naive : Kernels::optimized);
            return {[=] { trainee->step(); }, {}};
        };
    };
    return row;
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<Row> rows;
    for (int threads : bench::thread_counts()) rows.push_back(training(threads));
    for (const Layer& layer : bench::layers())
        if (layer.operation == "ip") add_rows(rows, layer, {forward, backward_input, backward_weights});
    return bench::race(argc, argv, rows);
}
