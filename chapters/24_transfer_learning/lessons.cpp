// The log of an experiment.
#include <cmath>
#include <nlohmann/json.hpp>

#include "common/base/error.hpp"
#include "common/files/whole_file.hpp"
#include "experiment.hpp"

namespace cnn {

namespace {
using json = nlohmann::ordered_json;

/// Four digits: more would be noise, and the log would be long.
json shortened(const std::vector<double>& numbers) {
    json list = json::array();
    for (const double number : numbers) list.push_back(std::round(number * 1e4) / 1e4);
    return list;
}
}  // namespace

void write_lessons(const std::filesystem::path& file, const std::vector<Lesson>& lessons) {
    std::string text = "[";
    for (const Lesson& l : lessons) {
        const json line = {{"way", l.way},
                           {"images", l.images},
                           {"seed", l.seed},
                           {"accuracy", l.accuracy},
                           {"seconds", shortened(l.seconds)},
                           {"accuracies", shortened(l.accuracies)}};
        text += (&l == lessons.data() ? "\n " : ",\n ") + line.dump();
    }
    write_whole(file, text + "\n]\n");
}

std::vector<Lesson> read_lessons(const std::filesystem::path& file) {
    const std::string text = read_whole(file);
    try {
        std::vector<Lesson> lessons;
        for (const json& line : json::parse(text))
            lessons.push_back({line.at("way"), line.at("images"), line.at("seed"), line.at("accuracy"),
                               line.at("seconds"), line.at("accuracies")});
        return lessons;
    } catch (const json::exception&) {
        throw Error(file.string(),
                    ": this is no log of lessons; a list of objects with way, images, seed, "
                    "accuracy, seconds and accuracies is needed");
    }
}

}  // namespace cnn
