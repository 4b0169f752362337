#include "common/kernels/nontemporal.hpp"
#include "common/machine/simd.hpp"
#include "common/testing/testing.hpp"

using namespace cnn;
using simd::lanes;

TEST_SUITE_BEGIN("common: non-temporal stores");

TEST_CASE(
    "non-temporal stores: results can bypass the caches where every vector of a view is whole and in its "
    "place") {
    Tensor y({2, 3, 5, 3 * lanes}), narrow({2, 3, 5, lanes / 2});
    CHECK(allows_nontemporal(y));
    CHECK(allows_nontemporal(y.view().channels(lanes, 2 * lanes)));
    CHECK(allows_nontemporal(y.view().strided({2, 3}, 1, 1)));
    CHECK_FALSE(allows_nontemporal(y.view().channels(1, lanes)));
    CHECK_FALSE(allows_nontemporal(y.view().channels(0, lanes + 1)));
    CHECK_FALSE(allows_nontemporal(narrow));
}
