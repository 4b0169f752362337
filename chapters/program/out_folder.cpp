#include "program/out_folder.hpp"

#include "common/base/error.hpp"

namespace cnn::program {

void make_folder(const std::filesystem::path& out, const std::string& command) {
    std::error_code error;
    std::filesystem::create_directories(out, error);
    require(!error, command, ": cannot make the folder ", out.string(), ": ", error.message(),
            "; choose another with --out");
}

}  // namespace cnn::program
