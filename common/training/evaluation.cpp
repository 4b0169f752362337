#include "common/training/evaluation.hpp"

#include <algorithm>

#include "common/base/error.hpp"

namespace cnn {

namespace {

constexpr int evaluation_batch = 250;

}  // namespace

Examples examples(Dataset set) {
    Examples all{std::move(set.images), Tensor({.n = set.size()})};
    std::ranges::copy(set.labels, all.labels.flat().begin());
    return all;
}

void require_examples(const Examples& all, const char* which) {
    require(all.images.shape().n >= 1, "train: there are no ", which, " examples");
    require(all.images.shape().n == all.labels.shape().n, "train: ", all.images.shape().n, ' ', which,
            " images have ", all.labels.shape().n, " labels; one for each is needed");
}

void append_classes(View logits, std::vector<int>& classes) {
    for (int n = 0; n < logits.shape.n; ++n)
        for (int i = 0; i < logits.shape.h; ++i)
            for (int j = 0; j < logits.shape.w; ++j) {
                const real* z = logits.pixel(n, i, j);
                classes.push_back(int(std::max_element(z, z + logits.shape.c) - z));
            }
}

std::int64_t right(const std::vector<int>& classes, std::span<const real> labels) {
    std::int64_t count = 0;
    for (std::size_t i = 0; i < classes.size(); ++i) count += real(classes[i]) == labels[i];
    return count;
}

std::vector<int> classify(const Graph& graph, const Classifier& net, const Weights& weights, View images,
                          const Mode& mode) {
    std::vector<int> classes;
    for (int first = 0; first < images.shape.n; first += evaluation_batch) {
        const View some = images.images(first, std::min(evaluation_batch, images.shape.n - first));
        append_classes(run(graph, weights, {{net.image, some}}, {net.logits}, mode)[net.logits], classes);
    }
    return classes;
}

Evaluation evaluate(const Graph& graph, const Classifier& net, const Weights& weights, const Examples& test,
                    const Mode& mode) {
    require_examples(test, "test");
    double loss = 0;
    std::vector<int> classes;
    const int count = test.images.shape().n;
    for (int first = 0; first < count; first += evaluation_batch) {
        const int size = std::min(evaluation_batch, count - first);
        const View x = test.images.view().images(first, size), y = test.labels.view().images(first, size);
        const Activations maps =
            run(graph, weights, {{net.image, x}, {net.labels, y}}, {net.logits, net.loss}, mode);
        loss += double(maps[net.loss](0, 0, 0, 0)) * size;
        append_classes(maps[net.logits], classes);
    }
    return {loss / count, double(right(classes, test.labels.flat())) / double(classes.size())};
}

std::vector<std::vector<int>> confusion_matrix(const std::vector<int>& labels,
                                               const std::vector<int>& classes, int count) {
    require(labels.size() == classes.size(), "confusion matrix: ", labels.size(), " labels, but ",
            classes.size(), " predicted classes; one for each is needed");
    std::vector<std::vector<int>> counts(std::size_t(std::max(0, count)),
                                         std::vector<int>(std::size_t(std::max(0, count)), 0));
    const auto checked = [count](int number, const char* which) {
        require(0 <= number && number < count, "confusion matrix: a ", which, ' ', number, "; with ", count,
                " classes it must be from 0 to ", count - 1);
        return std::size_t(number);
    };
    for (std::size_t i = 0; i < labels.size(); ++i)
        ++counts[checked(labels[i], "label")][checked(classes[i], "predicted class")];
    return counts;
}

}  // namespace cnn
