// What `cnn tour 16` prints and draws, and the networks of the chapter.
#include "common/book/chapter.hpp"
#include "resnet.hpp"

namespace cnn {

namespace {

void walk(Report& report) { report.say("A residual block learns the difference from doing nothing."); }

Network imagenet(const std::string& name, const std::string& about, const ResNet& net) {
    return {.name = name,
            .about = about,
            .sizes = {224, 1000},
            .data = DataSet::imagenet,
            .builder =
                [net](Graph& graph, const Sizes& sizes) {
                    ResNet asked = net;
                    asked.input = sizes.input;
                    asked.classes = sizes.classes;
                    return resnet(graph, asked);
                },
            .preprocessing = imagenet_preprocessing};
}

Network cifar(const std::string& name, const std::string& about, int depth, bool skips) {
    return {.name = name,
            .about = about,
            .sizes = {32, 10},
            .data = DataSet::cifar10,
            .builder = [=](Graph& graph,
                           const Sizes& sizes) { return resnet_cifar10(graph, depth, sizes.classes, skips); },
            .preprocessing = {.mean = {0.485, 0.456, 0.406}, .deviation = {0.229, 0.224, 0.225}},
            .training = resnet_cifar10_training(),
            .fixed = true};
}

std::vector<Network> resnets() {
    return {imagenet("resnet18", "18 layers in 8 residual blocks", resnet18()),
            imagenet("resnet34", "34 layers in 16 residual blocks", resnet34()),
            imagenet("resnet50", "50 layers in 16 bottleneck blocks", resnet50()),
            imagenet("resnet101", "101 layers in 33 bottleneck blocks", resnet101()),
            imagenet("resnet152", "152 layers in 50 bottleneck blocks", resnet152()),
            cifar("resnet20_cifar10", "20 layers for small photographs", 20, true),
            cifar("resnet56_cifar10", "56 layers for small photographs", 56, true),
            cifar("plain20_cifar10", "ResNet-20 without its skips", 20, false),
            cifar("plain56_cifar10", "ResNet-56 without its skips", 56, false)};
}

}  // namespace

Chapter chapter_16_resnet() { return {"16_resnet", "ResNet", "s-20", walk, resnets()}; }

}  // namespace cnn
