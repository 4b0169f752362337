#pragma once
/// @file  Numbers of two bytes: IEEE 754's binary16 (F16) and bfloat16 (BF16), to float and back.
#include <bit>
#include <cmath>
#include <cstdint>

namespace cnn::half {

/// The largest finite F16.
constexpr float most_f16 = 65504;

inline float widened_bf16(std::uint16_t bits) { return std::bit_cast<float>(std::uint32_t{bits} << 16); }

inline float widened_f16(std::uint16_t bits) {
    const std::uint32_t sign = std::uint32_t{bits} >> 15 << 31, magnitude = bits & 0x7FFFu;
    if (magnitude >= 0x7C00)  // infinity and NaN
        return std::bit_cast<float>(sign | 0x7F800000u | (magnitude & 0x3FFu) << 13);
    // Shift exponent and fraction into place; a product by 2^112 mends the bias, subnormals included.
    return std::bit_cast<float>(
        sign | std::bit_cast<std::uint32_t>(std::bit_cast<float>(magnitude << 13) * 0x1p112f));
}

/// The nearest F16, of two equally near the one whose last bit is 0; 65520 and more become infinity, and a
/// NaN stays one.
inline std::uint16_t narrowed_f16(float number) {
    const auto bits = std::bit_cast<std::uint32_t>(number);
    const std::uint32_t sign = bits >> 16 & 0x8000u, magnitude = bits & 0x7FFFFFFFu;
    if (magnitude > 0x7F800000u) return std::uint16_t(sign | 0x7E00u | (magnitude >> 13 & 0x1FFu));
    if (magnitude >= 0x477FF000u) return std::uint16_t(sign | 0x7C00u);
    // F16's subnormals are multiples of 2^-24, and so are the floats from 0.5 to 1: the sum rounds for us.
    if (magnitude < 0x38800000u)
        return std::uint16_t(sign | (std::bit_cast<std::uint32_t>(std::fabs(number) + 0.5f) - 0x3F000000u));
    // Half of what the 13 bits that go are worth, less one where the bit before them is 0, carries when due.
    const std::uint32_t rounded = magnitude + 0xFFFu + (magnitude >> 13 & 1u);
    return std::uint16_t(sign | (rounded - 0x38000000u) >> 13);
}

}  // namespace cnn::half
