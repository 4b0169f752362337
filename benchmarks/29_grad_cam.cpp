// s-25, s-27: the gradient of a ResNet-18's score for its picture, and Grad-CAM at its last stage, one
// picture after another; s-23: a sweep of patches against batches of full passes.
#include "common/tensor/normal_numbers.hpp"
#include "grad_cam.hpp"

#include "occlusion.hpp"
#include "race.hpp"
#include "resnet.hpp"
#include "saliency.hpp"

namespace {

using namespace cnn;
using bench::Row, bench::Work;

const Occlusion patches{.patch = 16, .stride = 32, .grey = {0}};

/// ResNet-18 with random weights, its normalisation folded into them, and a picture of noise.  What runs
/// often runs its 3x3 layers by Winograd's algorithm; sweeps and full passes are compared on the same plain
/// ones.
struct Eighteen {
    Graph graph;
    Classifier net;
    Weights weights;
    Tensor picture;

    explicit Eighteen(bool winograd) {
        Graph whole;
        resnet(whole, resnet18());
        ResNet folded = resnet18();
        folded.folded = true;
        folded.winograd = winograd;
        net = resnet(graph, folded);
        weights = fold(whole, initialise(whole, 1));
        picture = normal_numbers(net.image.shape());
    }
};

/// Prepared once, then asked again and again.
Work explanation(const std::string& what, const std::shared_ptr<Eighteen>& e) {
    auto map = std::make_shared<Tensor>();
    const auto result = [=] { return *map; };
    if (what == "saliency") {
        const auto gradient = std::make_shared<PictureGradient>(e->net, e->weights);
        return {[=] { *map = largest_channel((*gradient)(e->picture, 7)); }, result};
    }
    const auto cams = std::make_shared<GradCams>(e->net, e->weights, std::vector{last_convolution(e->net)});
    return {[=] { *map = (*cams)(e->picture, 7)[0].sum; }, result};
}

Work sweep(const std::string& who, const std::shared_ptr<Eighteen>& e) {
    auto map = std::make_shared<Tensor>();
    return {[=] {
                *map = who == "optimized" ? optimized::occlusion(e->net, e->weights, e->picture, patches)
                                          : occlusion_in_batches(e->net, e->weights, e->picture, patches);
            },
            [=] { return *map; }};
}

Row row(const std::string& what, int threads) {
    Row row{.layer = "resnet18", .pass = what, .threads = threads, .quick = true, .who = {"optimized"}};
    row.start = [what] {
        const bool sweeps = what == "occlusion";
        return [what, sweeps, e = std::make_shared<Eighteen>(!sweeps)](const std::string& who) {
            return sweeps ? sweep(who, e) : explanation(what, e);
        };
    };
    return row;
}

}  // namespace

int main(int argc, char** argv) {
    Graph graph;
    const double permitted = occlusion_cost(resnet(graph, resnet18()), patches).ratio();
    std::vector<Row> rows;
    for (int threads : bench::thread_counts())
        for (const char* what : {"saliency", "grad_cam"}) rows.push_back(row(what, threads));
    for (int threads : bench::thread_counts()) {
        rows.push_back(row("occlusion", threads));
        rows.back().who = {"optimized", "batches"};
        rows.back().multiply_adds = 1 / permitted;
    }
    return bench::race(argc, argv, rows);
}
