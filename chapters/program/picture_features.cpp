#include "program/picture_features.hpp"

#include <algorithm>
#include <cmath>

#include "common/base/error.hpp"
#include "common/book/preprocess.hpp"
#include "common/files/image.hpp"
#include "common/machine/parallel.hpp"
#include "common/report/progress.hpp"
#include "program/interrupt.hpp"
#include "transfer_learning.hpp"

namespace cnn::program {

Tensor picture_features(const PictureList& pictures, const Network& network, const Classifier& net, Node at,
                        const Weights& weights) {
    constexpr int some = 32;  // pictures in memory at a time
    constexpr std::int64_t limit = std::int64_t{4} << 30;
    Shape all = at.shape(), input = net.image.shape();
    all.n = pictures.size();
    require(all.size() * std::int64_t{sizeof(real)} <= limit, "transfer: ", pictures.size(), " maps of ",
            at.shape(), " at \"", at.name(), "\" take more than 4 GB; take fewer pictures or another --net");
    Tensor result = Tensor::uninitialized(all);
    Progress bar("looking at pictures", all.n);
    for (int first = 0; first < all.n; first += some) {
        require_uninterrupted("transfer", "; the same command begins anew");
        input.n = std::min(some, all.n - first);
        Tensor x = Tensor::uninitialized(input);
        parallel_for(input.n, [&](int i) {
            const Tensor picture = read_image(pictures.files[std::size_t(first + i)]);
            copy(preprocess(picture, network.preprocessing, net.image.shape()).input, x.view().images(i, 1));
        });
        const Tensor maps = features(net, at, weights, x);
        for (int i = 0; i < input.n; ++i)
            for (const real value : Tensor(maps.view().images(i, 1)).flat())
                require(std::isfinite(value), pictures.files[std::size_t(first + i)].string(),
                        ": a feature of this picture is no number; the weights are too large for it");
        copy(maps, result.view().images(first, input.n));
        bar.step(first + input.n);
    }
    return result;
}

}  // namespace cnn::program
