// An outlook: garments of Fashion-MNIST at 16x16.
#include "garments.hpp"

#include <algorithm>

#include "common/files/image.hpp"

namespace cnn {

// [garments]
Reading read_garments(Neocognitron& network, const Dataset& teaching, const Dataset& test) {
    const auto image = [](const Dataset& all, int n) { return resample(all.images.view().images(n, 1), 16); };
    for (int n = 0; n < teaching.size(); ++n) present(network, image(teaching, n));

    // How often each cell wins an image of each class, and the class that it so stands for.
    const std::size_t planes = std::size_t(network.stages[2].b.shape().c);
    std::vector<std::vector<int>> wins(planes, std::vector<int>(teaching.classes.size()));
    for (int n = 0; n < teaching.size(); ++n)
        if (const int cell = winner(respond(network, image(teaching, n))); cell >= 0)
            ++wins[std::size_t(cell)][std::size_t(teaching.labels[std::size_t(n)])];
    std::vector<int> reads_as;
    Reading reading{.of = test.size()};
    for (const std::vector<int>& counts : wins) {
        const auto most = std::ranges::max_element(counts);
        reads_as.push_back(*most > 0 ? int(most - counts.begin()) : -1);
        reading.cells += *most > 0;
    }

    for (int n = 0; n < test.size(); ++n) {
        const int cell = winner(respond(network, image(test, n)));
        reading.silent += cell < 0;
        reading.right += cell >= 0 && reads_as[std::size_t(cell)] == test.labels[std::size_t(n)];
    }
    return reading;
}
// [garments]

}  // namespace cnn
