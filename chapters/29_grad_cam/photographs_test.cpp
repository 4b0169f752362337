// Networks that know a thousand things, on photographs, beside what PyTorch makes of them.  Where
// $CNN_WEIGHTS names the folder of both.
#include <cstdlib>
#include <filesystem>

#include "cam.hpp"
#include "common/base/error.hpp"
#include "common/book/network.hpp"
#include "common/files/image.hpp"
#include "common/files/safetensors.hpp"
#include "common/testing/testing.hpp"
#include "grad_cam.hpp"
#include "mobilenet.hpp"
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

/// The central 224x224 of a photograph in a network's units.
Tensor photograph(const std::filesystem::path& file, const Preprocessing& how) {
    Tensor x = center_crop(read_image(file), 224);
    normalise(x, how);
    return x;
}

/// Published weights in their network.
struct Published {
    Graph graph;
    Classifier net;
    Weights weights;
    Preprocessing preprocessing = imagenet_preprocessing;
};
std::unique_ptr<Published> published(const std::string& name, const std::filesystem::path& folder) {
    auto p = std::make_unique<Published>();
    if (name == "squeezenet1_1") {
        p->net = squeezenet(p->graph, SqueezeNetVersion::one_one);
    } else {
        p->net = mobilenet_v1(p->graph, {.width = 0.75, .folded = true, .same_padding = true});
        p->preprocessing = {.mean = {0.5, 0.5, 0.5}, .deviation = {0.5, 0.5, 0.5}};
    }
    p->weights = load_weights(folder / (name + ".safetensors"), p->graph);
    return p;
}

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

}  // namespace

TEST_SUITE_BEGIN("29 grad_cam");

TEST_CASE(
    "s-27: maps of SqueezeNet and MobileNet on photographs are PyTorch's to a thousandth of their maximum") {
    const std::filesystem::path folder = shared_folder();
    if (folder.empty()) return;
    const auto reference = safetensors::read(folder / "reference_outputs.safetensors").arrays;
    for (const std::string name : {"squeezenet1_1", "mobilenet_v1_0.75_192"}) {
        const auto p = published(name, folder);
        int compared = 0;
        for (const auto& [key, array] : reference) {
            if (!key.starts_with(name + "/")) continue;
            const auto slash = key.find('/', name.size() + 1), dot = key.find('.', slash);
            if (dot == std::string::npos) continue;  // the logits
            const std::string what = key.substr(slash + 1, dot - slash - 1);
            const int label = std::stoi(key.substr(dot + 1));
            const std::string picture = key.substr(name.size() + 1, slash - name.size() - 1) + ".png";
            const Tensor image = photograph(folder / picture, p->preprocessing);
            Tensor map;
            if (what == "cam") map = class_activation_maps(p->net, p->weights, image, {label});
            if (what == "saliency") map = saliency(p->net, p->weights, image, label);
            if (what == "gradcam")
                map = optimized::grad_cam(p->net, p->weights, image, last_convolution(p->net), label).map;
            CAPTURE(what);
            CAPTURE(picture);
            CHECK(off(map, array) <= 1e-3);
            ++compared;
        }
        CHECK(compared >= 6);
    }
}

TEST_CASE("s-27: of a cat and a dog in one picture the maps are largest on the left and on the right") {
    const std::filesystem::path folder = shared_folder();
    if (folder.empty()) return;
    struct Expected {
        const char* net;
        const char* layer;
        Place cat, dog;
    };
    for (const Expected& e : {Expected{"squeezenet1_1", "features.12", {3, 3}, {5, 10}},
                              Expected{"mobilenet_v1_0.75_192", "", {2, 2}, {2, 6}}}) {
        const auto p = published(e.net, folder);
        const Tensor image = photograph(folder / "cat_dog.png", p->preprocessing);
        const Node layer = last_convolution(p->net);
        if (*e.layer != 0) CHECK(layer.name() == e.layer);
        const Tensor cat = optimized::grad_cam(p->net, p->weights, image, layer, 285).map;
        const Tensor dog = optimized::grad_cam(p->net, p->weights, image, layer, 211).map;
        CHECK(largest(cat) == e.cat);
        CHECK(largest(dog) == e.dog);
        CHECK(largest(optimized::upsample(cat, 224)).column < 112);
        CHECK(largest(optimized::upsample(dog, 224)).column >= 112);
    }
}

TEST_SUITE_END();
