#include "common/files/image.hpp"

#include <stb_image.h>
#include <stb_image_write.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <memory>
#include <string>

#include "common/base/error.hpp"
#include "common/files/orientation.hpp"
#include "common/files/png_text.hpp"
#include "common/files/whole_file.hpp"

namespace cnn {

namespace {

/// A file of 2 KB may claim 16384x16384; these are 1.2 GB as three floats each.
constexpr std::int64_t most_pixels = 100'000'000;

struct Free {
    void operator()(unsigned char* p) const { std::free(p); }
};
using Bytes = std::unique_ptr<unsigned char, Free>;

void require_extent(const char* what, Extent size) {
    require(size.h >= 1 && size.w >= 1, what, ": the size ", size, " is empty; it must be at least 1x1");
}

}  // namespace

Tensor read_image(const std::filesystem::path& file, int channels, real background) {
    require(channels == 1 || channels == 3, "read_image: ", channels,
            " channels asked for; it must be 1 (grey) or 3 (RGB)");
    const std::string bytes = read_whole(file);
    require(bytes.size() <= std::size_t(std::numeric_limits<int>::max()), file.string(),
            ": too large for a picture");
    const auto* from = reinterpret_cast<const unsigned char*>(bytes.data());
    const auto unreadable = [&] {
        const char* why = stbi_failure_reason();  // null where nothing failed before
        throw Error(file.string(), ": not a PNG or JPEG that can be read (", why ? why : "no reason given",
                    ")");
    };
    int width = 0, height = 0, in_file = 0;
    if (stbi_info_from_memory(from, int(bytes.size()), &width, &height, &in_file) == 0) unreadable();
    require(std::int64_t{width} * height <= most_pixels, file.string(), ": the picture claims ",
            Extent(height, width), " pixels; at most ", most_pixels, " in all are read, so shrink it first");
    const bool png = is_png(bytes);
    if (png) require_checksums(bytes, file.string());

    const int stored = png ? channels + 1 : channels;  // a PNG comes with its alpha
    const Bytes pixels(stbi_load_from_memory(from, int(bytes.size()), &width, &height, &in_file, stored));
    if (pixels == nullptr) unreadable();

    Tensor image = Tensor::uninitialized({.h = height, .w = width, .c = channels});
    const auto to = image.flat();
    const unsigned char* pixel = pixels.get();
    for (std::size_t i = 0; i < to.size(); i += std::size_t(channels), pixel += stored)
        for (int c = 0; c < channels; ++c) {
            const real value = real(pixel[c]) / 255, alpha = png ? real(pixel[channels]) / 255 : 1;
            to[i + std::size_t(c)] = alpha == 1 ? value : background + alpha * (value - background);
        }
    const int orientation = orientation_of(bytes);
    return orientation == 1 ? image : upright(image, orientation);
}

void write_png(const std::filesystem::path& file, View image, const std::string& description) {
    const Shape& s = image.shape;
    require(s.n == 1 && s.h >= 1 && s.w >= 1 && (s.c == 1 || s.c == 3), "write_png: ", file.string(),
            " cannot hold ", s, "; a picture is one image of 1 (grey) or 3 (RGB) channels");
    std::string pixels;
    for (int h = 0; h < s.h; ++h)
        for (int w = 0; w < s.w; ++w)
            for (int c = 0; c < s.c; ++c) {
                const real value = image(0, h, w, c);  // a NaN becomes 0
                pixels += char(value > 0 ? std::lround(255 * std::min(value, real{1})) : 0);
            }
    std::string png;
    const auto append = [](void* to, void* bytes, int count) {
        static_cast<std::string*>(to)->append(static_cast<const char*>(bytes), std::size_t(count));
    };
    require(stbi_write_png_to_func(append, &png, s.w, s.h, s.c, pixels.data(), 0) != 0,
            "write_png: no memory to compress ", file.string());
    write_whole(file, description.empty() ? png : with_description(png, description));
}

Tensor resize(View image, Extent size) {
    require_extent("resize", size);
    const Shape& s = image.shape;
    require_extent("resize: the image", {s.h, s.w});

    // Between which two rows (or columns) a row of the result lies, and how far from the first.
    struct Between {
        int first, second;
        real weight;
    };
    const auto between = [](int i, int from, int to) {
        const double at = std::max(0.0, (i + 0.5) * from / to - 0.5);
        const int first = std::min(int(at), from - 1);
        return Between{first, std::min(first + 1, from - 1), real(at - first)};
    };

    Tensor result = Tensor::uninitialized({s.n, size.h, size.w, s.c});
    for (int h = 0; h < size.h; ++h) {
        const Between rows = between(h, s.h, size.h);
        for (int w = 0; w < size.w; ++w) {
            const Between columns = between(w, s.w, size.w);
            for (int n = 0; n < s.n; ++n)
                for (int c = 0; c < s.c; ++c) {
                    const auto row = [&](int y) {
                        const real left = image(n, y, columns.first, c);
                        return left + columns.weight * (image(n, y, columns.second, c) - left);
                    };
                    const real upper = row(rows.first);
                    result(n, h, w, c) = upper + rows.weight * (row(rows.second) - upper);
                }
        }
    }
    return result;
}

Tensor center_crop(View image, Extent size) {
    require_extent("center_crop", size);
    const Shape& s = image.shape;
    require(size.h <= s.h && size.w <= s.w, "center_crop: ", size, " does not fit into an image of ",
            Extent(s.h, s.w), "; resize it first");
    const auto offset = [](int room) { return int(std::nearbyint(room / 2.0)); };
    return Tensor(image.window(offset(s.h - size.h), offset(s.w - size.w), size));
}

Tensor stretched(View image) {
    Tensor result(image);
    if (result.flat().empty()) return result;
    const auto [low, high] = std::ranges::minmax(result.flat());
    const real range = high - low;
    for (real& value : result.flat()) value = range > 0 ? (value - low) / range : 0;
    return result;
}

}  // namespace cnn
