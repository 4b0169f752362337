// s-04, s-10: dense layers, and LeNet-5's training: forward, backward and a step of SGD for each batch.
#include "lenet.hpp"

#include "onednn.hpp"
#include "passes.hpp"
#include "trainee.hpp"

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

}  // namespace

int main(int argc, char** argv) {
    std::vector<Row> rows = bench::training_rows(
        {.name = "lenet5", .build = [](Graph& graph) { return lenet5(graph); }, .batch = 64, .naive = true});
    for (const Layer& layer : bench::layers())
        if (layer.operation == "ip") add_rows(rows, layer, {forward, backward_input, backward_weights});
    return bench::race(argc, argv, rows);
}
