#pragma once
/// @file  s-12: the pictures that excite each channel of a layer most, and the unit at which they do.
///
///     best_c = the k largest of { max_(i, j) A_n(i, j, c) : n = 0 ... N - 1 }
///
/// A picture counts once for a channel, with its strongest unit (Zeiler and Fergus 2014): neighbours of that
/// unit see nearly the same.
#include <cstdint>
#include <functional>
#include <ostream>
#include <vector>

#include "common/graph/run.hpp"

namespace cnn {

/// A unit, and how strongly a picture excited it.
struct Maximum {
    real value = 0;
    int picture = 0, row = 0, column = 0;

    friend bool operator==(const Maximum&, const Maximum&) = default;
    friend std::ostream& operator<<(std::ostream& out, const Maximum& m) {
        return out << m.value << " in picture " << m.picture << " at row " << m.row << " column " << m.column;
    }
};

/// What a search found.
struct Strongest {
    /// For each channel the best maxima, largest first; of equal ones the first picture, row, column.
    std::vector<std::vector<Maximum>> channels;
    /// Of maps, candidates and maxima: the most that the search held at one time.
    std::int64_t bytes = 0;
};

/// The maps of one node, some pictures at a time.
struct Maps {
    Shape shape;       ///< of one picture's map
    int pictures = 0;  ///< how many there are
    int batch = 16;    ///< how many at a time
    /// The maps of `count` pictures from `first` on, (count, h, w, c): finite, and valid until the next call.
    std::function<View(int first, int count)> of;
};

/// Maps that are there already, (pictures, h, w, c); the view must outlive the result.
Maps stored(View maps);
/// Some of the pictures, (count, h, w, channels) in a network's units.
using Pictures = std::function<Tensor(int first, int count)>;
/// Maps of `node` that are computed as they are asked for; graph and weights must outlive the result.  Error:
/// a map that holds a NaN or an infinity, with the node's name.
Maps maps_of(const Weights& weights, Node image, Node node, int count, Pictures pictures);
/// The same for pictures that are all there.
Maps maps_of(const Weights& weights, Node image, Node node, View pictures);

/// @name The pair
/// The k largest maxima of each channel, or as many as there are pictures.  Errors: no pictures, k below 1.
/// @{
namespace naive {
/// Keeps every map of every picture, then sorts: N h w c numbers.
Strongest strongest(const Maps& maps, int k);
}  // namespace naive

namespace optimized {
/// One pass over the maps that keeps k maxima a channel, however many pictures pass.
Strongest strongest(const Maps& maps, int k);

/// That pass, for who makes the maps: several layers may be searched as one run of the network passes.
class Search {
public:
    /// For maps of one picture's `shape`.
    Search(const Shape& shape, int k);
    /// The maps of the next pictures, (count, h, w, c), all finite.
    void see(View maps);
    const Strongest& found() const { return found_; }

private:
    Shape shape_;
    std::size_t k_;
    int pictures_ = 0;
    Strongest found_;
};
}  // namespace optimized
/// @}

/// Refuses what neither of the two can search.
void require_search(const Shape& map, int pictures, int k);
/// Refuses a map of `node` that holds a NaN or an infinity, with the pictures' numbers.
void require_finite(Node node, View maps, int first);

/// How much the best pictures of a channel agree: the share of them that show its most frequent class. Labels
/// are by picture.  Error: no maxima.
double purity(const std::vector<Maximum>& best, const std::vector<int>& labels);
/// The mean over all channels that a picture excites at all.  Error: none does.
double purity(const Strongest& found, const std::vector<int>& labels);

}  // namespace cnn
