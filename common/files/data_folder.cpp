#include "common/files/data_folder.hpp"

#include <cstdlib>

namespace cnn {

std::filesystem::path data_folder() {
    const char* asked = std::getenv("CNN_DATA");
    return asked != nullptr ? asked : CNN_DATA_FOLDER;
}

}  // namespace cnn
