#include "program/labels.hpp"

#include <algorithm>
#include <cctype>
#include <sstream>

#include "common/base/error.hpp"
#include "common/files/whole_file.hpp"
#include "grad_cam.hpp"

namespace cnn::program {

namespace {

std::string small(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    return text;
}

}  // namespace

std::vector<std::string> labels_of(const Subject& subject, const std::filesystem::path& file) {
    const int classes = subject.net.logits.shape().c;
    std::vector<std::string> labels;
    if (file.empty()) {
        labels = subject.classes.empty() ? class_names(subject.network->data) : subject.classes;
        if (int(labels.size()) == classes) return labels;
        labels.clear();
        for (int k = 0; k < classes; ++k) labels.push_back("class " + std::to_string(k));
        return labels;
    }
    const std::string text = read_whole(file);
    std::istringstream in(text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text);  // a byte order mark
    for (std::string line; std::getline(in, line);) {
        if (line.ends_with('\r')) line.pop_back();
        const bool numbered = line.size() > 10 && line[0] == 'n' && line[9] == ' ' &&
                              line.find_first_not_of("0123456789", 1) == 9;
        labels.push_back(numbered ? line.substr(10) : line);
    }
    require(int(labels.size()) == classes, file.string(), " has ", labels.size(), " lines; ",
            subject.network->name, " has ", classes, " classes");
    return labels;
}

int class_of(const std::string& asked, const std::vector<std::string>& labels) {
    const int classes = int(labels.size());
    if (!asked.empty() && asked.find_first_not_of("0123456789") == std::string::npos) {
        const int number = asked.size() < 9 ? std::stoi(asked) : classes;
        require(number < classes, "there is no class ", asked, "; they are numbered 0 to ", classes - 1);
        return number;
    }
    std::vector<std::string> known;
    for (int k = 0; k < classes; ++k) {
        const std::string& label = labels[std::size_t(k)];
        if (small(label) == small(asked)) return k;
        for (const std::string& name : between_commas(label)) {
            if (small(name) == small(asked)) return k;
            known.push_back(small(name));
        }
    }
    std::string near;
    for (const std::string& name : nearest_names(small(asked), known))
        near += (near.empty() ? "" : ", ") + name;
    throw Error("there is no class \"", asked, "\"; the nearest names are: ", near);
}

std::vector<std::string> between_commas(const std::string& text) {
    std::vector<std::string> parts;
    std::istringstream in(text);
    for (std::string part; std::getline(in, part, ',');) {
        const auto first = part.find_first_not_of(' ');
        if (first == std::string::npos) continue;
        parts.push_back(part.substr(first, part.find_last_not_of(' ') - first + 1));
    }
    return parts;
}

}  // namespace cnn::program
