#include "common/book/drawn.hpp"

#include <algorithm>
#include <map>

#include "common/base/error.hpp"
#include "common/report/page.hpp"

namespace cnn {

namespace {

/// "5x5 conv2d", "max_pool2d", "relu".
std::string work(const Graph& graph, const Graph::Entry& entry) {
    const Window window = entry.operation->window(graph.input_shapes(entry));
    const bool sees_one = window.whole || window.kernel == Extent(1);
    const bool slides = !sees_one || entry.operation->kind().find("conv") != std::string::npos;
    if (!slides || window.whole) return entry.operation->kind();
    std::string text = std::to_string(window.kernel.h);
    text.append("x").append(std::to_string(window.kernel.w)).append(" ").append(entry.operation->kind());
    if (window.stride != Extent(1)) text.append(" /").append(std::to_string(window.stride.h));
    return text;
}

/// "conv2: " of "layer1.0.conv2"; nothing of "features.7", which is only a number.
std::string name_of(const std::string& name) {
    const std::string last = name.substr(name.rfind('.') + 1);
    return last.find_first_not_of("0123456789") == std::string::npos ? "" : last + ": ";
}

}  // namespace

figure::Blocks drawn(const Graph& graph, const std::string& first, const std::string& last,
                     const std::string& title) {
    const int begin = graph[first].index, end = graph[last].index;
    require(begin <= end, "drawn: \"", last, "\" comes before \"", first, "\"; name the upper one first");
    const auto& entries = graph.entries();
    figure::Blocks blocks{.title = title};
    std::map<int, int> box_of;  // of each node
    for (int i = begin; i <= end; ++i) {
        const Graph::Entry& entry = entries[std::size_t(i)];
        std::vector<int> inputs;
        for (const int input : entry.inputs)
            if (const auto box = box_of.find(input); box != box_of.end()) inputs.push_back(box->second);

        // A word more for the box above, if nobody else reads that.
        const bool follows = entry.operation && entry.operation->in_place() && inputs.size() == 1 &&
                             entry.inputs.size() == 1 &&
                             std::ranges::count_if(entries, [&](const Graph::Entry& reader) {
                                 return std::ranges::count(reader.inputs, entry.inputs[0]) > 0;
                             }) == 1;
        if (follows) {
            blocks.boxes[std::size_t(inputs[0])].name += ", " + entry.operation->kind();
            box_of[i] = inputs[0];
            continue;
        }
        const bool is_input = entry.operation == nullptr;
        box_of[i] = int(blocks.boxes.size());
        blocks.boxes.push_back({is_input ? entry.name : work(graph, entry),
                                (is_input ? "" : name_of(entry.name)) + size_of(entry.shape),
                                !entry.parameters.empty(), inputs});
    }
    return blocks;
}

}  // namespace cnn
