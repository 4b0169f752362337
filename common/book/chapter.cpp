#include "common/book/chapter.hpp"

#include "common/base/error.hpp"
#include "common/base/nearest.hpp"

namespace cnn {

const std::vector<Network>& networks() {
    static const std::vector<Network> all = [] {
        std::vector<Network> found;
        for (const Chapter& chapter : chapters())
            found.insert(found.end(), chapter.networks.begin(), chapter.networks.end());
        return found;
    }();
    return all;
}

const Network& network(const std::string& name) {
    std::vector<std::string> names;
    for (const Network& net : networks()) {
        if (net.name == name) return net;
        names.push_back(net.name);
    }
    throw Error("there is no network \"", name, "\"; the nearest names are: ", nearest(name, names),
                "; `cnn summary` lists all");
}

}  // namespace cnn
