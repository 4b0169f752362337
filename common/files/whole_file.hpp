#pragma once
/// @file  A file that appears whole or not at all: written under a name of its own, renamed at the end.
#include <filesystem>
#include <string>
#include <string_view>

namespace cnn {

class WholeFile {
public:
    explicit WholeFile(std::filesystem::path target);
    ~WholeFile();  ///< without a commit: nothing remains
    WholeFile(const WholeFile&) = delete;
    WholeFile& operator=(const WholeFile&) = delete;

    /// Where to write, beside the target.
    const std::filesystem::path& temporary() const { return temporary_; }
    /// Replaces the target by what was written.
    void commit();

private:
    std::filesystem::path target_, temporary_;
};

/// Makes `file` hold these bytes.  An Error where its folder is missing or cannot be written to.
void write_whole(const std::filesystem::path& file, std::string_view bytes);

/// All bytes of a file.  An Error where it is missing or no file.
std::string read_whole(const std::filesystem::path& file);

}  // namespace cnn
