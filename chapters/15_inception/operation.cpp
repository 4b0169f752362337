#include "common/graph/operation.hpp"

#include <limits>

#include "common/base/error.hpp"
#include "concatenation.hpp"

namespace cnn {

Shapes shapes_of(const std::vector<View>& maps) {
    Shapes shapes;
    for (const View& map : maps) shapes.push_back(map.shape);
    return shapes;
}

Shape concatenated_shape(const Shapes& maps) {
    require(!maps.empty(), "concatenate: there are no maps");
    std::int64_t channels = 0;
    for (const Shape& map : maps) {
        const Shape &first = maps.front(), same{first.n, first.h, first.w, map.c};
        require(map == same, "concatenate: a map of ", map, " beside one of ", first,
                "; images, rows and columns must be the same");
        channels += map.c;
    }
    require(channels <= std::numeric_limits<int>::max(), "concatenate: ", channels,
            " channels; they must stay below 2^31");
    return {maps[0].n, maps[0].h, maps[0].w, int(channels)};
}

namespace {

class Concatenation : public Operation {
public:
    std::string kind() const override { return "concatenate"; }
    Shape output(const Shapes& inputs) const override { return concatenated_shape(inputs); }
    void forward(const Forward& call, MutableView y) const override {
        if (call.mode.kernels == Kernels::naive)
            copy(naive::concatenate(call.inputs), y);
        else
            optimized::concatenate_into(call.inputs, y);
    }
    /// Each input gets its channels of the gradient.
    void backward(const Backward& call) const override {
        int first = 0;
        for (std::size_t k = 0; k < call.inputs.size(); ++k) {
            const int channels = call.inputs[k].shape.c;
            if (!call.input_gradients[k].empty())
                copy(call.output_gradient.channels(first, channels), call.input_gradients[k]);
            first += channels;
        }
    }
    Reads backward_reads() const override { return {.inputs = false, .output = false}; }
    std::optional<int> place_of(std::size_t k, const Shapes& inputs) const override {
        int channel = 0;
        for (std::size_t before = 0; before < k; ++before) channel += inputs[before].c;
        return channel;
    }
};

}  // namespace

Node concatenate(const std::vector<Node>& maps, std::string name) {
    require(!maps.empty(), "concatenate: there are no maps");
    return maps[0].graph->add(std::make_shared<Concatenation>(), maps, std::move(name));
}

}  // namespace cnn
