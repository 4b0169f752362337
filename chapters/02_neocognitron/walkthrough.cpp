// What `cnn tour 02` prints and draws.
#include <algorithm>
#include <set>

#include "common/book/chapter.hpp"
#include "common/figure/figure.hpp"
#include "common/figure/panels.hpp"
#include "common/files/image.hpp"
#include "digits.hpp"
#include "garments.hpp"
#include "tolerance.hpp"

namespace cnn {

namespace {

std::string share(int right, int of) { return std::to_string(right) + " of " + std::to_string(of); }

std::vector<Tensor> digits(int count) {
    std::vector<Tensor> all;
    for (int g = 0; g < count; ++g) all.push_back(digit(g));
    return all;
}

// A cell's number where it is the digit's own, or what came in its place.
std::string answer(int cell, int own) {
    if (cell < 0) return "none";
    const std::string number = std::to_string(cell);
    return cell == own ? number : '(' + number + ')';
}

// The digits, altered, in frames: green where the digit's own cell answers most, red where it does not.
void altered(Report& report, const Neocognitron& network, int count, const std::string& name) {
    const std::vector<int> own = winners(network, count);
    Table table{{"shown"}};
    for (int g = 0; g < count; ++g) table[0].push_back(std::to_string(g));
    std::vector<Tensor> pictures;
    int right = 0;
    for (const Alteration& alteration : alterations()) {
        table.push_back({alteration.name});
        for (int g = 0; g < count; ++g) {
            const Tensor image = alteration.apply(digit(g));
            const int cell = winner(respond(network, image));
            table.back().push_back(answer(cell, own[std::size_t(g)]));
            right += cell == own[std::size_t(g)];
            Tensor picture({.h = 18, .w = 18, .c = 3});
            for (int h = 0; h < 16; ++h)
                for (int w = 0; w < 16; ++w)
                    for (int k = 0; k < 3; ++k) picture(0, h + 1, w + 1, k) = 1 - image(0, h, w, 0);
            const bool recognised = cell == own[std::size_t(g)];
            figure::frame(picture, 1, 1, 16,
                          recognised ? figure::Rgb{0.2F, 0.6F, 0.3F} : figure::Rgb{0.85F, 0.2F, 0.2F}, 1);
            pictures.push_back(std::move(picture));
        }
    }
    report.table(table, name);
    write_png(report.path(name + ".png"), figure::montage(pictures, count, 3));
    report.figure(
        name + ".png",
        "A row for each line of the table. Green: the digit's own cell answers most. Red: another or none.");
    report.number(count == 5 ? "neocognitronFiveRight" : "neocognitronTenRight",
                  share(right, int(alterations().size()) * count));
}

// One run of the paper's experiment.
Neocognitron experiment(Report& report, int count, const std::string& name) {
    Neocognitron network = taught(count);
    const std::vector<int> cells = winners(network, count);
    report.agree("digits that have a UC3 cell of their own, of " + std::to_string(count),
                 int(std::set<int>(cells.begin(), cells.end()).size()), count);
    for (const int distance : {1, 2}) {
        const Recognised moved = recognised_shifted(network, count, distance);
        std::string key = count == 5 ? "neocognitronFiveShift" : "neocognitronTenShift";
        report.number(key += std::to_string(distance), share(moved.right, moved.of));
    }
    altered(report, network, count, name);
    return network;
}

// H3: how far each layer tolerates a shift.
void tolerance(Report& report, const Neocognitron& network) {
    figure::Plot plot{.title = "The cosine of a layer's answers before and after a shift",
                      .x_label = "shift in pixels",
                      .y_label = "cosine"};
    for (const std::size_t l : {0, 2, 4, 6}) plot.series.push_back({layer_names()[l], {}, {}});
    Table table{{"layer", "1 pixel", "2 pixels", "3 pixels"}};
    for (const char* name : layer_names()) table.push_back({name});
    for (int distance = 0; distance <= 3; ++distance) {
        const auto alike = likeness_after_shift(network, digits(10), distance);
        for (std::size_t l = 0; l < alike.size(); ++l) {
            if (distance > 0) table[l + 1].push_back(decimals(alike[l], 2));
            if (l % 2 == 0)
                plot.series[l / 2].x.push_back(distance), plot.series[l / 2].y.push_back(alike[l]);
        }
    }
    report.table(table, "neocognitron_tolerance");
    report.plot(
        "neocognitron_tolerance.svg", plot,
        "H3: tolerance grows from C-layer to C-layer. Only UC3, where a plane is one cell, comes near "
        "invariance.");
}

// How one S-cell answers as a second pattern is mixed into what it has learned.
void selectivity(Report& report) {
    figure::Plot plot{.title = "An S-cell that has learned a line",
                      .x_label = "cosine of what it sees and what it learned",
                      .y_label = "answer"};
    for (const real r : {real{4}, real{1.5}}) {
        figure::Series line{"r = " + decimals(double(r), 1), {}, {}};
        for (int step = 40; step >= 0; --step) {
            Tensor learned({.h = 5, .w = 5}), shown({.h = 5, .w = 5});
            for (int i = 0; i < 5; ++i) learned(0, i, 2, 0) = shown(0, i, 2, 0) = 1;
            for (int j = 0; j < 5; ++j) shown(0, 1, j, 0) += real(step) / 20;
            const Answer answer = trained_cell(learned, shown, r, 1e6);
            line.x.push_back(answer.similarity), line.y.push_back(answer.response);
        }
        plot.series.push_back(std::move(line));
    }
    report.plot("neocognitron_selectivity.svg", plot,
                "It is silent up to r / (1 + r): 0.8 for the first stage's r = 4, 0.6 for the others' 1.5.");
}

// What excites each plane most.
void learned_planes(Report& report, const Neocognitron& network) {
    for (const int stage : {0, 1, 2}) {
        std::vector<Tensor> pictures;
        for (int k = 0; k < network.stages[std::size_t(stage)].b.shape().c; ++k)
            if (network.stages[std::size_t(stage)].b(0, 0, 0, k) > 0)
                if (Tensor patch = preferred_patch(network, stage, k, digits(10)); !patch.empty())
                    pictures.push_back(std::move(patch));
        const std::string number = std::to_string(stage + 1);
        report.number("neocognitronPlanes" + number, std::to_string(pictures.size()));
        const std::string file = "neocognitron_planes" + number + ".png";
        write_png(report.path(file), figure::montage(pictures, 8, stage == 0 ? 12 : 5));
        report.figure(file, "The patch of the ten digits that each plane of US" + number + " answers most: " +
                                std::to_string(pictures.size()) + " planes have learned.");
    }
}

// An outlook on what it was not made for.
void garments(Report& report) {
    const Dataset teaching = first(report.garments(Part::train), 1000),
                  test = first(report.garments(Part::test), 1000);
    Neocognitron network = neocognitron();
    const Reading reading = read_garments(network, teaching, test);
    report.say(
        "Shown 1,000 garments at 16x16 once each, its UC3 cells named by the class that they win most "
        "often, it reads " +
        share(reading.right, reading.of) + " others right; " + std::to_string(reading.cells) +
        " cells answer anything, and " + std::to_string(reading.silent) + " garments are answered by none.");
    report.number("neocognitronGarments", decimals(100.0 * reading.right / reading.of, 1) + " %");
    report.number("neocognitronGarmentCells", std::to_string(reading.cells));
}

void walk(Report& report) {
    report.say(
        "A network of 1980 that learns to tell patterns apart and is told nothing about them. Its two "
        "kinds of layers, one that finds features and one that forgives where they are, alternate in "
        "every network of this book.");
    selectivity(report);

    report.say(
        "Five digits, 20 presentations each, as in the paper (H2). The table has the number of the UC3 "
        "cell that answers most; in brackets another than the digit's own.");
    experiment(report, 5, "neocognitron_five");
    report.say("Then all ten.");
    const Neocognitron network = experiment(report, 10, "neocognitron_ten");
    learned_planes(report, network);
    tolerance(report, network);

    const auto forward = [&](auto s_layer, auto c_layer) {
        return median_seconds([&] {
            Tensor u = digit(8);
            for (const Stage& stage : network.stages) u = c_layer(s_layer(u, stage), stage);
        });
    };
    const double naive = forward(naive::s_layer, naive::c_layer),
                 optimized = forward(optimized::s_layer, optimized::c_layer);
    report.timing("six layers, one image", naive, optimized);
    report.number("neocognitronSpeedup", about(naive / optimized));

    if (!report.quick()) report.attempt("what needs all of Fashion-MNIST", [&] { garments(report); });
}

}  // namespace

Chapter chapter_02_neocognitron() { return {"02_neocognitron", "The Neocognitron", "s-03", walk}; }

}  // namespace cnn
