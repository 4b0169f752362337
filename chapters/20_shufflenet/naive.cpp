/// @file  The shuffle as the paper draws it: C channels are a table of g rows; transposed, it is read again.
#include "shuffle.hpp"

namespace cnn::naive {

// [naive]
Tensor channel_shuffle(View x, int groups) {
    require_shuffled(x.shape, groups);
    const auto [N, H, W, C] = x.shape;
    const int each = C / groups;
    Tensor y(x.shape);
    for (int n = 0; n < N; ++n)
        for (int i = 0; i < H; ++i)
            for (int j = 0; j < W; ++j)
                for (int c = 0; c < C; ++c) {
                    const int group = c % groups, k = c / groups;  // row and column of the table
                    y(n, i, j, c) = x(n, i, j, group * each + k);
                }
    return y;
}
// [naive]

}  // namespace cnn::naive
