#pragma once
/// @file  A network, written once as a graph of named nodes; everything else is a walk over it.
///
/// A graph holds no numbers: describing VGG costs microseconds, and one graph serves many weights.
///
///     Graph net;
///     Node x = net.input({.h = 28, .w = 28, .c = 1});
///     x = relu(conv(x, {.filters = 6, .kernel = 5, .padding = 2}, "conv1"));
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/graph/operation.hpp"

namespace cnn {

class Graph;

/// A handle to one node: what builder functions take and give.  Valid as long as its graph stays put.
struct Node {
    Graph* graph = nullptr;
    int index = -1;

    const Shape& shape() const;  ///< for a batch of one
    const std::string& name() const;
    /// Adds `operation` on this node alone.  An empty name becomes the kind and a number: "relu2".
    Node then(std::shared_ptr<const Operation> operation, std::string name = "") const;
    friend bool operator==(const Node&, const Node&) = default;
};

class Graph {
public:
    struct Entry {
        std::string name;
        std::shared_ptr<const Operation> operation;  ///< null for an input
        std::vector<int> inputs;                     ///< indices of earlier nodes: the order is topological
        Shape shape;                                 ///< for a batch of one
        std::vector<Parameter> parameters;           ///< under their full names
    };

    Graph() = default;
    Graph(const Graph&) = delete;  // nodes point here
    Graph& operator=(const Graph&) = delete;

    Node input(Shape shape, std::string name = "input");
    Node add(std::shared_ptr<const Operation> operation, const std::vector<Node>& inputs,
             std::string name = "");

    /// The node of that name; an Error lists the names there are.
    Node operator[](std::string_view name) const;
    Node node(int index) const { return {const_cast<Graph*>(this), index}; }
    Node output() const { return node(int(entries_.size()) - 1); }  ///< the node added last
    const std::vector<Entry>& entries() const { return entries_; }
    const Entry& entry(Node node) const { return entries_[std::size_t(node.index)]; }
    /// The shapes of an entry's inputs, for a batch of one.
    Shapes input_shapes(const Entry& entry) const;
    std::vector<Parameter> parameters() const;

private:
    Node append(Entry entry);
    std::vector<Entry> entries_;
};

}  // namespace cnn
