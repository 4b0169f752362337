#include "common/testing/testing.hpp"

#include <charconv>
#include <cstdlib>
#include <iostream>
#include <limits>
#include <string_view>

namespace cnn {

std::uint64_t fuzz_seed(const char* what, std::uint64_t usual) {
    std::uint64_t seed = usual;
    if (const char* given = std::getenv("CNN_SEED")) {
        const std::string_view text = given;
        const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), seed);
        require(wrong == std::errc{} && end == text.data() + text.size(), "CNN_SEED is \"", text,
                "\"; it must be a whole number");
    }
    std::cout << "random layers, " << what << ": seed " << seed << '\n';
    return seed;
}

Tensor small_integers(Shape shape, std::uint64_t seed) {
    Random random(seed);
    Tensor t = Tensor::uninitialized(shape);
    for (real& value : t.flat()) value = real(random.below(16) - 8);
    return t;
}

double dot(View a, View b) {
    require(a.shape == b.shape, "dot: the shapes are ", a.shape, " and ", b.shape);
    const Tensor x(a), y(b);
    double sum = 0;
    for (std::size_t i = 0; i < x.flat().size(); ++i) sum += double(x.flat()[i]) * double(y.flat()[i]);
    return sum;
}

double largest_difference(View a, View b) {
    if (!(a.shape == b.shape)) return std::numeric_limits<double>::infinity();
    const Tensor x(a), y(b);
    double largest = 0;
    for (std::size_t i = 0; i < x.flat().size(); ++i) {
        const double difference = std::abs(double(x.flat()[i]) - double(y.flat()[i]));
        if (!(difference <= largest)) largest = difference;
        if (std::isnan(largest)) return std::numeric_limits<double>::infinity();
    }
    return largest;
}

std::string error_of(const std::function<void()>& wrong_use) {
    try {
        wrong_use();
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

double gradient_error(const Operation& operation, const std::vector<Tensor>& inputs,
                      const std::vector<Tensor>& parameters, Mode mode, double step) {
    std::vector<Tensor> at_inputs = inputs, at_parameters = parameters;
    Shapes shapes;
    for (const Tensor& input : inputs) shapes.push_back(input.shape());
    Tensor output(operation.output(shapes));
    const Tensor weights = normal_numbers(output.shape(), 7);

    const auto views = [](const std::vector<Tensor>& tensors) {
        return std::vector<View>(tensors.begin(), tensors.end());
    };
    std::vector<Tensor> saved;
    if (mode.training)
        for (const Shape& shape : operation.saved(shapes)) saved.emplace_back(shape);
    const auto loss = [&] {
        operation.forward({{views(at_inputs), views(at_parameters), mode}, {saved.begin(), saved.end()}},
                          output);
        return dot(output, weights);
    };

    // The analytic gradient of every input and parameter, into tensors that start as NaN.
    loss();
    std::vector<Tensor> analytic;
    Backward call{{views(at_inputs), views(at_parameters), mode}, views(saved), output, weights};
    const Reads reads = operation.backward_reads();
    if (!reads.output) call.output.data = nullptr;
    if (!reads.inputs)
        for (View& input : call.inputs) input.data = nullptr;
    for (const Tensor& t : inputs) analytic.emplace_back(t.shape());
    for (const Tensor& t : parameters) analytic.emplace_back(t.shape());
    const std::vector<Parameter> roles = operation.parameters(shapes);
    const auto learned = [&](std::size_t i) {
        return i < inputs.size() || roles[i - inputs.size()].role == Role::weight;
    };
    for (std::size_t i = 0; i < analytic.size(); ++i) {
        fill(analytic[i], std::numeric_limits<real>::quiet_NaN());
        const MutableView to = learned(i) ? analytic[i].view() : MutableView{};
        (i < inputs.size() ? call.input_gradients : call.parameter_gradients).push_back(to);
    }
    operation.backward(call);

    double largest = 0;
    for (std::size_t i = 0; i < analytic.size(); ++i) {
        if (!learned(i)) continue;
        Tensor& varied = i < inputs.size() ? at_inputs[i] : at_parameters[i - inputs.size()];
        for (std::size_t k = 0; k < varied.flat().size(); ++k) {
            real& element = varied.flat()[k];
            const real here = element;
            element = here + real(step);
            const double above = loss();
            element = here - real(step);
            const double below = loss();
            element = here;
            const double numeric = (above - below) / (2 * step);
            const double error =
                std::abs(double(analytic[i].flat()[k]) - numeric) / std::max(1.0, std::abs(numeric));
            if (!(error <= largest))
                largest = std::isnan(error) ? std::numeric_limits<double>::infinity() : error;
        }
    }
    return largest;
}

}  // namespace cnn
