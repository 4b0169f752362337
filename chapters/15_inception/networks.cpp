// The Inception module, as the paper's figure 2b draws it.
#include "convolution.hpp"
#include "inception.hpp"
#include "pooling.hpp"

namespace cnn {

namespace {

Node layer(Node x, int filters, int kernel, const std::string& name) {
    x = conv(x, {.filters = filters, .kernel = kernel, .padding = kernel / 2}, name + ".conv");
    return relu(x, name);
}

}  // namespace

// [module]
Node inception(Node x, const Inception& filters, const std::string& name) {
    const auto [one, three_reduced, three, five_reduced, five, pooled] = filters;
    const auto part = [&](const char* branch) { return name + ".branch" + branch; };
    const Node first = layer(x, one, 1, part("1"));
    const Node second = layer(layer(x, three_reduced, 1, part("2.0")), three, 3, part("2.1"));
    const Node third = layer(layer(x, five_reduced, 1, part("3.0")), five, 5, part("3.1"));
    const Node seen = max_pool(x, {.kernel = 3, .stride = 1, .padding = 1}, part("4.0"));
    const Node fourth = layer(seen, pooled, 1, part("4.1"));
    return concatenate({first, second, third, fourth}, name);
}
// [module]

}  // namespace cnn
