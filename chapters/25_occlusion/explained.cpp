#include "explained.hpp"

#include <algorithm>

#include "common/base/error.hpp"
#include "loss/loss.hpp"

namespace cnn {

void require_picture(const char* method, const Classifier& net, View image) {
    const Shape s = net.image.shape();
    require(image.shape == s, method, ": the picture is ", image.shape, "; the network takes one of ", s,
            ", so resize or crop it first");
    const Shape z = net.logits.shape();
    require(z.h == 1 && z.w == 1, method, ": \"", net.logits.name(), "\" is a map of ", z.h, 'x', z.w,
            "; a network with one set of scores a picture is needed");
}

void require_class(const char* method, const Classifier& net, int label) {
    const int classes = net.logits.shape().c;
    require(0 <= label && label < classes, method, ": there is no class ", label, "; they are numbered 0 to ",
            classes - 1);
}

Tensor logits(const Classifier& net, const Weights& weights, View images, const Mode& mode) {
    return run(*net.image.graph, weights, {{net.image, images}}, {net.logits}, mode)[net.logits];
}

Tensor probabilities(const Classifier& net, const Weights& weights, View images, const Mode& mode) {
    return optimized::softmax(logits(net, weights, images, mode));
}

int top_class(const Classifier& net, const Weights& weights, View image) {
    const Tensor z = logits(net, weights, image);
    return int(std::ranges::max_element(z.flat()) - z.flat().begin());
}

Place largest(View map) {
    require(map.shape.n == 1 && map.shape.c == 1 && map.shape.size() > 0,
            "largest: a map of one channel is needed, not ", map.shape);
    Place best;
    for (int i = 0; i < map.shape.h; ++i)
        for (int j = 0; j < map.shape.w; ++j)
            if (map(0, i, j, 0) > map(0, best.row, best.column, 0)) best = {i, j};
    return best;
}

}  // namespace cnn
