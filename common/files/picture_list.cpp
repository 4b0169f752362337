#include "common/files/picture_list.hpp"

#include <algorithm>
#include <cctype>

#include "common/base/error.hpp"

namespace cnn {

namespace fs = std::filesystem;

namespace {

bool hidden(const fs::path& file) { return file.filename().string().starts_with('.'); }

// Those entries of a folder that are wanted, by name.
template <class Wanted>
std::vector<fs::path> sorted_entries(const fs::path& folder, const Wanted& wanted) {
    std::error_code error;
    const fs::directory_iterator all(folder, error);
    require(!error, "cannot read the folder ", folder.string(), ": ", error.message());
    std::vector<fs::path> paths;
    for (const fs::directory_entry& entry : all)
        if (wanted(entry)) paths.push_back(entry.path());
    std::ranges::sort(paths);
    return paths;
}

}  // namespace

bool is_picture(const fs::directory_entry& entry) {
    std::string ending = entry.path().extension().string();
    std::ranges::transform(ending, ending.begin(), [](unsigned char letter) { return std::tolower(letter); });
    return entry.is_regular_file() && !hidden(entry.path()) &&
           (ending == ".png" || ending == ".jpg" || ending == ".jpeg");
}

std::vector<fs::path> class_folders(const fs::path& folder) {
    return sorted_entries(folder, [](const fs::directory_entry& entry) {
        return entry.is_directory() && !hidden(entry.path());
    });
}

PictureList picture_list(const fs::path& folder, int least) {
    PictureList list;
    for (const fs::path& kind : class_folders(folder)) {
        const std::vector<fs::path> pictures = sorted_entries(kind, is_picture);
        require(!pictures.empty(), kind.string(),
                ": no .png, .jpg or .jpeg in this class; put pictures there or remove the folder");
        require(int(pictures.size()) >= least, kind.string(), ": ", pictures.size(),
                " pictures in this class; at least ", least, " are needed");
        list.files.insert(list.files.end(), pictures.begin(), pictures.end());
        list.labels.insert(list.labels.end(), pictures.size(), int(list.classes.size()));
        list.classes.push_back(kind.filename().string());
    }
    require(list.classes.size() >= 2, folder.string(), ": ", list.classes.size(),
            list.classes.size() == 1 ? " class" : " classes",
            "; at least two are needed, each a folder of its pictures");
    return list;
}

}  // namespace cnn
