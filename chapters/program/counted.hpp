#pragma once
/// @file  A network counted from its graph, as rows of a tree: the modules that the dots in the names make.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/book/network.hpp"
#include "common/graph/describe.hpp"
#include "receptive_field.hpp"

namespace cnn::program {

/// A network, what its layers cost, and what their units see.  No weights are made.
struct Counted {
    std::string name;
    Graph graph;
    Classifier net;
    Description all;
    std::vector<ReceptiveField> fields;

    /// Errors of build().
    Counted(const Network& network, const Sizes& sizes);
};

/// A layer, or a module with all that is in it.
struct Row {
    std::string name;           ///< in full: "layer1.0.conv1"
    int level = 0;              ///< how many modules it is in
    bool open = false;          ///< a module whose rows follow
    std::vector<int> layers;    ///< the nodes it stands for, in their order
    std::string op = "module";  ///< the kind of a single layer
    Window window = {};         ///< of a single layer
    Shape output = {};          ///< of the last layer
    std::int64_t parameters = 0, multiply_adds = 0;
    std::int64_t memory = 0;    ///< bytes of all its maps, for one image
    ReceptiveField field = {};  ///< of the last layer

    /// "conv1" of "layer1.0.conv1".
    std::string last_name() const { return name.substr(name.rfind('.') + 1); }
};

/// The tree from top to bottom, each module before what is in it; below `depth` levels modules stay closed.
std::vector<Row> tree(const Counted& counted, std::optional<int> depth = {});

/// The rows that hold no others, in the order of the graph: together they are the whole network.
std::vector<Row> leaves(std::vector<Row> rows);

/// Draws the network, with graphviz's `dot`: layers as boxes, open modules as frames around them.
void draw(const Counted& counted, const std::vector<Row>& rows, const std::filesystem::path& svg);

/// Every network there is, a line each, on standard output.
void list_networks(bool as_json, bool as_csv);

}  // namespace cnn::program
