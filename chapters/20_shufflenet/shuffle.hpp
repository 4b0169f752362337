#pragma once
/// @file  s-21: channels dealt to other groups, and channels split.
///
///     y(i, j, k g + q) = x(i, j, q C / g + k)        for group q of g, channel k of the C / g in it
///
/// Zhang, Zhou, Lin and Sun, "ShuffleNet", 2018, figure 1: reshape C to (g, C / g), transpose, flatten.
#include <vector>

#include "common/graph/graph.hpp"
#include "common/tensor/tensor.hpp"

namespace cnn {

/// Throws an Error unless the channels of x divide into so many groups.
void require_shuffled(const Shape& x, int groups);

/// @name The pair
/// x is (n, h, w, c) and may be any view.  The inverse of a shuffle by g groups is the one by c / g, and it
/// is also the gradient.  Error: groups that do not divide the channels.
/// @{
namespace naive {
Tensor channel_shuffle(View x, int groups);
}  // namespace naive

namespace optimized {
Tensor channel_shuffle(View x, int groups);
void channel_shuffle_into(View x, int groups, MutableView y);

/// Channel k of map q becomes channel k g + q of y: the shuffle of the g maps side by side, which never stand
/// there.  Error: no maps, or maps of several shapes.
void interleave_into(const std::vector<View>& maps, MutableView y);
/// The way back: channel k g + q of y becomes channel k of map q.  Maps that are empty are left out.
void separate_into(View y, const std::vector<MutableView>& maps);
}  // namespace optimized
/// @}

/// Maps that are slices of one: `parts` of them, of as many channels each.
template <class AnyView>
std::vector<AnyView> slices(const AnyView& x, int parts) {
    std::vector<AnyView> all;
    for (int q = 0; q < parts; ++q) all.push_back(x.channels(q * (x.shape.c / parts), x.shape.c / parts));
    return all;
}

/// @name Nodes
/// @{
Node channel_shuffle(Node x, int groups, std::string name = "");
/// Maps of one shape side by side, then shuffled by as many groups as there are maps; in one pass.
Node interleave(const std::vector<Node>& maps, std::string name = "");
/// The channels from `first` on.  A Session looks at them where they are.  Error: channels that x has not.
Node channel_slice(Node x, int first, int channels, std::string name = "");
/// @}

}  // namespace cnn
