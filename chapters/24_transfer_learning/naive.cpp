// s-22 as it reads: the same training, and only what lies behind the cut takes steps.
#include "common/base/error.hpp"
#include "transfer_learning.hpp"

namespace cnn::naive {

// [retrain]
TrainingState retrain(const Classifier& net, Node cut, const Weights& start, const Examples& training,
                      const Examples& test, const TrainingOptions& options,
                      const TrainingListener& listener) {
    require(options.parameters.empty(), "transfer: the cut says what learns; leave the parameters out");
    TrainingOptions frozen = options;
    frozen.parameters = parameters_behind(net, cut);
    return train(*net.image.graph, net, training, test, frozen, {}, listener, start);
}
// [retrain]

}  // namespace cnn::naive
