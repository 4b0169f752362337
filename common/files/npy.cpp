#include "common/files/npy.hpp"

#include <bit>
#include <cstdint>

#include "common/base/error.hpp"
#include "common/files/whole_file.hpp"

namespace cnn {

void write_npy(const std::filesystem::path& file, View map) {
    const Shape& s = map.shape;
    require(s.n == 1, "write_npy: ", file.string(), " holds one map, not ", s);
    std::string shape = std::to_string(s.h) + ", " + std::to_string(s.w);
    if (s.c > 1) shape += ", " + std::to_string(s.c);
    std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + shape + "), }";

    // Ten bytes of magic, version and length, then the header: together a multiple of 64, ended by a newline.
    header.append(63 - (10 + header.size()) % 64, ' ');
    header += '\n';
    std::string bytes = "\x93NUMPY\x01";
    bytes += '\0';
    bytes += char(header.size() % 256);
    bytes += char(header.size() / 256);
    bytes += header;
    for (int h = 0; h < s.h; ++h)
        for (int w = 0; w < s.w; ++w)
            for (int c = 0; c < s.c; ++c) {
                const auto bits = std::bit_cast<std::uint32_t>(static_cast<float>(map(0, h, w, c)));
                for (int shift = 0; shift < 32; shift += 8) bytes += char(bits >> shift & 255);
            }
    write_whole(file, bytes);
}

}  // namespace cnn
