#include "program/picture_command.hpp"

#include <cmath>
#include <iostream>

#include "common/base/error.hpp"

namespace cnn::program {

namespace fs = std::filesystem;

void add_picture_options(CLI::App& command, Wish& wish, fs::path& labels) {
    command.add_option("picture", wish.picture, "a PNG or JPEG")->type_name("PICTURE")->required();
    command.add_option("--net", wish.net, "which network (one with shipped weights)")->type_name("NET");
    command.add_option("--weights", wish.weights, "its weights (data/NET.safetensors)")->type_name("FILE");
    command.add_option("--labels", labels, "the names of the classes, a line each")->type_name("FILE");
}

Tensor finite_scores(const Subject& subject, const std::string& command) {
    const Node logits = subject.net.logits;
    Activations maps =
        run(subject.graph, subject.weights, {{subject.net.image, subject.seen.input}}, {logits});
    for (const real score : maps[logits].flat())
        require(std::isfinite(score), command, ": a score of ", subject.network->name, " is ", score,
                "; the weights are too large for this picture");
    return Tensor(maps[logits]);
}

fs::path figure_file(const fs::path& picture, const std::string& word, const fs::path& asked) {
    return asked.empty() ? picture.parent_path() / (picture.stem().string() + "." + word + ".png") : asked;
}

void require_folder_of(const fs::path& file, const std::string& command) {
    require(file.parent_path().empty() || fs::is_directory(file.parent_path()), command,
            ": there is no folder ", file.parent_path().string(), " to write ", file.string(), " to");
}

void print_answer(const Subject& subject, bool as_json, const nlohmann::ordered_json& result,
                  const Table& table, const fs::path& figure, const std::string& remark) {
    if (as_json)  // labels may be in any encoding, JSON is in UTF-8
        std::cout << result.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << '\n';
    else
        std::cout << subject.network->name
                  << (subject.seen.inverted ? " (the picture has a bright border: inverted)" : "") << '\n'
                  << aligned(table) << remark << (remark.empty() ? "" : "\n") << "-> " << figure.string()
                  << '\n';
}

}  // namespace cnn::program
