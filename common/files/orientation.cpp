#include "common/files/orientation.hpp"

#include <cstdint>

#include "common/base/error.hpp"

namespace cnn {

namespace {

using namespace std::string_view_literals;

/// Two or four bytes of a file, in the order that it says; 0 beyond its end.
struct Reader {
    std::string_view bytes;
    bool big = true;

    std::uint32_t number(std::size_t at, int count) const {
        std::uint32_t value = 0;
        for (int k = 0; k < count; ++k) {
            const std::size_t place = at + std::size_t(big ? k : count - 1 - k);
            value = value << 8 | (place < bytes.size() ? std::uint8_t(bytes[place]) : 0U);
        }
        return value;
    }
};

/// The orientation in the first directory of a TIFF block, which is what EXIF is.
int orientation_in(std::string_view tiff) {
    constexpr std::uint32_t orientation = 0x0112;
    if (!tiff.starts_with("MM"sv) && !tiff.starts_with("II"sv)) return 1;
    const Reader block{tiff, tiff[0] == 'M'};
    const std::size_t directory = block.number(4, 4);
    const std::uint32_t count = block.number(directory, 2);
    for (std::uint32_t k = 0; k < count; ++k) {
        const std::size_t entry = directory + 2 + 12 * std::size_t{k};
        if (entry + 12 > tiff.size()) break;
        if (block.number(entry, 2) != orientation) continue;
        const std::uint32_t value = block.number(entry + 8, 2);
        return value >= 1 && value <= 8 ? int(value) : 1;
    }
    return 1;
}

}  // namespace

int orientation_of(std::string_view jpeg) {
    if (!jpeg.starts_with("\xFF\xD8"sv)) return 1;
    const Reader file{jpeg};
    // Segments: a marker of two bytes, a length that counts itself, content.  The pixels begin at FFDA.
    for (std::size_t at = 2; at + 4 <= jpeg.size();) {
        const std::uint32_t marker = file.number(at, 2), length = file.number(at + 2, 2);
        if (marker < 0xFFC0 || marker == 0xFFDA || length < 2) break;
        const std::string_view content = jpeg.substr(at + 4, length - 2);
        if (marker == 0xFFE1 && content.starts_with("Exif\0\0"sv)) return orientation_in(content.substr(6));
        at += 2 + length;
    }
    return 1;
}

Tensor upright(View picture, int orientation) {
    require(orientation >= 1 && orientation <= 8, "upright: there is no orientation ", orientation,
            "; EXIF has 1 to 8");
    if (orientation == 1) return Tensor(picture);
    const auto [N, H, W, C] = picture.shape;
    const bool transposed = orientation >= 5;
    const bool from_right = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    const bool from_below = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    Tensor turned = Tensor::uninitialized({N, transposed ? W : H, transposed ? H : W, C});
    for (int n = 0; n < N; ++n)
        for (int i = 0; i < turned.shape().h; ++i)
            for (int j = 0; j < turned.shape().w; ++j) {
                const int row = transposed ? j : i, column = transposed ? i : j;
                const real* from =
                    picture.pixel(n, from_below ? H - 1 - row : row, from_right ? W - 1 - column : column);
                std::copy_n(from, C, turned.view().pixel(n, i, j));
            }
    return turned;
}

}  // namespace cnn
