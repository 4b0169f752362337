#include "program/answers.hpp"

#include <algorithm>

#include "cam.hpp"
#include "class_model.hpp"
#include "common/base/error.hpp"
#include "common/files/image.hpp"
#include "common/report/progress.hpp"
#include "common/report/report.hpp"
#include "program/labels.hpp"

namespace cnn::program {

namespace {

bool has_cam(const Classifier& net) {
    try {
        linear_end(net);
        return true;
    } catch (const Error&) {
        return false;
    }
}

std::vector<std::string> chosen_methods(const Subject& s, const Asked& asked) {
    if (asked.methods == "all") {
        std::vector<std::string> all = {"occlusion", "class-model", "saliency",
                                        "cam",       "grad-cam",    "counterfactual"};
        if (!has_cam(s.net)) std::erase(all, "cam");
        return all;
    }
    std::vector<std::string> names = between_commas(asked.methods);
    require(!names.empty(), "explain: --method is empty; name a method or leave it out");
    for (const std::string& name : names)
        if (name != "class-model") method(name);
    const bool uses_layer =
        std::ranges::any_of(names, [](const auto& n) { return n == "grad-cam" || n == "counterfactual"; });
    require(asked.layer.empty() || uses_layer,
            "explain: --layer is where Grad-CAM looks; add --method grad-cam or leave it out");
    return names;
}

/// A picture made for the class, stretched to what can be shown.
Tensor class_picture(const Subject& s, int label) {
    const Shape input = s.net.image.shape();
    const ClassModel options{.steps = 150,
                             .rate = 0.3,
                             .lambda = 0.02,
                             .jitter = std::max(1, std::min(input.h, input.w) / 28),
                             .blur = 0.5};
    const Tensor model = stretched(optimized::class_models(
        s.net, s.weights, {label}, scaled_to_slope(s.net, s.weights, {label}, options)));
    const Shape m = model.shape();
    Tensor colour = Tensor::uninitialized({.h = m.h, .w = m.w, .c = 3});
    for (int i = 0; i < m.h; ++i)
        for (int j = 0; j < m.w; ++j)
            for (int c = 0; c < 3; ++c) colour(0, i, j, c) = model(0, i, j, m.c == 3 ? c : 0);
    return colour;
}

}  // namespace

std::vector<Answer> answer(const Subject& s, const Asked& asked, const std::vector<int>& classes,
                           const std::vector<std::string>& labels) {
    const std::vector<std::string> names = chosen_methods(s, asked);
    Question question{s.net, s.weights, s.seen.input};
    if (!asked.layer.empty()) question.layer = layer_named(s.net, asked.layer);
    if (asked.patch) question.patch = *asked.patch;
    if (asked.stride) question.stride = *asked.stride;
    require(asked.patch.value_or(1) >= 1 && asked.stride.value_or(1) >= 1,
            "explain: --patch and --stride must be at least 1");
    const Preprocessing& how = s.network->preprocessing;
    question.blank = in_units(how.bright_on_dark ? 0 : 0.5, how, s.net.image.shape().c);
    const Tensor p = probabilities(s.net, s.weights, s.seen.input);

    std::vector<Answer> answers;
    for (const int label : classes)
        for (const std::string& name : names) {
            Answer a{name, label, labels[std::size_t(label)], double(p(0, 0, 0, label)), {}};
            Progress progress(name + ", " + a.name, 1000);
            question.label = label;
            question.on_step = [&](int done, int all) { progress.step(1000LL * done / all); };
            if (name == "class-model") {
                a.drawn = class_picture(s, label);
                const Shape size = s.net.image.shape();
                a.map = {Tensor({.h = size.h, .w = size.w}), Tensor({.h = size.h, .w = size.w}), ""};
            } else {
                const double seconds = median_seconds([&] { a.map = method(name).explain(question); }, 0);
                if (name == "occlusion" && label == classes[0]) a.gain = sweep_gain(question, seconds);
            }
            answers.push_back(std::move(a));
        }
    return answers;
}

}  // namespace cnn::program
