// s-01: histograms of oriented gradients of garments, and of noise of the size of CIFAR-10's photographs.
#include "common/base/random.hpp"
#include "common/files/dataset.hpp"
#include "oriented_gradients.hpp"
#include "race.hpp"

namespace {

using namespace cnn;
using bench::Row, bench::Work;

Tensor noise() {
    Tensor images({.n = 64, .h = 32, .w = 32, .c = 3});
    Random random(1);
    for (real& pixel : images.flat()) pixel = real(random.uniform());
    return images;
}

Row row(const std::string& layer, int threads, Tensor (*images)()) {
    return {.layer = layer,
            .pass = "forward",
            .batch = 64,
            .threads = threads,
            .quick = threads == 1,
            .who = threads == 1 ? std::vector<std::string>{"optimized", "naive"}
                                : std::vector<std::string>{"optimized"},
            .start = [images] {
                const auto x = std::make_shared<const Tensor>(images());
                return [x](const std::string& who) -> Work {
                    const auto gradients =
                        who == "naive" ? naive::oriented_gradients : optimized::oriented_gradients;
                    return {[=] { gradients(*x, {}); }, {}};
                };
            }};
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<Row> rows;
    for (const int threads : bench::thread_counts()) {
        rows.push_back(row("garments", threads, [] { return shown_garments().images; }));
        rows.push_back(row("noise.colour", threads, noise));
    }
    return bench::race(argc, argv, rows);
}
