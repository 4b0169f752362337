#pragma once
/// @file  What the graph knows of an operation: shapes, cost, window, parameters, forward, backward.
///
/// An operation holds no weights and no activations; both come with each call.  Every chapter brings its
/// own operations and, for each, a builder function that adds a node to a graph.
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/random.hpp"
#include "common/tensor/tensor.hpp"

namespace cnn {

/// Which of a chapter's two implementations runs.
enum class Kernels { naive, optimized };

/// How a parameter's shape reads in other libraries' files (there are no other layouts in this one).
enum class Layout {
    filters,  ///< (kh, kw, c_in, c_out) here, [c_out, c_in, kh, kw] in a file
    dense,    ///< (h, w, c_in, c_out) here, [c_out, c_in * h * w] in a file
    vector,   ///< (1, 1, 1, c) here, [c] in a file
};

/// How a parameter starts.
struct Initialiser {
    enum class Kind { zeros, ones, uniform, normal, fixed } kind = Kind::zeros;
    double scale = 0;  ///< uniform in [-scale, scale], or the normal's standard deviation
    std::shared_ptr<const Tensor> values = {};  ///< of a fixed one

    /// PyTorch's default for convolutions and dense layers: uniform, scale 1 / sqrt(fan_in).
    static Initialiser fan_in(std::int64_t inputs);
    /// Always these numbers: a parameter that is drawn by hand.
    static Initialiser fixed(const Tensor& values);
    void operator()(MutableView to, Random& random) const;
};

/// What a parameter is for.
enum class Role {
    weight,     ///< learned by gradients
    statistic,  ///< no gradient: Operation::update moves it while training (running mean and variance)
    constant,   ///< never changes
};

/// One tensor that an operation owns by name; the graph puts the node's name in front: "conv1" + ".weight".
struct Parameter {
    std::string name;
    Shape shape;
    Layout layout = Layout::vector;
    Initialiser initialiser = {};
    Role role = Role::weight;
};

/// The window through which one output position sees the input: all that receptive fields and regions
/// need.  Element-wise operations keep the default, a window of one pixel.
struct Window {
    Extent kernel = 1, stride = 1;
    Sides padding = {};
    Extent dilation = 1;
    bool transposed = false;  ///< the window of the adjoint: one input reaches kernel outputs, stride apart
    bool whole = false;       ///< every output sees the whole input (dense layers, global pooling)
    bool repeats = false;     ///< the padding holds pixels of the map, not a constant
};

using Shapes = std::vector<Shape>;

/// How a run is to be done.
struct Mode {
    Kernels kernels = Kernels::optimized;
    bool training = false;   ///< dropout drops, batch normalisation uses the batch
    std::uint64_t seed = 0;  ///< of whatever an operation draws
    std::shared_ptr<const std::vector<bool>> frozen = {};  ///< nodes that do as in inference, by index

    /// The mode for one node: it draws from a stream of its own, so adding a node leaves the others alone.
    Mode at(std::size_t node) const {
        const bool trains = training && !(frozen && (*frozen)[node]);
        return {kernels, trains, Random::stream(seed, node).bits(), {}};
    }
};

/// What either pass reads.
struct Call {
    std::vector<View> inputs, parameters;
    Mode mode;
};

/// A forward pass; where a backward pass is to come, it also keeps what Operation::saved says.
struct Forward : Call {
    std::vector<MutableView> saved = {};  ///< or none
};

/// Which maps a backward pass reads; the others need not be kept until then.
struct Reads {
    bool inputs = true, output = true;
};

/// A backward pass, and where it writes.  An empty view among the gradients was not asked for and is not
/// computed; the others are overwritten.  Maps that it does not read have their shape but no numbers.
struct Backward : Call {
    std::vector<View> saved = {};
    View output = {}, output_gradient = {};
    std::vector<MutableView> input_gradients = {}, parameter_gradients = {};
};

class Operation {
public:
    virtual ~Operation() = default;

    /// The name of the kind: "conv2d", "max_pool2d".
    virtual std::string kind() const = 0;
    /// The shape rule.  Throws an Error naming operation, shapes and rule where they do not fit.
    virtual Shape output(const Shapes& inputs) const = 0;
    virtual std::vector<Parameter> parameters(const Shapes& /*inputs*/) const { return {}; }
    /// Multiplications of a value by a weight, the batch included; bias additions do not count.
    virtual std::int64_t multiply_adds(const Shapes& /*inputs*/) const { return 0; }
    virtual Window window(const Shapes& /*inputs*/) const { return {}; }

    virtual void forward(const Forward&, MutableView output) const = 0;
    virtual void backward(const Backward&) const = 0;

    /// @name What an operation may know beyond that
    /// Each has a default that is right, if slow.
    /// @{
    virtual Reads backward_reads() const { return {}; }
    /// Shapes of what forward keeps for backward in training: a batch's statistics, a mask.
    virtual Shapes saved(const Shapes& /*inputs*/) const { return {}; }
    /// After a training step: moves this node's statistics by what its forward pass saved.
    virtual void update(const std::vector<View>& /*saved*/,
                        const std::vector<MutableView>& /*parameters*/) const {}
    /// Whether forward may write over its first input, number by number.
    virtual bool in_place() const { return false; }
    /// The output as a part of the first input, where it is one: a slice, a crop, the map itself.
    virtual std::optional<View> view_of(View /*input*/, const Mode& /*mode*/) const { return {}; }
    /// The first channel of the output at which input k stands unchanged, where it does: concatenation.
    /// Forward must then leave out inputs that are in their place already.
    virtual std::optional<int> place_of(std::size_t /*k*/, const Shapes& /*inputs*/) const { return {}; }

    /// The operation made ready to be run often: weights packed once, an algorithm chosen for these shapes.
    using Prepared = std::function<void(const std::vector<View>& inputs, MutableView output)>;
    /// The parameters must live as long as the result, unchanged.  Same bits as forward in this mode.
    virtual Prepared prepare(const Shapes& inputs, const std::vector<View>& parameters,
                             const Mode& mode) const;
    /// @}
};

}  // namespace cnn
