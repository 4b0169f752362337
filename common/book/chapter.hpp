#pragma once
/// @file  What a chapter offers upward: its walk and its networks.
///
/// A chapter declares it at the end of its walkthrough.cpp, in a function of the name that CMake's chapter()
/// expects:
///
///     Chapter chapter_03_padding() { return {"03_padding", "Padding", "s-06", walk}; }
///
/// CMake writes the function chapters() that calls them all.  So nobody keeps a list, and nothing registers
/// itself before main().
#include <string>
#include <vector>

#include "common/book/network.hpp"
#include "common/report/report.hpp"

namespace cnn {

struct Chapter {
    std::string id;         ///< its folder: "03_padding"
    std::string title;      ///< the heading of its page
    std::string slides;     ///< "s-05, s-07"
    void (*walk)(Report&);  ///< what `cnn tour NN` prints and draws
    std::vector<Network> networks = {};

    std::string number() const { return id.substr(0, 2); }
};

/// All chapters that are built, in the lecture's order.
const std::vector<Chapter>& chapters();

/// The networks of all chapters.
const std::vector<Network>& networks();

/// The network of that name; an Error gives the nearest names.
const Network& network(const std::string& name);

}  // namespace cnn
