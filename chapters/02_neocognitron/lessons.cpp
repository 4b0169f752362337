// What is done to a digit, and what the network sees of it while it learns.
#include <algorithm>
#include <cmath>

#include "common/base/error.hpp"
#include "common/base/random.hpp"
#include "digits.hpp"

namespace cnn {

Tensor shifted(View image, int down, int right) {
    Tensor result(image.shape);
    const auto [n, height, width, channels] = image.shape;
    for (int h = 0; h < height; ++h)
        for (int w = 0; w < width; ++w)
            for (int k = 0; k < channels; ++k)
                if (const int i = h - down, j = w - right; 0 <= i && i < height && 0 <= j && j < width)
                    result(0, h, w, k) = image(0, i, j, k);
    return result;
}

Tensor scaled(View image, double high, double wide) {
    Tensor result(image.shape);
    const auto [n, height, width, channels] = image.shape;
    const auto source = [](int at, int size, double scale) {
        const double middle = (size - 1) / 2.0;
        return int(std::lround(middle + (at - middle) / scale));
    };
    for (int h = 0; h < height; ++h)
        for (int w = 0; w < width; ++w)
            for (int k = 0; k < channels; ++k) {
                const int i = source(h, height, high), j = source(w, width, wide);
                if (0 <= i && i < height && 0 <= j && j < width) result(0, h, w, k) = image(0, i, j, k);
            }
    return result;
}

Tensor noised(View image, int pixels, std::uint64_t seed) {
    require(pixels <= image.shape.size(), "noised: ", pixels, " pixels of an image of ", image.shape.size());
    Tensor result(image);
    std::vector<int> places(std::size_t(image.shape.size()));
    for (std::size_t i = 0; i < places.size(); ++i) places[i] = int(i);
    Random random(seed);
    random.shuffle(std::span(places));
    for (int i = 0; i < pixels; ++i) {
        real& pixel = result.flat()[std::size_t(places[std::size_t(i)])];
        pixel = 1 - pixel;
    }
    return result;
}

const std::vector<Alteration>& alterations() {
    static const std::vector<Alteration> all{
        {"as learned", [](View x) { return Tensor(x); }},
        {"1 to the right", [](View x) { return shifted(x, 0, 1); }},
        {"1 up and left", [](View x) { return shifted(x, -1, -1); }},
        {"2 to the left", [](View x) { return shifted(x, 0, -2); }},
        {"2 down", [](View x) { return shifted(x, 2, 0); }},
        {"2 down and right", [](View x) { return shifted(x, 2, 2); }},
        {"higher", [](View x) { return scaled(x, 1.2, 1); }},
        {"wider", [](View x) { return scaled(x, 1, 1.2); }},
        {"larger", [](View x) { return scaled(x, 1.2, 1.2); }},
        {"smaller", [](View x) { return scaled(x, 0.9, 0.9); }},
        {"2 pixels changed", [](View x) { return noised(x, 2, 1); }},
        {"5 pixels changed", [](View x) { return noised(x, 5, 2); }},
    };
    return all;
}

// [learn]
void learn_digits(Neocognitron& network, int digits, int presentations) {
    const Extent moves[] = {{0, 0}, {1, 0}, {0, 1}, {-1, 0}, {0, -1}, {1, 1}, {-1, 1}, {-1, -1}, {1, -1}};
    for (int t = 0; t < presentations; ++t)
        for (int g = 0; g < digits; ++g) {
            const Extent move = moves[t % 9];
            present(network, shifted(digit(g), move.h, move.w));
        }
}
// [learn]

Neocognitron taught(int digits) {
    Neocognitron network = neocognitron({.seed = digits <= 5 ? 10U : 14U});
    learn_digits(network, digits);
    return network;
}

std::vector<int> winners(const Neocognitron& network, int digits) {
    std::vector<int> cells;
    for (int g = 0; g < digits; ++g) cells.push_back(winner(respond(network, digit(g))));
    return cells;
}

Recognised recognised_shifted(const Neocognitron& network, int digits, int distance) {
    Recognised count;
    for (int g = 0; g < digits; ++g) {
        const int own = winner(respond(network, digit(g)));
        for (int down = -distance; down <= distance; ++down)
            for (int right = -distance; right <= distance; ++right) {
                if (std::max(std::abs(down), std::abs(right)) != distance) continue;
                ++count.of;
                count.right += own >= 0 && winner(respond(network, shifted(digit(g), down, right))) == own;
            }
    }
    return count;
}

}  // namespace cnn
