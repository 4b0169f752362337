#pragma once
/// @file  A network as a chapter declares it: how it is built, what it expects of a picture, how it is
/// trained.
#include <array>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/training/training.hpp"

namespace cnn {

/// What a network's classes are, and where its training examples come from.
enum class DataSet { fashion_mnist, garment_scenes, cifar10, imagenet, cells };

/// The names of its classes in the order of their numbers; empty for ImageNet, whose thousand do not ship,
/// and for U-Net's cells.
const std::vector<std::string>& class_names(DataSet set);
/// "Fashion-MNIST", "garment scenes", "CIFAR-10", "ImageNet", "ISBI 2012".
std::string_view name(DataSet set);

/// How a picture, with values from 0 to 1, becomes what a network was trained to read.
struct Preprocessing {
    /// Subtracted from each channel, then divided by; a grey network takes the first.
    std::array<double, 3> mean = {0, 0, 0}, deviation = {1, 1, 1};
    int shorter_side = 0;  ///< resized to this before the middle is cropped; 0: to the input's own side
    bool bgr = false;      ///< blue comes first
    bool bright_on_dark =
        false;  ///< trained on bright things before black: a picture with a bright border is inverted
};

/// torchvision's, for networks trained on ImageNet.
inline constexpr Preprocessing imagenet_preprocessing{
    .mean = {0.485, 0.456, 0.406}, .deviation = {0.229, 0.224, 0.225}, .shorter_side = 256};
/// The same for small photographs, which are as large as the network's input.
inline constexpr Preprocessing cifar10_preprocessing{.mean = imagenet_preprocessing.mean,
                                                     .deviation = imagenet_preprocessing.deviation};

/// Subtracts the mean and divides by the deviation of each channel, in place.
void normalise(MutableView images, const Preprocessing& preprocessing);

/// What a user may ask of a builder.
struct Sizes {
    int input = 0;    ///< the side of the picture
    int classes = 0;  ///< how many classes; both 0: as the network has them
};

struct Network {
    std::string name;
    std::string about;  ///< one line
    Sizes sizes;        ///< as published
    DataSet data = DataSet::imagenet;
    /// Fills an empty graph.  A network that is not trained here leaves labels and loss unset.
    std::function<Classifier(Graph&, const Sizes&)> builder;
    Preprocessing preprocessing = {};
    std::optional<TrainingOptions> training = {};  ///< how `cnn train` trains it; nothing: it does not
    bool fixed = false;                            ///< pictures of no size but its own
    bool fixed_classes = false;                    ///< and no other number of classes
    /// Makes the pictures it is trained and tested on from the data set's own; nothing: those as they are.
    std::function<Dataset(const Dataset&, Part)> pictures = {};
    /// The same for a network that names every pixel: pictures with a class for each.
    std::function<Examples(const Dataset&, Part)> scenes = {};
};

/// A network of the ImageNet challenge: a thousand classes, torchvision's preprocessing.
Network imagenet_network(std::string name, std::string about, int input,
                         std::function<Classifier(Graph&, const Sizes&)> builder);
/// The same of a network whose options say its input and its classes.
template <class Options>
Network imagenet_network(std::string name, std::string about, const Options& options,
                         Classifier (*build)(Graph&, const Options&)) {
    return imagenet_network(std::move(name), std::move(about), options.input,
                            [options, build](Graph& graph, const Sizes& sizes) {
                                Options sized = options;
                                sized.input = sizes.input;
                                sized.classes = sizes.classes;
                                return build(graph, sized);
                            });
}

/// Builds a network, of its own sizes where 0 is asked for.  Errors: sizes below 0, others than a fixed
/// network's own, a picture too small for the layers.
Classifier build(const Network& network, Graph& graph, const Sizes& asked = {});

/// Where its weights ship: data/NAME.safetensors, which need not be there.
std::filesystem::path shipped_weights(const Network& network);

}  // namespace cnn
