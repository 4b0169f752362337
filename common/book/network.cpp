#include "common/book/network.hpp"

#include "common/base/error.hpp"
#include "common/files/data_folder.hpp"

namespace cnn {

const std::vector<std::string>& class_names(DataSet set) {
    static const std::vector<std::string> none,
        kinds{"background", "top", "trousers", "dress", "shoe", "bag"};
    switch (set) {
        case DataSet::fashion_mnist:
            return fashion_mnist_classes();
        case DataSet::garment_scenes:
            return kinds;
        case DataSet::cifar10:
            return cifar10_classes();
        case DataSet::imagenet:
        case DataSet::cells:
            break;
    }
    return none;
}

std::string_view name(DataSet set) {
    switch (set) {
        case DataSet::fashion_mnist:
            return "Fashion-MNIST";
        case DataSet::garment_scenes:
            return "garment scenes";
        case DataSet::cifar10:
            return "CIFAR-10";
        case DataSet::cells:
            return "ISBI 2012";
        case DataSet::imagenet:
            break;
    }
    return "ImageNet";
}

namespace {

/// The smallest picture that a network can be built for, where that of these sizes is too small.
int smallest_input(const Network& network, const Sizes& sizes) {
    int fails = sizes.input, fits = network.sizes.input;
    while (fits - fails > 1) {
        const int middle = fails + (fits - fails) / 2;
        try {
            Graph trial;
            network.builder(trial, {middle, sizes.classes});
            fits = middle;
        } catch (const Error&) {
            fails = middle;
        }
    }
    return fits;
}

}  // namespace

void normalise(MutableView images, const Preprocessing& preprocessing) {
    for (int r = 0; r < images.rows(); ++r)
        for (int j = 0; j < images.shape.w; ++j)
            for (int c = 0; c < images.shape.c; ++c) {
                real& value = images.row(r)(0, 0, j, c);
                const auto k = std::size_t(c) % preprocessing.mean.size();
                value = real((double(value) - preprocessing.mean[k]) / preprocessing.deviation[k]);
            }
}

Network imagenet_network(std::string name, std::string about, int input,
                         std::function<Classifier(Graph&, const Sizes&)> builder) {
    return {.name = std::move(name),
            .about = std::move(about),
            .sizes = {input, 1000},
            .data = DataSet::imagenet,
            .builder = std::move(builder),
            .preprocessing = imagenet_preprocessing};
}

Classifier build(const Network& network, Graph& graph, const Sizes& asked) {
    require(asked.input >= 0 && asked.classes >= 0, network.name, ": an input of ", asked.input,
            " pixels and ", asked.classes, " classes asked for; both must be at least 1");
    const Sizes sizes{asked.input == 0 ? network.sizes.input : asked.input,
                      asked.classes == 0 ? network.sizes.classes : asked.classes};
    require(!network.fixed || sizes.input == network.sizes.input, network.name, ": an input of ", sizes.input,
            " pixels asked for; this network is drawn for ", network.sizes.input, " only");
    require(!network.fixed_classes || sizes.classes == network.sizes.classes, network.name, ": ",
            sizes.classes, " classes asked for; this network is drawn for ", network.sizes.classes, " only");
    try {
        return network.builder(graph, sizes);
    } catch (const Error& wrong) {
        if (sizes.input >= network.sizes.input) throw;
        throw Error(network.name, ": a picture of ", sizes.input, " pixels a side is too small (",
                    wrong.what(), "); it takes ", smallest_input(network, sizes), " or more");
    }
}

std::filesystem::path shipped_weights(const Network& network) {
    return data_folder() / (network.name + ".safetensors");
}

}  // namespace cnn
