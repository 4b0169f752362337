#include "trainee.hpp"

#include <memory>

#include "common/base/random.hpp"
#include "common/graph/describe.hpp"
#include "common/graph/differentiate.hpp"

namespace cnn::bench {

namespace {

Shape images(Shape shape, int count) {
    shape.n = count;
    return shape;
}

class Trainee {
public:
    Trainee(const Pupil& pupil, Kernels kernels)
        : kernels_(kernels),
          net_(pupil.build(graph_)),
          weights_(initialise(graph_, 1)),
          images_(images(net_.image.shape(), batches * pupil.batch)),
          labels_(Shape{batches * pupil.batch}),
          x_(images(net_.image.shape(), pupil.batch)),
          y_(Shape{pupil.batch}) {
        const int classes = net_.logits.shape().c;
        for (real& label : labels_.flat()) label = real(random_.below(classes));
        for (real& pixel : images_.flat()) pixel = real(random_.uniform());
        fill(one_, 1);
    }

    void step() {
        for (int i = 0; i < x_.shape().n; ++i) {
            const int which = random_.below(images_.shape().n);
            copy(images_.view().images(which, 1), x_.view().images(i, 1));
            copy(labels_.view().images(which, 1), y_.view().images(i, 1));
        }
        const Mode mode{.kernels = kernels_, .training = true};
        const Activations maps = run(graph_, weights_, {{net_.image, x_}, {net_.labels, y_}}, keep_, mode);
        const Gradients gradients = differentiate(graph_, weights_, maps, {{net_.loss, one_}}, wanted_, mode);
        sgd_.step(weights_, gradients.parameters);
        update_statistics(graph_, maps, weights_);
    }

private:
    static constexpr int batches = 50;

    Kernels kernels_;
    Graph graph_;
    Classifier net_;
    Weights weights_;
    Wanted wanted_{{}, trainable(graph_)};
    std::vector<Node> keep_ = read_backward(graph_, {net_.loss}, wanted_);
    Sgd sgd_{.rate = 0.02, .momentum = 0.9};
    Random random_{1};
    Tensor images_, labels_, x_, y_, one_{Shape{}};
};

}  // namespace

std::vector<Row> training_rows(const Pupil& pupil) {
    Graph graph;
    const Classifier net = pupil.build(graph);
    const std::int64_t multiply_adds = describe(graph).multiply_adds;  // an image, forward
    std::vector<Row> rows;
    for (const int threads : thread_counts()) {
        Row row{.layer = pupil.name,
                .pass = "training",
                .batch = pupil.batch,
                .threads = threads,
                .flop = 2 * 3 * pupil.batch * multiply_adds,  // backward is twice forward
                .bytes = pupil.batch * net.image.shape().size() * std::int64_t{sizeof(real)},
                .quick = true,
                .who = {"optimized"}};
        if (pupil.naive && threads == 1) row.who.emplace_back("naive");
        row.start = [pupil] {
            return [pupil](const std::string& who) -> Work {
                auto trainee =
                    std::make_shared<Trainee>(pupil, who == "naive" ? Kernels::naive : Kernels::optimized);
                return {[trainee] { trainee->step(); }, {}};
            };
        };
        rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace cnn::bench
