#include "program/walkthroughs.hpp"

#include "convolution.hpp"
#include "padding.hpp"

namespace cnn::program {

const std::vector<Walkthrough>& walkthroughs() {
    static const std::vector<Walkthrough> all = {
        {"03", "Padding", walkthrough::padding},
        {"04", "Convolution", walkthrough::convolution},
    };
    return all;
}

}  // namespace cnn::program
