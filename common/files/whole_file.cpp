#include "common/files/whole_file.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <random>

#include "common/base/error.hpp"

namespace cnn {

namespace fs = std::filesystem;

WholeFile::WholeFile(fs::path target) : target_(std::move(target)) {
    // A name that nobody else writes to: containers that share a folder have the same process numbers.
    std::random_device random;
    temporary_ = target_;
    temporary_ += ".part";
    for (int k = 0; k < 4; ++k) temporary_ += std::string("-").append(std::to_string(random()));
}

WholeFile::~WholeFile() {
    std::error_code ignored;
    fs::remove(temporary_, ignored);
}

void WholeFile::commit() {
    std::error_code error;
    fs::rename(temporary_, target_, error);
    require(!error, "cannot write ", target_.string(), ": ", error.message());
}

void write_whole(const fs::path& file, std::string_view bytes) {
    WholeFile whole(file);
    errno = 0;
    std::ofstream out(whole.temporary(), std::ios::binary);
    out.write(bytes.data(), std::streamsize(bytes.size()));
    out.close();
    require(out.good(), "cannot write ", file.string(), ": ", std::strerror(errno),
            "; its folder must exist, be writable and have room");
    whole.commit();
}

std::string read_whole(const fs::path& file) {
    std::error_code error;
    const auto size = fs::file_size(file, error);
    require(!error, "cannot read ", file.string(), ": ", error.message());
    std::string bytes(size, '\0');
    std::ifstream in(file, std::ios::binary);
    require(in.good(), "cannot read ", file.string(), ": ", std::strerror(errno));
    in.read(bytes.data(), std::streamsize(size));
    require(std::uintmax_t(in.gcount()) == size, "cannot read ", file.string(), ": it ends at byte ",
            in.gcount(), " of ", size);
    return bytes;
}

}  // namespace cnn
