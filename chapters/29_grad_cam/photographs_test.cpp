// A network that knows a thousand things, on photographs, beside what PyTorch makes of them.  Where
// $CNN_WEIGHTS names the folder of both.
#include <cstdlib>
#include <filesystem>

#include "cam.hpp"
#include "common/base/error.hpp"
#include "common/files/image.hpp"
#include "common/files/safetensors.hpp"
#include "common/testing/testing.hpp"
#include "grad_cam.hpp"
#include "occlusion.hpp"
#include "resnet.hpp"
#include "saliency.hpp"
#include "squeezenet.hpp"

using namespace cnn;

namespace {

/// The folder; empty, and said so, where there is none.
std::filesystem::path shared_folder() {
    const char* folder = std::getenv("CNN_WEIGHTS");
    if (folder == nullptr) MESSAGE("skipped: CNN_WEIGHTS names no folder of pretrained weights");
    return folder == nullptr ? "" : folder;
}

/// The central 224x224 of a photograph, as ImageNet's networks expect it.
Tensor photograph(const std::filesystem::path& file, int side = 224) {
    Tensor x = center_crop(read_image(file), side);
    const real mean[] = {real(0.485), real(0.456), real(0.406)},
               deviation[] = {real(0.229), real(0.224), real(0.225)};
    for (int i = 0; i < side; ++i)
        for (int j = 0; j < side; ++j)
            for (int c = 0; c < 3; ++c) x(0, i, j, c) = (x(0, i, j, c) - mean[c]) / deviation[c];
    return x;
}

struct SqueezeNet {
    explicit SqueezeNet(const std::filesystem::path& folder)
        : net(squeezenet(graph, SqueezeNetVersion::one_one)),
          weights(load_weights(folder / "squeezenet1_1.safetensors", graph)) {}
    Graph graph;
    Classifier net;
    Weights weights;
};

/// The largest difference from a reference map, over the reference's largest number.
double off(View map, const safetensors::Array& reference) {
    const Tensor mine(map);
    REQUIRE(mine.flat().size() == reference.numbers.size());
    double most = 0, difference = 0;
    for (std::size_t k = 0; k < reference.numbers.size(); ++k) {
        const double is = double(mine.flat()[k]), should = double(reference.numbers[k]);
        most = std::max(most, std::abs(should));
        difference = std::isnan(is) ? 1e9 : std::max(difference, std::abs(is - should));
    }
    return difference / most;
}

/// Optimized occlusion against full passes in batches.
double occlusion_off(const Classifier& net, const Weights& weights, View image, const Occlusion& options) {
    return largest_difference(occlusion_in_batches(net, weights, image, options),
                              optimized::occlusion(net, weights, image, options));
}

}  // namespace

TEST_SUITE_BEGIN("29 grad_cam");

TEST_CASE("s-27: SqueezeNet's maps on photographs are PyTorch's, to a thousandth of their maximum") {
    const std::filesystem::path folder = shared_folder();
    if (folder.empty()) return;
    const SqueezeNet s(folder);
    const auto reference = safetensors::read(folder / "reference_outputs.safetensors").arrays;
    int compared = 0;
    for (const auto& [key, array] : reference) {
        if (!key.starts_with("squeezenet1_1/")) continue;
        const auto slash = key.find('/', 14), dot = key.rfind('.');
        const std::string picture = key.substr(14, slash - 14), what = key.substr(slash + 1, dot - slash - 1);
        if (dot == std::string::npos || dot < slash) continue;  // logits
        const int label = std::stoi(key.substr(dot + 1));
        const Tensor image = photograph(folder / (picture + ".png"));
        CAPTURE(key);
        ++compared;
        if (what == "cam")
            CHECK(off(class_activation_maps(s.net, s.weights, image, {label}), array) <= 1e-3);
        else if (what == "gradcam")
            CHECK(off(optimized::grad_cam(s.net, s.weights, image, last_convolution(s.net), label).map,
                      array) <= 1e-3);
        else if (what == "saliency")
            CHECK(off(saliency(s.net, s.weights, image, label), array) <= 1e-3);
        else
            --compared;
    }
    CHECK(compared >= 6);
}

TEST_CASE(
    "s-27: in the picture of a cat and a dog, the cat's map is largest on the left and the dog's on the "
    "right") {
    const std::filesystem::path folder = shared_folder();
    if (folder.empty()) return;
    const SqueezeNet s(folder);
    const Tensor image = photograph(folder / "cat_dog.png");
    const Node layer = last_convolution(s.net);
    CHECK(layer.name() == "features.12");
    const GradCam cat = optimized::grad_cam(s.net, s.weights, image, layer, 285);
    const GradCam dog = optimized::grad_cam(s.net, s.weights, image, layer, 211);
    CHECK(largest(cat.map) == Place{3, 3});
    CHECK(largest(dog.map) == Place{5, 10});
    CHECK(largest(optimized::upsample(cat.map, 224)).column < 112);
    CHECK(largest(optimized::upsample(dog.map, 224)).column >= 112);
}

TEST_CASE("s-23: on SqueezeNet and ResNet-20 the boxes give the full passes' probabilities to 1e-5") {
    const std::filesystem::path folder = shared_folder();
    if (folder.empty()) return;
    const SqueezeNet s(folder);
    CHECK(occlusion_off(s.net, s.weights, photograph(folder / "cat_dog.png"),
                        {.patch = 32, .stride = 64, .grey = {0}}) <= 1e-5);
    Graph graph;
    const Classifier net = resnet_cifar10(graph, 20);
    const Weights weights = load_weights(folder / "resnet20_cifar10.safetensors", graph);
    const Tensor small = resample(photograph(folder / "chelsea.png"), 32);
    CHECK(occlusion_off(net, weights, small, {.patch = 6, .stride = 4, .grey = {0}}) <= 1e-5);
}

TEST_SUITE_END();
