#include "program/transfer_report.hpp"

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "common/figure/figure.hpp"
#include "common/figure/panels.hpp"
#include "common/files/image.hpp"
#include "common/report/page.hpp"
#include "lenet.hpp"

namespace cnn::program {

namespace {

namespace fs = std::filesystem;
using json = nlohmann::ordered_json;

/// A picture that was taken for another class.
struct Wrong {
    fs::path file;
    std::string is, taken_for;
    double probability;  ///< of what it was taken for
};

std::string printed(const std::vector<std::vector<int>>& counts, const std::vector<std::string>& classes) {
    Table table{{"is \\ taken for"}};
    for (const std::string& name : classes) table[0].push_back(name);
    for (std::size_t k = 0; k < classes.size(); ++k) {
        table.push_back({classes[k]});
        for (const int count : counts[k]) table.back().push_back(std::to_string(count));
    }
    return aligned(table);
}

/// The worst ones, side by side.
void draw(const fs::path& png, const std::vector<Wrong>& wrong) {
    constexpr std::size_t shown = 24;
    const Extent size = 128;
    std::vector<figure::Panel> panels;
    for (std::size_t k = 0; k < std::min(shown, wrong.size()); ++k) {
        const Tensor picture = read_image(wrong[k].file);
        const Shape s = picture.shape();
        const int side = std::min(s.h, s.w);
        panels.push_back({resample(center_crop(picture, side), size), wrong[k].is,
                          "for " + wrong[k].taken_for + " " + percent(wrong[k].probability, 0)});
    }
    write_png(png, figure::sheet(panels, std::min(6, int(panels.size()))),
              "Pictures that were taken for another class.");
}

void draw_curves(const fs::path& svg, const std::string& net, const std::vector<Epoch>& history) {
    figure::Series training{"training, while learning", {}, {}}, test{"held out", {}, {}};
    for (const Epoch& e : history) {
        training.x.push_back(e.number), training.y.push_back(100 * e.accuracy);
        test.x.push_back(e.number), test.y.push_back(100 * e.test_accuracy);
    }
    figure::plot(svg, {.title = "A new end of " + net,
                       .x_label = "epoch",
                       .y_label = "accuracy, %",
                       .series = {training, test}});
}

}  // namespace

void report_transfer(const fs::path& base, const Network& network, const PictureList& pictures,
                     const Halves& halves, View logits, const std::vector<Epoch>& history, bool as_json) {
    const auto file = [&base](const char* ending) { return fs::path(base) += ending; };
    const Tensor p = optimized::softmax(logits);
    std::vector<int> taken, labels;
    append_classes(p, taken);
    std::vector<Wrong> wrong;
    for (std::size_t i = 0; i < taken.size(); ++i) {
        const auto picture = std::size_t(halves.held_out[i]);
        labels.push_back(pictures.labels[picture]);
        if (taken[i] != labels[i])
            wrong.push_back({pictures.files[picture], pictures.classes[std::size_t(labels[i])],
                             pictures.classes[std::size_t(taken[i])], double(p(int(i), 0, 0, taken[i]))});
    }
    std::ranges::stable_sort(wrong, std::greater<>(), &Wrong::probability);
    const auto counts = confusion_matrix(labels, taken, int(pictures.classes.size()));
    figure::confusion(file("_confusion.svg"), counts, pictures.classes);
    draw_curves(file("_curves.svg"), network.name, history);
    if (!wrong.empty()) draw(file("_wrong.png"), wrong);

    if (as_json) {
        json list = json::array();
        for (const Wrong& w : wrong)
            list.push_back({{"picture", w.file.string()},
                            {"is", w.is},
                            {"taken_for", w.taken_for},
                            {"probability", w.probability}});
        const json all = {{"net", network.name},
                          {"weights", file(".safetensors").string()},
                          {"classes", pictures.classes},
                          {"training", halves.training.size()},
                          {"held_out", halves.held_out.size()},
                          {"accuracy", history.back().test_accuracy},
                          {"confusion", counts},
                          {"wrong", list}};
        std::cout << all.dump(2, ' ', false, json::error_handler_t::replace) << '\n';
        return;
    }
    std::cout << network.name << ": " << pictures.classes.size() << " classes, " << halves.training.size()
              << " pictures learned, " << halves.held_out.size() << " held out, "
              << percent(history.back().test_accuracy, 1) << " of these right\n"
              << printed(counts, pictures.classes);
    Table table{{"picture", "is", "taken for", "probability"}};
    for (const Wrong& w : wrong)
        table.push_back({w.file.string(), w.is, w.taken_for, percent(w.probability, 1)});
    if (!wrong.empty()) std::cout << aligned(table);
    std::cout << "-> " << file(".safetensors").string() << ", .json, _curves.svg, _confusion.svg"
              << (wrong.empty() ? "" : ", _wrong.png") << "; use it: cnn classify PICTURE --weights "
              << file(".safetensors").string() << '\n';
}

}  // namespace cnn::program
