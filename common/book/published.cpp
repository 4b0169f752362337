// Published accuracies.  Those with weights are of torchvision 0.14, in its tables and in its weights'
// metadata.
#include "common/book/published.hpp"

namespace cnn {

namespace {

Published torchvision(const char* net, const char* family, double top1, double top5, double retrained = 0,
                      int input = 0) {
    return {net, family, top1, top5, "torchvision", true, input, retrained};
}

}  // namespace

const std::vector<Published>& published_accuracies() {
    const char* const howard = "Howard et al. 2017, one crop";
    static const std::vector<Published> all{
        {"alexnet_2012", "AlexNet, ZFNet, SqueezeNet", 59.3, 81.8,
         "Krizhevsky, Sutskever and Hinton 2012, ten crops"},
        {"zfnet", "AlexNet, ZFNet, SqueezeNet", 61.6, 83.5, "Zeiler and Fergus 2014, ten crops"},
        torchvision("alexnet", "AlexNet, ZFNet, SqueezeNet", 56.522, 79.066),
        torchvision("squeezenet1_1", "AlexNet, ZFNet, SqueezeNet", 58.178, 80.624),
        torchvision("squeezenet1_0", "AlexNet, ZFNet, SqueezeNet", 58.092, 80.420),
        torchvision("vgg11", "VGG", 69.020, 88.628),
        torchvision("vgg13", "VGG", 69.928, 89.246),
        torchvision("vgg16", "VGG", 71.592, 90.382),
        torchvision("vgg19", "VGG", 72.376, 90.876),
        torchvision("googlenet", "GoogLeNet, Xception", 69.778, 89.530),
        {"xception", "GoogLeNet, Xception", 79.0, 94.5, "Chollet 2017, one crop"},
        torchvision("resnet18", "ResNet", 69.758, 89.078),
        torchvision("resnet34", "ResNet", 73.314, 91.420),
        torchvision("resnet50", "ResNet", 76.130, 92.862, 80.858),
        torchvision("resnet101", "ResNet", 77.374, 93.546, 81.886),
        torchvision("resnet152", "ResNet", 78.312, 94.046, 82.284),
        torchvision("densenet121", "DenseNet", 74.434, 91.972),
        torchvision("densenet169", "DenseNet", 75.600, 92.806),
        torchvision("densenet201", "DenseNet", 76.896, 93.370),
        {"densenet264", "DenseNet", 77.85, 93.88, "Huang et al. 2017, one crop"},
        torchvision("densenet161", "DenseNet", 77.138, 93.560),
        {"mobilenet_v1_0.25", "MobileNet", 50.6, 0, howard},
        {"mobilenet_v1_0.5", "MobileNet", 63.7, 0, howard},
        {"mobilenet_v1_0.75", "MobileNet", 68.4, 0, howard},
        {"mobilenet_v1_1.0", "MobileNet", 70.6, 0, howard},
        torchvision("mobilenet_v2", "MobileNet", 71.878, 90.286, 72.154),
        {"shufflenet_v1_g3", "ShuffleNet", 67.4, 0, "Zhang et al. 2018, one crop"},
        torchvision("shufflenet_v2_x0_5", "ShuffleNet", 60.552, 81.746),
        torchvision("shufflenet_v2_x1_0", "ShuffleNet", 69.362, 88.316),
        torchvision("shufflenet_v2_x1_5", "ShuffleNet", 72.996, 91.086),
        torchvision("shufflenet_v2_x2_0", "ShuffleNet", 76.230, 93.006),
        torchvision("efficientnet_b0", "EfficientNet", 77.692, 93.532),
        torchvision("efficientnet_b1", "EfficientNet", 78.642, 94.186, 79.838),
        torchvision("efficientnet_b2", "EfficientNet", 80.608, 95.310, 0, 288),
        torchvision("efficientnet_b3", "EfficientNet", 82.008, 96.054),
        torchvision("efficientnet_b4", "EfficientNet", 83.384, 96.594),
        torchvision("efficientnet_b5", "EfficientNet", 83.444, 96.628),
        torchvision("efficientnet_b6", "EfficientNet", 84.008, 96.916),
        torchvision("efficientnet_b7", "EfficientNet", 84.122, 96.908),
    };
    return all;
}

}  // namespace cnn
