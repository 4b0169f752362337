#include "program/walkthroughs.hpp"

#include "padding.hpp"

namespace cnn::program {

const std::vector<Walkthrough>& walkthroughs() {
    static const std::vector<Walkthrough> all = {
        {"03", "Padding", walkthrough::padding},
    };
    return all;
}

}  // namespace cnn::program
