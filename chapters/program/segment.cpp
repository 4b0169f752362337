// cnn segment: what each pixel of a picture belongs to.
#include "common/figure/panels.hpp"
#include "common/files/image.hpp"
#include "common/report/page.hpp"
#include "masks.hpp"
#include "program/commands.hpp"
#include "program/labels.hpp"
#include "program/picture_command.hpp"

namespace cnn::program {

namespace {

namespace fs = std::filesystem;
using json = nlohmann::ordered_json;

struct Options {
    Wish wish;
    fs::path labels, out;
    bool json = false;
};

/// The pixels that the network names: its input, or the middle of it where the layers have no padding.
Tensor part_named(const Subject& s, const Shape& kinds) {
    Tensor named = center_crop(s.seen.input, {kinds.h, kinds.w});
    return stretched(named);
}

void segment(const Options& options) {
    const std::unique_ptr<Subject> s = subject(options.wish);
    const fs::path& picture = options.wish.picture;
    const fs::path out = figure_file(picture, "segmented", options.out);
    require_folder_of(out, "segment");
    const std::vector<std::string> labels = labels_of(*s, options.labels);
    const Tensor kinds = named_pixels(finite_scores(*s, "segment"));

    // Which classes there are, and how much of the picture each has.
    std::vector<int> pixels(labels.size(), 0);
    for (const real kind : kinds.flat()) ++pixels[std::size_t(kind)];
    std::vector<Called> called;
    json classes = json::array();
    Table table = {{"class", "label", "pixels", "share"}};
    std::string alt = "What " + s->network->name + " sees in " + picture.filename().string() + ":";
    for (std::size_t k = 0; k < labels.size(); ++k) {
        if (pixels[k] == 0) continue;
        const double share = double(pixels[k]) / double(kinds.shape().size());
        called.push_back({int(k), labels[k], share});
        classes.push_back({{"class", k}, {"label", labels[k]}, {"pixels", pixels[k]}, {"share", share}});
        table.push_back({std::to_string(k), labels[k], std::to_string(pixels[k]), percent(share, 1)});
        alt += ' ' + labels[k] + ' ' + percent(share, 1) + ';';
    }
    alt.back() = '.';

    const Tensor part = part_named(*s, kinds.shape());
    const Extent size = figure::shown_size(part.shape().h, part.shape().w);
    write_png(out,
              figure::sheet(
                  {{resample(part, size), picture.filename().string(), "as " + s->network->name + " sees it"},
                   {with_masks(part, kinds, size), "masks", "the class of each pixel"},
                   {legend(called, size), "", ""}},
                  3),
              alt);
    const json result = {{"net", s->network->name},
                         {"image", picture.string()},
                         {"inverted", s->seen.inverted},
                         {"size", {{"height", kinds.shape().h}, {"width", kinds.shape().w}}},
                         {"classes", classes},
                         {"out", out.string()},
                         {"alt", alt}};
    print_answer(*s, options.json, result, table, out);
}

}  // namespace

void add_segment(CLI::App& program) {
    auto o = std::make_shared<Options>();
    o->wish.pixels = true;
    CLI::App* command = program.add_subcommand("segment", "say what each pixel of a picture belongs to");
    add_picture_options(*command, o->wish, o->labels);
    command->add_option("--out", o->out, "the figure (PICTURE.segmented.png)")->type_name("FILE");
    command->add_flag("--json", o->json, "one JSON object on standard output and nothing else");
    add_threads(*command);
    command->callback([o] { segment(*o); });
}

}  // namespace cnn::program
