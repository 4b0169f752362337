#include "program/walkthroughs.hpp"

#include "convolution.hpp"
#include "depthwise_separable.hpp"
#include "dilated.hpp"
#include "lenet.hpp"
#include "padding.hpp"
#include "pointwise.hpp"
#include "pooling.hpp"
#include "receptive_field.hpp"
#include "transposed.hpp"

namespace cnn::program {

const std::vector<Walkthrough>& walkthroughs() {
    static const std::vector<Walkthrough> all = {
        {"03", "Padding", walkthrough::padding},
        {"04", "Convolution", walkthrough::convolution},
        {"05", "Pooling", walkthrough::pooling},
        {"06", "LeNet-5", walkthrough::lenet},
        {"07", "Receptive field", walkthrough::receptive_field},
        {"09", "Pointwise convolution", walkthrough::pointwise},
        {"10", "Dilated convolution", walkthrough::dilated},
        {"11", "Depthwise separable convolution", walkthrough::depthwise_separable},
        {"12", "Transposed convolution", walkthrough::transposed},
    };
    return all;
}

}  // namespace cnn::program
