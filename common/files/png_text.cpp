#include "common/files/png_text.hpp"

#include <zlib.h>

#include <cstdint>

#include "common/base/error.hpp"

namespace cnn {

namespace {

using namespace std::string_view_literals;

// A PNG is a signature and chunks: length, type, data, CRC of type and data.  The first is IHDR, 13 bytes
// long.
constexpr std::string_view signature = "\x89PNG\r\n\x1a\n"sv, start = "iTXtDescription\0\0\0\0\0"sv;
constexpr std::size_t after_header = 8 + 4 + 4 + 13 + 4;

std::string big_endian(std::uint32_t number) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8) bytes += char(number >> shift & 255);
    return bytes;
}

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
    std::uint32_t number = 0;
    for (std::size_t k = 0; k < 4; ++k) number = number << 8 | std::uint8_t(bytes[at + k]);
    return number;
}

}  // namespace

std::string with_description(std::string_view png, std::string_view description) {
    require(png.starts_with(signature) && png.size() > after_header,
            "with_description: these bytes are no PNG");
    const std::string content = std::string(start) + std::string(description);
    const auto check =
        crc32(0, reinterpret_cast<const unsigned char*>(content.data()), unsigned(content.size()));
    return std::string(png.substr(0, after_header)) + big_endian(std::uint32_t(content.size() - 4)) +
           content + big_endian(std::uint32_t(check)) + std::string(png.substr(after_header));
}

std::string description_of(std::string_view png) {
    for (std::size_t at = signature.size(); at + 12 <= png.size();) {
        const std::size_t length = number_at(png, at);
        if (length > png.size() - at - 12) break;
        const std::string_view content = png.substr(at + 4, 4 + length);
        if (content.starts_with(start)) return std::string(content.substr(start.size()));
        at += 12 + length;
    }
    return {};
}

bool is_png(std::string_view bytes) { return bytes.starts_with(signature); }

void require_checksums(std::string_view png, std::string_view name) {
    for (std::size_t at = signature.size(); at + 12 <= png.size();) {
        const std::size_t length = number_at(png, at);
        if (length > png.size() - at - 12) break;  // cut off: decoding says so
        const std::string_view content = png.substr(at + 4, 4 + length);
        const auto check =
            crc32(0, reinterpret_cast<const unsigned char*>(content.data()), unsigned(content.size()));
        require(std::uint32_t(check) == number_at(png, at + 8 + length), name,
                ": a damaged PNG, the checksum of its chunk at byte ", at, " does not hold");
        if (content.starts_with("IEND")) break;
        at += 12 + length;
    }
}

}  // namespace cnn
