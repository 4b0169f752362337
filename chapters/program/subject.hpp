#pragma once
/// @file  A picture, and the network that is to look at it.
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/book/chapter.hpp"
#include "common/book/preprocess.hpp"

namespace cnn::program {

/// What a user says of both; what is left empty is chosen.
struct Wish {
    std::filesystem::path picture, weights;
    std::string net;
    bool whole = false;   ///< the network is to see all of the picture, not its middle
    bool pixels = false;  ///< it is to name every pixel, not the picture
};

/// Stays where it is: nodes point into its graph.
struct Subject {
    const Network* network = nullptr;
    Graph graph;
    Classifier net;
    Weights weights;
    std::vector<std::string> classes;  ///< their names, where the weights' file has some of its own
    Tensor picture;                    ///< (1, h, w, 3), as the file has it
    Seen seen;                         ///< what the network reads of it
};

/// The file of a network's weights: the one that was asked for, or the shipped one, which must be there.
std::filesystem::path weights_file(const Network& net, const std::filesystem::path& asked);
/// Weights for the network's graph from `file`, or from the shipped one where that is empty.  Errors: no such
/// file, weights of another network, a NaN or an infinity among them.
Weights weights_for(const Network& net, const std::filesystem::path& file, const Graph& graph);

/// Reads the picture, finds the network, loads its weights.  Without a name it is the one that the weights'
/// file names, or else the first with shipped weights that suits the picture: for a small grey one the grey
/// network whose size is nearest; for all others a colour network.  Errors, each one line:
/// no picture, no such network (nearest names), no weights, weights of another network or NaN, a whole
/// picture for a network with dense layers on its maps.
std::unique_ptr<Subject> subject(const Wish& wish);
/// The same for a picture that is read already, (1, h, w, 1 or 3).
std::unique_ptr<Subject> subject(const Wish& wish, Tensor picture);

/// The same network for pictures of another size, in `to`, which must be empty; it takes the same weights.
/// Error: a network whose weights depend on the size.
Classifier resized(const Classifier& net, Graph& to, Extent size);

}  // namespace cnn::program
