#pragma once
/// @file  Pictures of every kind as the bytes of their files, for tests.
#include <stb_image_write.h>
#include <zlib.h>

#include <cstdint>
#include <string>

namespace cnn::session {

/// A PNG of any bit depth and kind of pixels, all bytes the same.
inline std::string png_bytes(int width, int height, int depth, int kind, int bytes_a_pixel, char value) {
    const auto big_endian = [](std::uint32_t n) {
        return std::string{char(n >> 24), char(n >> 16), char(n >> 8), char(n)};
    };
    const auto chunk = [&](const std::string& content) {
        const auto check =
            crc32(0, reinterpret_cast<const unsigned char*>(content.data()), unsigned(content.size()));
        return big_endian(std::uint32_t(content.size() - 4)) + content + big_endian(std::uint32_t(check));
    };
    std::string rows;
    for (int i = 0; i < height; ++i) rows += '\0' + std::string(std::size_t(width * bytes_a_pixel), value);
    uLongf size = compressBound(rows.size());
    std::string packed(size, '\0');
    compress(reinterpret_cast<unsigned char*>(packed.data()), &size,
             reinterpret_cast<const unsigned char*>(rows.data()), rows.size());
    packed.resize(size);
    return "\x89PNG\r\n\x1a\n" +
           chunk("IHDR" + big_endian(std::uint32_t(width)) + big_endian(std::uint32_t(height)) +
                 std::string{char(depth), char(kind), 0, 0, 0}) +
           chunk("IDAT" + packed) + chunk("IEND");
}

/// A JPEG of stripes, its EXIF saying how the camera was held (1 to 8).
inline std::string jpeg_bytes(int width, int height, int orientation) {
    std::string pixels, jpeg;
    for (int i = 0; i < height; ++i)
        for (int j = 0; j < width; ++j) pixels += std::string(3, char(j % 8 < 4 ? 250 - 4 * i : 20));
    const auto append = [](void* to, void* bytes, int count) {
        static_cast<std::string*>(to)->append(static_cast<const char*>(bytes), std::size_t(count));
    };
    stbi_write_jpg_to_func(append, &jpeg, width, height, 3, pixels.data(), 90);
    // Behind the two bytes that begin every JPEG: one entry, tag 0x0112, one short number.
    const std::string exif = std::string("Exif\0\0MM\0\x2A\0\0\0\x08\0\1\x01\x12\0\3\0\0\0\1\0", 25) +
                             char(orientation) + std::string(6, '\0');
    return jpeg.insert(2, std::string("\xFF\xE1\0", 3) + char(exif.size() + 2) + exif);
}

}  // namespace cnn::session
