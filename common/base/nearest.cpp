#include "common/base/nearest.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace cnn {

std::size_t edit_distance(std::string_view a, std::string_view b) {
    // row[j]: the distance between the first i letters of a and the first j of b.
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
        }
    }
    return row.back();
}

std::string nearest(std::string_view meant, std::span<const std::string> names, std::size_t count) {
    std::vector<std::string> order(names.begin(), names.end());
    if (order.size() > count) {
        std::ranges::stable_sort(order, {},
                                 [&](const std::string& name) { return edit_distance(meant, name); });
        order.resize(count);
    }
    std::string text;
    for (const std::string& name : order) text += (text.empty() ? "" : ", ") + name;
    return text;
}

}  // namespace cnn
