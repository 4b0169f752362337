#include "common/graph/operation.hpp"

#include "common/base/error.hpp"
#include "concatenation.hpp"
#include "shuffle.hpp"

namespace cnn {

void require_shuffled(const Shape& x, int groups) {
    require(groups >= 1 && x.c % groups == 0, "channel_shuffle: ", x.c, " channels in ", groups,
            " groups; the groups must be at least 1 and divide the channels");
}

namespace {

class Shuffle : public Operation {
public:
    explicit Shuffle(int groups) : groups_(groups) {}

    std::string kind() const override { return "channel_shuffle"; }
    Shape output(const Shapes& x) const override {
        require_shuffled(x[0], groups_);
        return x[0];
    }
    void forward(const Forward& call, MutableView y) const override {
        if (call.mode.kernels == Kernels::naive)
            copy(naive::channel_shuffle(call.inputs[0], groups_), y);
        else
            optimized::channel_shuffle_into(call.inputs[0], groups_, y);
    }
    // [gradient]
    /// Every channel's gradient goes back to where the channel came from.
    void backward(const Backward& call) const override {
        const View dy = call.output_gradient;
        const MutableView dx = call.input_gradients[0];
        if (dx.empty()) return;
        if (call.mode.kernels == Kernels::naive)
            copy(naive::channel_shuffle(dy, dy.shape.c / groups_), dx);
        else
            optimized::separate_into(dy, slices(dx, groups_));
    }
    // [gradient]
    Reads backward_reads() const override { return {.inputs = false, .output = false}; }

private:
    int groups_;
};

class Interleaving : public Operation {
public:
    std::string kind() const override { return "interleave"; }
    Shape output(const Shapes& maps) const override {
        for (const Shape& map : maps)
            require(map == maps[0], "interleave: a map of ", map, " beside one of ", maps[0],
                    "; they must have one shape");
        return concatenated_shape(maps);
    }
    void forward(const Forward& call, MutableView y) const override {
        const int groups = int(call.inputs.size());
        if (call.mode.kernels == Kernels::naive)
            copy(naive::channel_shuffle(naive::concatenate(call.inputs), groups), y);
        else
            optimized::interleave_into(call.inputs, y);
    }
    void backward(const Backward& call) const override {
        const View dy = call.output_gradient;
        const int groups = int(call.inputs.size());
        if (call.mode.kernels == Kernels::optimized)
            return optimized::separate_into(dy, call.input_gradients);
        const Tensor back = naive::channel_shuffle(dy, dy.shape.c / groups);
        const std::vector<View> parts = slices(View(back), groups);
        for (std::size_t q = 0; q < parts.size(); ++q)
            if (!call.input_gradients[q].empty()) copy(parts[q], call.input_gradients[q]);
    }
    Reads backward_reads() const override { return {.inputs = false, .output = false}; }
};

class Slice : public Operation {
public:
    Slice(int first, int channels) : first_(first), channels_(channels) {}

    std::string kind() const override { return "channel_slice"; }
    Shape output(const Shapes& x) const override {
        require(first_ >= 0 && channels_ >= 1 && first_ <= x[0].c - channels_, "channel_slice: ", channels_,
                " channels from ", first_, " on; there must be at least 1, within the map's ", x[0].c);
        return {x[0].n, x[0].h, x[0].w, channels_};
    }
    void forward(const Forward& call, MutableView y) const override {
        copy(call.inputs[0].channels(first_, channels_), y);
    }
    /// The other channels have no influence.
    void backward(const Backward& call) const override {
        const MutableView dx = call.input_gradients[0];
        if (dx.empty()) return;
        fill(dx, 0);
        copy(call.output_gradient, dx.channels(first_, channels_));
    }
    Reads backward_reads() const override { return {.inputs = false, .output = false}; }
    // [slice]
    std::optional<View> view_of(View x, const Mode& /*mode*/) const override {
        return x.channels(first_, channels_);
    }
    // [slice]

private:
    int first_, channels_;
};

}  // namespace

Node channel_shuffle(Node x, int groups, std::string name) {
    return x.then(std::make_shared<Shuffle>(groups), std::move(name));
}

Node interleave(const std::vector<Node>& maps, std::string name) {
    require(!maps.empty(), "interleave: there are no maps");
    return maps[0].graph->add(std::make_shared<Interleaving>(), maps, std::move(name));
}

Node channel_slice(Node x, int first, int channels, std::string name) {
    return x.then(std::make_shared<Slice>(first, channels), std::move(name));
}

}  // namespace cnn
