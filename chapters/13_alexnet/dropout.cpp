// Dropout twice, and as a node.
//
// A generator that must walk through its numbers one by one keeps dropout on one thread.  SplitMix64 need
// not: its state after k numbers is the seed plus k times a constant, so every block of elements starts where
// its first number stands in the stream, and the mask is the same on one thread and on many.
#include "dropout.hpp"

#include "common/base/error.hpp"
#include "common/base/random.hpp"
#include "common/machine/parallel.hpp"

namespace cnn {

namespace {

constexpr std::uint64_t stride = 0x9E3779B97F4A7C15ULL;  // from one state of Random to the next

void require_probability(double p) {
    require(p >= 0 && p < 1, "dropout: the probability is ", p,
            "; it must be from 0 up to, not including, 1");
}

/// Seeds of neighbouring nodes lie strides apart, so their streams would be one, shifted: mix them first.
std::uint64_t first_state(std::uint64_t seed) { return Random(seed).bits(); }

}  // namespace

// [naive]
Tensor naive::dropout(View x, double p, std::uint64_t seed) {
    require_probability(p);
    Tensor y(x);
    Random random(first_state(seed));
    for (real& number : y.flat()) {
        const bool kept = random.uniform() >= p;
        number = kept ? number * real(1 / (1 - p)) : real{0};
    }
    return y;
}
// [naive]

// [optimized]
Tensor optimized::dropout(View x, double p, std::uint64_t seed) {
    require_probability(p);
    Tensor y(x);
    const std::span<real> all = y.flat();
    const real scale = real(1 / (1 - p));
    constexpr std::size_t block = 1 << 14;
    parallel_for(int((all.size() + block - 1) / block), [&](int b) {
        const std::size_t first = std::size_t(b) * block;
        Random random(first_state(seed) + first * stride);
        for (real& number : all.subspan(first, std::min(block, all.size() - first)))
            number = random.uniform() < p ? real{0} : number * scale;
    });
    return y;
}
// [optimized]

namespace {

class Dropout : public Operation {
public:
    explicit Dropout(double p) : p_(p) { require_probability(p); }

    std::string kind() const override { return "dropout"; }
    Shape output(const Shapes& x) const override { return x[0]; }
    void forward(const Forward& call, MutableView y) const override {
        copy_dropped(call.inputs[0], call.mode, y);
    }
    void backward(const Backward& call) const override {
        if (!call.input_gradients[0].empty())
            copy_dropped(call.output_gradient, call.mode, call.input_gradients[0]);
    }
    Reads backward_reads() const override { return {.inputs = false, .output = false}; }
    std::optional<View> view_of(View x, const Mode& mode) const override {
        return mode.training ? std::nullopt : std::optional(x);
    }

private:
    void copy_dropped(View from, const Mode& mode, MutableView to) const {
        if (!mode.training) return copy(from, to);
        const auto& dropped = mode.kernels == Kernels::naive ? naive::dropout : optimized::dropout;
        copy(dropped(from, p_, mode.seed), to);
    }

    double p_;
};

}  // namespace

Node dropout(Node x, double p, std::string name) {
    return x.then(std::make_shared<Dropout>(p), std::move(name));
}

}  // namespace cnn
