// s-25, s-27: the gradient of a ResNet-18's score for its picture, and Grad-CAM at its last stage; s-23: a
// sweep of patches against batches of full passes.
#include "grad_cam.hpp"

#include "occlusion.hpp"
#include "race.hpp"
#include "resnet.hpp"
#include "saliency.hpp"

namespace {

using namespace cnn;
using bench::Row, bench::Work;

const Occlusion patches{.patch = 16, .stride = 32, .grey = {0}};

/// ResNet-18 with random weights, its normalisation folded into them, and a picture of noise.
struct Eighteen {
    Graph graph;
    Classifier net;
    Weights weights;
    Tensor picture;

    Eighteen() {
        Graph whole;
        resnet(whole, resnet18());
        ResNet folded = resnet18();
        folded.folded = true;
        net = resnet(graph, folded);
        weights = fold(whole, initialise(whole, 1));
        picture = Tensor(net.image.shape());
        Random random(1);
        for (real& value : picture.flat()) value = real(random.normal());
    }
};

Work explanation(const std::string& what, const std::string& who, const std::shared_ptr<Eighteen>& e) {
    auto map = std::make_shared<Tensor>();
    const Node last = last_convolution(e->net);
    return {[=] {
                if (what == "saliency") *map = saliency(e->net, e->weights, e->picture, 7);
                if (what == "grad_cam")
                    *map = optimized::grad_cam(e->net, e->weights, e->picture, last, 7).sum;
                if (what == "occlusion")
                    *map = who == "optimized" ? optimized::occlusion(e->net, e->weights, e->picture, patches)
                                              : occlusion_in_batches(e->net, e->weights, e->picture, patches);
            },
            [=] { return *map; }};
}

Row row(const std::string& what, int threads) {
    Row row{.layer = "resnet18", .pass = what, .threads = threads, .quick = true, .who = {"optimized"}};
    row.start = [what] {
        return [what, e = std::make_shared<Eighteen>()](const std::string& who) {
            return explanation(what, who, e);
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
