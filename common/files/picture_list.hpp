#pragma once
/// @file  Which pictures a folder with one folder a class holds.
#include <filesystem>
#include <string>
#include <vector>

namespace cnn {

struct PictureList {
    std::vector<std::filesystem::path> files;  ///< class by class, each in the order of their names
    std::vector<int> labels;                   ///< the class of each file
    std::vector<std::string> classes;          ///< the folders' names, in order

    int size() const { return int(files.size()); }
};

/// A file that ends as a PNG or JPEG does and is not hidden.
bool is_picture(const std::filesystem::directory_entry& entry);
/// The folders in a folder that are not hidden, in the order of their names.  Error: it cannot be read.
std::vector<std::filesystem::path> class_folders(const std::filesystem::path& folder);

/// The PNG and JPEG files of each class; hidden files and files of other endings are left out.  Errors name
/// the folder: it cannot be read, it has fewer than two classes, a class has fewer than `least` pictures.
PictureList picture_list(const std::filesystem::path& folder, int least = 1);

}  // namespace cnn
