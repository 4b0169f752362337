// cnn explain: what in a picture speaks for a class, by any method of chapters 25 to 29.
#include <algorithm>
#include <cmath>

#include "common/base/error.hpp"
#include "common/base/range.hpp"
#include "common/figure/lettering.hpp"
#include "common/figure/panels.hpp"
#include "common/files/image.hpp"
#include "common/files/npy.hpp"
#include "common/report/page.hpp"
#include "program/answers.hpp"
#include "program/commands.hpp"
#include "program/labels.hpp"
#include "program/picture_command.hpp"

namespace cnn::program {

namespace {

namespace fs = std::filesystem;
using json = nlohmann::ordered_json;

struct Options {
    Wish wish;
    Asked asked;
    std::string classes;
    fs::path labels, out, raw;
    bool json = false;
};

/// The part of the picture that the network saw.
View part_seen(const Subject& s) {
    const Shape& p = s.picture.shape();
    const int top = std::clamp(int(std::lround(s.seen.top)), 0, p.h - 1);
    const int left = std::clamp(int(std::lround(s.seen.left)), 0, p.w - 1);
    return s.picture.view().window(top, left,
                                   {std::clamp(int(std::lround(s.seen.height)), 1, p.h - top),
                                    std::clamp(int(std::lround(s.seen.width)), 1, p.w - left)});
}

/// Where the strongest evidence lies, in words.
std::string place_of(View evidence) {
    const Place at = largest(evidence);
    const char* const rows[] = {"upper", "middle", "lower"};
    const char* const columns[] = {"left", "middle", "right"};
    const std::string row = rows[3 * at.row / evidence.shape.h],
                      column = columns[3 * at.column / evidence.shape.w];
    return row == column ? "in the middle" : "in the " + row + " " + column;
}

/// The class's first name, and how probable it is.
std::string named(const Answer& a) {
    return a.name.substr(0, a.name.find(',')) + " " + percent(a.probability, 1);
}

/// What the map says, in words.
std::string found(const Answer& a) {
    if (!a.drawn.empty()) return "a picture made for the class";
    return a.map.empty() ? "nothing" : "most " + place_of(a.map.evidence);
}

figure::Panel panel(const Subject& s, const Answer& a, View part, Extent size) {
    const bool inside = !a.map.at.empty() && a.map.at != s.net.image.name();
    const std::string with_layer = a.method + " at " + a.map.at;
    const bool fits = inside && figure::letters_width(with_layer) <= size.w;
    return {a.drawn.empty() ? figure::overlaid(part, a.map.evidence, size) : resample(a.drawn, size),
            fits ? with_layer : a.method, named(a) + (a.drawn.empty() && a.map.empty() ? ": nothing" : "")};
}

json entry(const Subject& s, const Answer& a) {
    const Place at = largest(a.map.raw);
    const Shape raw = a.map.raw.shape();
    return {{"net", s.network->name},
            {"method", a.method},
            {"layer", a.map.at},
            {"class", a.label},
            {"label", a.name},
            {"probability", a.probability},
            {"map", {{"height", raw.h}, {"width", raw.w}, {"argmax", {at.row, at.column}}}}};
}

void explain(const Options& options) {
    const std::unique_ptr<Subject> s = subject(options.wish);
    const fs::path out = figure_file(options.wish.picture, "explained", options.out);
    for (const fs::path& file : {out, options.raw}) require_folder_of(file, "explain");

    // Which classes: those asked for, or the most probable one.
    const std::vector<std::string> labels = labels_of(*s, options.labels);
    std::vector<int> classes;
    for (const std::string& name : between_commas(options.classes)) classes.push_back(class_of(name, labels));
    if (classes.empty()) classes = {top_class(s->net, s->weights, s->seen.input)};
    const std::vector<Answer> answers = answer(*s, options.asked, classes, labels);
    require(options.raw.empty() || answers.size() == 1, "explain: --raw holds one map, and ", answers.size(),
            " were asked for; name one method and one class");

    // A row for each class: the picture, then every answer over it.  A single row of many is broken in two.
    const View part = part_seen(*s);
    const Extent size = figure::shown_size(part.shape.h, part.shape.w);
    const std::string name = options.wish.picture.filename().string();
    const int methods = int(answers.size() / classes.size());
    const bool one_row = methods == 1 || classes.size() == 1;
    const int count = one_row ? int(answers.size()) + 1 : methods + 1;
    std::vector<figure::Panel> panels;
    std::string alt = "What speaks for a class in " + name + ", as " + s->network->name + " sees it:";
    for (std::size_t k = 0; k < answers.size(); ++k) {
        if (k == 0 || (!one_row && k % std::size_t(methods) == 0))
            panels.push_back({resample(part, size), name, "as " + s->network->name + " sees it"});
        panels.push_back(panel(*s, answers[k], part, size));
        alt += " " + answers[k].method + " for " + named(answers[k]) + ", " + found(answers[k]) + ";";
    }
    alt.back() = '.';
    const bool bar = std::ranges::any_of(answers, [](const Answer& a) { return a.drawn.empty(); });
    if (!options.raw.empty()) write_npy(options.raw, answers[0].map.raw);
    write_png(out, figure::sheet(panels, one_row && count > 4 ? divide_up(count, 2) : count, bar), alt);

    json result = entry(*s, answers[0]);
    result["image"] = options.wish.picture.string();
    result["out"] = out.string();
    result["alt"] = alt;
    Table table = {{"method", "layer", "class", "probability", "speaks for it"}};
    std::string remark;
    for (const Answer& a : answers) {
        if (a.gain) {
            result["sweep"] = {
                {"places", a.gain->places}, {"permitted", a.gain->permitted}, {"measured", a.gain->measured}};
            remark = a.gain->text();
        }
        if (answers.size() > 1) result["explanations"].push_back(entry(*s, a));
        table.push_back({a.method, a.map.at, a.name, percent(a.probability, 1), found(a)});
    }
    print_answer(*s, options.json, result, table, out, remark);
}

}  // namespace

void add_explain(CLI::App& program) {
    auto o = std::make_shared<Options>();
    CLI::App* command = program.add_subcommand("explain", "show what in a picture speaks for a class");
    add_picture_options(*command, o->wish, o->labels);
    command
        ->add_option("--method", o->asked.methods,
                     "occlusion, class-model, saliency, smoothgrad, integrated-gradients, cam, grad-cam, "
                     "counterfactual; several between commas; all")
        ->type_name("M")
        ->capture_default_str();
    command->add_option("--class", o->classes, "numbers or names between commas (the most probable one)")
        ->type_name("C");
    command->add_option("--layer", o->asked.layer, "where Grad-CAM looks (the last convolution)")
        ->type_name("NODE");
    command->add_option("--patch", o->asked.patch, "side of occlusion's patch in the network's pixels")
        ->type_name("N");
    command->add_option("--stride", o->asked.stride, "steps between its places")->type_name("N");
    command->add_flag("--whole", o->wish.whole, "see the whole picture, not its middle");
    command->add_option("--out", o->out, "the figure (PICTURE.explained.png)")->type_name("FILE");
    command->add_option("--raw", o->raw, "the map before it is enlarged, as NumPy's .npy")->type_name("FILE");
    command->add_flag("--json", o->json, "one JSON object on standard output and nothing else");
    add_threads(*command);
    command->callback([o] { explain(*o); });
}

}  // namespace cnn::program
