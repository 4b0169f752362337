#include "common/training/training_log.hpp"

#include <nlohmann/json.hpp>

#include "common/base/error.hpp"
#include "common/files/whole_file.hpp"

namespace cnn {

namespace {

using json = nlohmann::ordered_json;

json object(const Epoch& e) {
    return {{"epoch", e.number},
            {"loss", e.loss},
            {"accuracy", e.accuracy},
            {"test_loss", e.test_loss},
            {"test_accuracy", e.test_accuracy}};
}

}  // namespace

std::string to_json(const Epoch& epoch) { return object(epoch).dump(); }

std::string to_json(const TrainingLog& log) {
    std::string text = "{\"net\": " + json(log.net).dump() +
                       ",\n \"settings\": " + json(log.settings).dump() + ",\n \"epochs\": [";
    for (const Epoch& epoch : log.epochs)
        text += (&epoch == log.epochs.data() ? "\n  " : ",\n  ") + to_json(epoch);
    return text + "\n ]}\n";
}

void write_log(const std::filesystem::path& file, const TrainingLog& log) { write_whole(file, to_json(log)); }

TrainingLog parse_log(const std::string& text, const std::string& whose) {
    try {
        const json all = json::parse(text);
        TrainingLog log{all.at("net"), all.at("settings"), {}};
        for (const json& e : all.at("epochs"))
            log.epochs.push_back(
                {e.at("epoch"), e.at("loss"), e.at("accuracy"), e.at("test_loss"), e.at("test_accuracy")});
        return log;
    } catch (const json::exception&) {
        throw Error(whose, ": this is no training log; an object with net, settings and epochs is needed");
    }
}

TrainingLog read_log(const std::filesystem::path& file) { return parse_log(read_whole(file), file.string()); }

}  // namespace cnn
