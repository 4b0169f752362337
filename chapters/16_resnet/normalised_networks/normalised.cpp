#include "normalised_networks/normalised.hpp"

#include "batch_norm.hpp"
#include "inception.hpp"

namespace cnn {

// [vgg]
Classifier vgg_normalised(Graph& graph, const VggStages& stages, int input, int classes) {
    return vgg(graph, stages,
               {.input = input, .classes = classes, .normalise = [](Node x, const std::string& name) {
                    return batch_norm(x, {}, name);
                }});
}
// [vgg]

// [googlenet]
Classifier googlenet_normalised(Graph& graph, int input, int classes, bool auxiliary) {
    const auto normalise = [](Node x, const std::string& name) {
        return batch_norm(x, {.epsilon = 0.001}, name);
    };
    return googlenet(graph, {.input = input,
                             .classes = classes,
                             .layers = {.largest = 3, .normalise = normalise},
                             .last_pooling = 2,
                             .dropout = 0.2,
                             .auxiliary = auxiliary});
}
// [googlenet]

}  // namespace cnn
