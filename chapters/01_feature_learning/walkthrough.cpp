// What `cnn tour 01` prints and draws.
#include <cmath>
#include <numbers>

#include "common/base/random.hpp"
#include "common/book/chapter.hpp"
#include "common/figure/figure.hpp"
#include "common/files/image.hpp"
#include "common/machine/thread_count.hpp"
#include "compared.hpp"
#include "oriented_gradients.hpp"
#include "winners.hpp"

namespace cnn {

namespace {

// The picture of a feature: each cell a star of lines, as bright as its bins.
void picture(Report& report, const Dataset& garments) {
    std::vector<Tensor> pictures;
    const OrientedGradients cells{.block = 1};
    for (int n = 0; n < 6; ++n) {
        const View image = garments.images.view().images(n, 1);
        const int zoom = 5;
        Tensor large({.h = 28 * zoom, .w = 28 * zoom}), stars({.h = 28 * zoom, .w = 28 * zoom});
        for (int i = 0; i < 28 * zoom; ++i)
            for (int j = 0; j < 28 * zoom; ++j) large(0, i, j, 0) = image(0, i / zoom, j / zoom, 0);
        const Tensor bins = optimized::oriented_gradients(image, cells);
        const int side = cells.cell * zoom;
        for (int h = 0; h < bins.shape().h; ++h)
            for (int w = 0; w < bins.shape().w; ++w)
                for (int k = 0; k < cells.bins; ++k)
                    for (double at = -side / 2.0; at < side / 2.0; at += 0.5) {
                        // An edge stands across its gradient.
                        const double angle = std::numbers::pi * (k + 0.5) / cells.bins;
                        const int i = int((h + 0.5) * side + at * std::cos(angle)),
                                  j = int((w + 0.5) * side - at * std::sin(angle));
                        stars(0, i, j, 0) = std::max(stars(0, i, j, 0), bins(0, h, w, k));
                    }
        pictures.push_back(std::move(large));
        pictures.push_back(stretched(stars));
    }
    write_png(report.path("features_gradients.png"), figure::montage(pictures, 6));
    report.figure("features_gradients.png",
                  "Garments, each beside its cells: a line for each bin, across the gradients it counts.");
}

void winners(Report& report) {
    figure::Bars chart{.title = "ILSVRC: top-5 error of the winner of each year", .unit = "%"};
    Table table{{"year", "winner", "top-5 error, %", "features", "what stands behind it"}};
    for (const Winner& winner : ilsvrc_winners()) {
        std::string label = std::to_string(winner.year);
        chart.bars.push_back({label += " " + winner.team, winner.top5});
        table.push_back({std::to_string(winner.year), winner.team, decimals(winner.top5, 1),
                         winner.learned ? "learned" : "designed", winner.protocol});
    }
    figure::bars(report.path("features_winners.svg"), chart);
    report.figure("features_winners.svg", "s-02: the winners of ILSVRC. From 2012 on, features are learned.");
    report.table(table, "features_winners");
}

void garments(Report& report) {
    const Dataset train = report.garments(Part::train);
    picture(report, train);
    compare_on_garments(report, train, report.garments(Part::test));
}

void walk(Report& report) {
    report.say(
        "Before features were learned they were designed: somebody who knew what matters in a picture "
        "wrote it down as a formula. Here is one of the best, under the plainest of classifiers.");
    winners(report);

    Tensor images({.n = 128, .h = 28, .w = 28});
    Random random(1);
    for (real& pixel : images.flat()) pixel = real(random.uniform());
    {
        const ThreadCount one(1);
        const double naive = median_seconds([&] { naive::oriented_gradients(images, {}); }),
                     optimized = median_seconds([&] { optimized::oriented_gradients(images, {}); });
        report.timing("oriented gradients of 128 images of 28x28, one thread", naive, optimized);
        report.number("featuresSpeedup", about(naive / optimized));
    }

    if (!report.quick()) {
        report.attempt("what needs all of Fashion-MNIST", [&] { garments(report); });
        compare_on_photographs(report);
    }
}

}  // namespace

Chapter chapter_01_feature_learning() {
    return {"01_feature_learning", "Feature design and feature learning", "s-01, s-02", walk};
}

}  // namespace cnn
