#include "program/networks.hpp"

#include "common/base/error.hpp"
#include "lenet.hpp"

namespace cnn::program {

const std::vector<Network>& networks() {
    static const std::vector<Network> all = {
        {"lenet5", "the dense LeNet-5 of today, 28x28 grey", lenet5, lenet5_training},
        {"lenet5_1998", "LeNet-5 as published", lenet5_1998, lenet5_1998_training},
    };
    return all;
}

namespace {

const Network& named(const std::string& name, bool trains) {
    std::string known;
    for (const Network& net : networks()) {
        if (trains && net.training == nullptr) continue;
        if (net.name == name) return net;
        known += (known.empty() ? "" : ", ") + std::string(net.name);
    }
    throw Error(trains ? "train: cannot train \"" : "there is no network \"", name, "\"; there are: ", known);
}

}  // namespace

const Network& network(const std::string& name) { return named(name, false); }

const Network& trainable_network(const std::string& name) { return named(name, true); }

}  // namespace cnn::program
