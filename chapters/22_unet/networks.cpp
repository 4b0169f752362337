// U-Net, as its paper's figure 1 reads.
#include "batch_norm.hpp"
#include "common/base/error.hpp"
#include "concatenation.hpp"
#include "convolution.hpp"
#include "crop.hpp"
#include "loss/loss.hpp"
#include "pooling.hpp"
#include "transposed.hpp"
#include "unet.hpp"

namespace cnn {

// [double_convolution]
Node double_convolution(Node x, int filters, const UNet& options, const std::string& name) {
    for (const char* number : {"1", "2"}) {
        x = conv(
            x,
            {.filters = filters, .kernel = 3, .padding = options.padded ? 1 : 0, .bias = !options.normalised},
            name + ".conv" + number);
        if (options.normalised) x = batch_norm(x, {}, name + ".norm" + number);
        x = relu(x, name + ".relu" + number);
    }
    return x;
}
// [double_convolution]

namespace {

/// Half of the rows and columns; the paper asks for sizes at which nothing is lost.
Node halved(Node x, const std::string& name) {
    const Shape& s = x.shape();
    require(s.h % 2 == 0 && s.w % 2 == 0, "unet: \"", x.name(), "\" has ", s.h, 'x', s.w,
            " pixels, which cannot be halved; take a picture some pixels larger or smaller");
    return max_pool(x, {.kernel = 2, .stride = 2}, name);
}

// [beside]
/// What comes up doubles its rows and columns and stands beside the middle of what was kept on the way down.
Node beside(Node kept, Node x, const std::string& name) {
    x = conv_transposed(x, {.filters = kept.shape().c, .kernel = 2, .stride = 2}, name + ".conv_transposed");
    const Sides margins = margins_around(kept.shape(), {x.shape().h, x.shape().w});
    if (margins != Sides(0)) kept = crop(kept, margins, name + ".crop");
    return concatenate({kept, x}, name + ".concatenate");
}
// [beside]

}  // namespace

// [unet]
Classifier unet(Graph& graph, const UNet& options) {
    const std::vector<int>& widths = options.widths;
    require(widths.size() >= 2, "unet: ", widths.size(), " levels; there must be at least 2");
    require(options.classes >= 1, "unet: ", options.classes, " classes; there must be at least 1");
    const Node image =
        graph.input({.h = options.input.h, .w = options.input.w, .c = options.channels}, "image");
    const std::size_t depth = widths.size() - 1;
    Node x = image;
    std::vector<Node> kept;
    for (std::size_t level = 0; level < depth; ++level) {
        const std::string number = std::to_string(level + 1);
        kept.push_back(double_convolution(x, widths[level], options, "down" + number));
        x = halved(kept.back(), "pool" + number);
    }
    x = double_convolution(x, widths[depth], options, "bottom");
    for (std::size_t level = depth; level-- > 0;) {
        const std::string name = "up" + std::to_string(level + 1);
        x = double_convolution(beside(kept[level], x, name), widths[level], options, name);
    }
    const Node logits = conv(x, {.filters = options.classes, .kernel = 1}, "classes");
    softmax(logits, "probabilities");
    return {image, {}, logits, {}};
}
// [unet]

}  // namespace cnn
