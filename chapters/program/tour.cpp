// cnn tour: the chapters' walkthroughs, on the console and as one page.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "common/base/error.hpp"
#include "common/book/chapter.hpp"
#include "program/commands.hpp"
#include "program/outlook.hpp"

namespace cnn::program {

namespace {

struct Options {
    std::vector<std::string> chapters;
    std::filesystem::path out, data;
    bool quick = false, json = false;
};

/// The chapters asked for, in their order; all of them where none is.
std::vector<Chapter> chosen(const std::vector<std::string>& numbers) {
    std::vector<Chapter> all = chapters();
    if (numbers.empty()) return all;
    std::string known;
    for (const Chapter& chapter : all) known += (known.empty() ? "" : ", ") + chapter.number();

    // "3" means "03".
    std::vector<std::string> asked;
    for (const std::string& number : numbers) {
        asked.push_back(number.size() == 1 ? "0" + number : number);
        require(std::ranges::any_of(all, [&](const Chapter& c) { return c.number() == asked.back(); }),
                "tour: there is no chapter ", number, "; there are: ", known);
    }
    std::erase_if(all, [&](const Chapter& c) { return std::ranges::count(asked, c.number()) == 0; });
    return all;
}

/// A tour of some chapters has a folder of its own, so that the page of the whole one stays.
std::filesystem::path folder_of(const Options& options, const std::vector<Chapter>& walked) {
    if (!options.out.empty()) return options.out;
    std::filesystem::path whole = "build/tour";
    if (options.chapters.empty()) return whole;
    std::string name;
    for (const Chapter& chapter : walked) name += (name.empty() ? "" : "_") + chapter.number();
    return whole / name;
}

/// What is to be said of the times where other programs use the processors too.
std::string others_at_work() {
    double load = 0;
    const int cores = int(std::max(1U, std::thread::hardware_concurrency()));
    if (getloadavg(&load, 1) != 1 || load < 0.5 * cores) return "";
    std::ostringstream text;
    text << "Other programs were at work when this tour began (a load of " << std::fixed
         << std::setprecision(1) << load << " on " << cores
         << " processors): its times are longer than they need be, and their ratios less sure.";
    return text.str();
}

void tour(const Options& options) {
    const auto start = std::chrono::steady_clock::now();
    const std::vector<Chapter> walked = chosen(options.chapters);
    std::ostream nowhere(nullptr);
    Report report(folder_of(options, walked), options.json ? nowhere : std::cout, options.quick,
                  options.data);
    if (const std::string busy = others_at_work(); !busy.empty()) report.remark(busy);
    for (const Chapter& chapter : walked) {
        report.chapter(chapter.number(), chapter.title, chapter.slides);
        report.attempt("the rest of the chapter", [&] { chapter.walk(report); });
    }
    if (options.chapters.empty()) walk_networks(report);
    report.finish();

    if (options.json) {
        const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
        std::vector<std::string> figures;
        for (const std::string& name : report.figures()) figures.push_back(report.path(name).string());
        const nlohmann::ordered_json result = {{"numbers_checked", report.numbers_checked()},
                                               {"numbers_equal", report.numbers_equal()},
                                               {"figures", figures},
                                               {"seconds", seconds.count()}};
        std::cout << result.dump(2) << '\n';
    }
    require(report.numbers_equal() == report.numbers_checked(),
            "tour: ", report.numbers_checked() - report.numbers_equal(), " of ", report.numbers_checked(),
            " numbers differ; the page marks them");
}

}  // namespace

void add_tour(CLI::App& program) {
    auto options = std::make_shared<Options>();
    CLI::App* command =
        program.add_subcommand("tour", "walk the lecture: its numbers, naive against optimized, figures");
    command->add_option("chapters", options->chapters, "which chapters (all)")->type_name("NN");
    command
        ->add_option("--out", options->out,
                     "folder of the page and the figures (build/tour, or build/tour/NN for some chapters)")
        ->type_name("FOLDER");
    command
        ->add_option("--data", options->data,
                     "folder of Fashion-MNIST's four files (" + fashion_mnist_folder.string() +
                         "); without them, what needs more than the garments in data/ is left out")
        ->type_name("FOLDER");
    command->add_flag("--quick", options->quick, "leave out what takes long, such as training");
    command->add_flag("--json", options->json, "one JSON object on standard output and nothing else");
    add_threads(*command);
    command->callback([options] { tour(*options); });
}

}  // namespace cnn::program
