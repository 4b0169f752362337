#include "hold_out.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <span>

#include "common/base/error.hpp"
#include "common/base/random.hpp"

namespace cnn {

Halves hold_out(const std::vector<int>& labels, double share, std::uint64_t seed) {
    require(share > 0 && share < 1, "hold out: a share of ", share, "; it must be between 0 and 1");
    std::map<int, std::vector<int>> members;
    for (std::size_t i = 0; i < labels.size(); ++i) members[labels[i]].push_back(int(i));
    Halves halves;
    for (auto& [label, all] : members) {
        const int count = int(all.size());
        require(count >= 2, "hold out: class ", label, " has one example; two are needed");
        Random::stream(seed, std::uint64_t(label)).shuffle(std::span(all));
        const int held = std::clamp(int(std::lround(share * count)), 1, count - 1);
        halves.held_out.insert(halves.held_out.end(), all.begin(), all.begin() + held);
        halves.training.insert(halves.training.end(), all.begin() + held, all.end());
    }
    std::ranges::sort(halves.held_out);
    std::ranges::sort(halves.training);
    return halves;
}

}  // namespace cnn
