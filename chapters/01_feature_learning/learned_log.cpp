#include "learned_log.hpp"

#include <nlohmann/json.hpp>

#include "common/base/error.hpp"
#include "common/files/whole_file.hpp"

namespace cnn {

using json = nlohmann::ordered_json;

void write_learned(const std::filesystem::path& file, const std::vector<LearnedLog>& logs) {
    json all = json::array();
    for (const LearnedLog& log : logs)
        all.push_back({{"net", log.net},
                       {"parameters", log.parameters},
                       {"multiply_adds", log.multiply_adds},
                       {"seconds", log.seconds},
                       {"by_images", log.by_images},
                       {"disturbed", log.disturbed}});
    write_whole(file, all.dump(1) + "\n");
}

std::vector<LearnedLog> read_learned(const std::filesystem::path& file) {
    try {
        std::vector<LearnedLog> logs;
        for (const json& log : json::parse(read_whole(file)))
            logs.push_back({log.at("net"), log.at("parameters"), log.at("multiply_adds"), log.at("seconds"),
                            log.at("by_images"), log.at("disturbed")});
        return logs;
    } catch (const json::exception&) {
        throw Error(file.string(), ": this is no log of learned features; `cnn tour 16` writes one");
    }
}

}  // namespace cnn
