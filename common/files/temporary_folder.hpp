#pragma once
/// @file  An empty folder for one test, gone when the test is.
#include <cstdlib>
#include <filesystem>
#include <string>

#include "common/base/error.hpp"

namespace cnn {

class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "receptive-XXXXXX").string();
        require(mkdtemp(name.data()) != nullptr, "cannot make a folder like ", name);
        path_ = name;
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
    int files() const {
        int count = 0;
        for ([[maybe_unused]] const auto& file : std::filesystem::directory_iterator(path_)) ++count;
        return count;
    }

private:
    std::filesystem::path path_;
};

}  // namespace cnn
