#pragma once
/// @file  The stylised digits of 16x16 pixels, what is done to them, and the lessons that they give.
#include <cstdint>
#include <string>
#include <vector>

#include "neocognitron.hpp"

namespace cnn {

/// The digit 0 to 9: lines one pixel wide, 10 pixels high and 8 wide in the middle of 16x16.
Tensor digit(int which);

/// The image moved down and to the right; what leaves it is lost, and zeros come in.
Tensor shifted(View image, int down, int right);
/// The image about its middle enlarged, or made smaller, in each direction: the nearest pixel.
Tensor scaled(View image, double high, double wide);
/// The image with so many of its pixels, chosen at random, changed from 0 to 1 or from 1 to 0.
Tensor noised(View image, int pixels, std::uint64_t seed);

/// A digit made difficult, and how.
struct Alteration {
    std::string name;
    Tensor (*apply)(View image);
};
/// Moved by one and two pixels, higher, wider, smaller, with noise.
const std::vector<Alteration>& alterations();

/// Shows the first so many digits again and again, nobody saying which is which: each in the middle first,
/// then a pixel beside it in each of the eight directions, and so on.
void learn_digits(Neocognitron& network, int digits, int presentations = 20);

/// A network that has learned the first 5 or all 10 digits.  It begins with weights that let each digit end
/// in a cell of its own; with most other seeds two digits share one.
Neocognitron taught(int digits);

/// The digits' UC3 cells: winners[g] answers digit g most.
std::vector<int> winners(const Neocognitron& network, int digits);

/// Of so many digits moved by every (down, right) whose larger number is `distance`: how many positions there
/// are, and in how many the digit's own cell answers most.
struct Recognised {
    int right = 0, of = 0;
};
Recognised recognised_shifted(const Neocognitron& network, int digits, int distance);

}  // namespace cnn
