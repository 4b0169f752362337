#include "common/graph/graph.hpp"

#include <algorithm>

#include "common/base/error.hpp"

namespace cnn {

const Shape& Node::shape() const { return graph->entry(*this).shape; }

const std::string& Node::name() const { return graph->entry(*this).name; }

Node Node::then(std::shared_ptr<const Operation> operation, std::string name) const {
    return graph->add(std::move(operation), {*this}, std::move(name));
}

Node Graph::input(Shape shape, std::string name) {
    require(std::min({shape.n, shape.h, shape.w, shape.c}) >= 1, "graph: the input \"", name, "\" is ", shape,
            "; every length must be at least 1");
    return append({std::move(name), nullptr, {}, shape, {}});
}

Node Graph::add(std::shared_ptr<const Operation> operation, const std::vector<Node>& inputs,
                std::string name) {
    Entry entry{std::move(name), std::move(operation), {}, {}, {}};
    for (const Node& node : inputs) {
        require(node.graph == this, "graph: an input of ", entry.operation->kind(), " is in another graph");
        entry.inputs.push_back(node.index);
    }

    // Without a name: the kind, counted from 1.
    if (entry.name.empty()) {
        const auto same = [&](const Entry& e) {
            return e.operation && e.operation->kind() == entry.operation->kind();
        };
        entry.name = entry.operation->kind() + std::to_string(1 + std::ranges::count_if(entries_, same));
    }

    const Shapes shapes = input_shapes(entry);
    try {
        entry.shape = entry.operation->output(shapes);
    } catch (const Error& wrong) {
        throw Error(entry.name, ": ", wrong.what());
    }
    entry.parameters = entry.operation->parameters(shapes);
    for (Parameter& parameter : entry.parameters) parameter.name = entry.name + "." + parameter.name;
    return append(std::move(entry));
}

Node Graph::append(Entry entry) {
    for (const Entry& other : entries_)
        require(other.name != entry.name, "graph: there are two nodes \"", entry.name,
                "\"; give one another name");
    entries_.push_back(std::move(entry));
    return output();
}

Node Graph::operator[](std::string_view name) const {
    for (std::size_t i = 0; i < entries_.size(); ++i)
        if (entries_[i].name == name) return node(int(i));
    std::string names;
    for (const Entry& entry : entries_) names += (names.empty() ? "" : ", ") + entry.name;
    throw Error("graph: no node \"", name, "\"; there are: ", names);
}

Shapes Graph::input_shapes(const Entry& entry) const {
    Shapes shapes;
    for (const int input : entry.inputs) shapes.push_back(entries_[std::size_t(input)].shape);
    return shapes;
}

std::vector<Parameter> Graph::parameters() const {
    std::vector<Parameter> all;
    for (const Entry& entry : entries_)
        all.insert(all.end(), entry.parameters.begin(), entry.parameters.end());
    return all;
}

}  // namespace cnn
