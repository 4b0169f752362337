#pragma once
/// @file  As many numbers as one register holds, and the few things a CNN does with them.
///
/// GCC, Clang, Apple Clang and Emscripten all lower `vector_size` to their own machine's vectors, so
/// this is the only file that knows how wide the machine is.  All of it must be inlined: a `vec` never
/// crosses a call.
#include <cstring>
#include <utility>
#if defined(__AVX512F__)
#include <immintrin.h>
#endif

#include "common/base/shape.hpp"

namespace cnn::simd {

#if defined(__AVX512F__)
inline constexpr int bytes = 64, registers = 32;
#elif defined(__AVX__)
inline constexpr int bytes = 32, registers = 16;
#elif defined(__aarch64__)
inline constexpr int bytes = 16, registers = 32;
#else  // SSE2, WebAssembly
inline constexpr int bytes = 16, registers = 16;
#endif
inline constexpr int lanes = bytes / int(sizeof(real));

struct vec {
    using raw = real __attribute__((vector_size(bytes)));
    raw v;

    static vec broadcast(real x) { return {x - raw{}}; }
    static vec load(const real* from) {
        vec r;
        std::memcpy(&r.v, from, sizeof r.v);
        return r;
    }
    void store(real* to) const { std::memcpy(to, &v, sizeof v); }
    /// Past the caches, to a place that is a multiple of `bytes`: for what is too large to be near when it is
    /// read.  Other threads see it after `streamed`.
    void store_nontemporal(real* to) const {
#if defined(__AVX512F__)
        _mm512_stream_si512(reinterpret_cast<__m512i*>(to), __m512i(v));
#else
        store(to);
#endif
    }

    /// The first `count` lanes only; the others are zero, and their memory is not touched.
    static vec load_first(int count, const real* from) {
        vec r{};
        for (int i = 0; i < lanes; ++i)
            if (i < count) r.v[i] = from[i];
        return r;
    }
    void store_first(int count, real* to) const {
        for (int i = 0; i < lanes; ++i)
            if (i < count) to[i] = v[i];
    }

    friend vec operator+(vec a, vec b) { return {a.v + b.v}; }
    friend vec operator-(vec a, vec b) { return {a.v - b.v}; }
    friend vec operator*(vec a, vec b) { return {a.v * b.v}; }
};

/// Waits until what this thread streamed has arrived.
inline void store_fence() {
#if defined(__AVX512F__)
    _mm_sfence();
#endif
}

/// Tells the compiler nothing of where a pointer came from, so that it keeps it in a register of its own.
inline void hide_origin(const real*& pointer) { asm("" : "+r"(pointer)); }

// [fma]
/// a*b + c.  One expression on purpose: both compilers then fuse it into one instruction.
inline vec fma(real a, vec b, vec c) { return {a * b.v + c.v}; }
inline vec fma(vec a, vec b, vec c) { return {a.v * b.v + c.v}; }
// [fma]
/// The larger of each lane; a NaN in `a` stays a NaN.
inline vec max(vec a, vec b) {
#if defined(__AVX512F__)  // one instruction, of which GCC makes two here
    if constexpr (sizeof(real) == 4)
        return {vec::raw(_mm512_maskz_max_ps(__mmask16(-1), __m512(b.v), __m512(a.v)))};
    else
        return {vec::raw(_mm512_maskz_max_pd(__mmask8(-1), __m512d(b.v), __m512d(a.v)))};
#else
    return {a.v < b.v ? b.v : a.v};
#endif
}
/// The larger of each lane; a NaN in either stays a NaN: each order keeps one of the two, `or` keeps both.
inline vec maximum(vec a, vec b) {
    using bits = decltype(a.v < b.v);
    return {vec::raw(bits(max(a, b).v) | bits(max(b, a).v))};
}
/// The smaller of each lane; a NaN in `a` stays a NaN.
inline vec min(vec a, vec b) { return {b.v < a.v ? b.v : a.v}; }
/// Lanes in groups of `size`: each takes the number at place k of its group.
template <int size, int k>
inline vec spread(vec a) {
    return [&]<int... lane>(std::integer_sequence<int, lane...>) {
        return vec{__builtin_shufflevector(a.v, a.v, (lane / size * size + k)...)};
    }
    (std::make_integer_sequence<int, lanes>{});
}
/// A square of numbers, each vector a row, turned about its diagonal.
inline void transpose(vec (&row)[lanes]) {
    // Quarters of squares of 2, 4, ... numbers change places: the upper right with the lower left.
    const auto swap = [&]<int half, int... lane>(std::integer_sequence<int, half>,
                                                 std::integer_sequence<int, lane...>) {
        if constexpr (half < lanes)
            for (int i = 0; i < lanes; ++i) {
                if ((i & half) != 0) continue;
                const vec::raw a = row[i].v, b = row[i + half].v;
                row[i].v =
                    __builtin_shufflevector(a, b, ((lane & half) == 0 ? lane : lanes + lane - half)...);
                row[i + half].v =
                    __builtin_shufflevector(a, b, ((lane & half) == 0 ? lane + half : lanes + lane)...);
            }
    };
    const auto all = std::make_integer_sequence<int, lanes>{};
    swap(std::integer_sequence<int, 1>{}, all);
    swap(std::integer_sequence<int, 2>{}, all);
    swap(std::integer_sequence<int, 4>{}, all);
    swap(std::integer_sequence<int, 8>{}, all);
}

/// Each number `times` times, without the first `skipped`: lane i takes number (skipped + i) / times.
template <int times, int skipped>
inline vec repeat(vec a) {
    return [&]<int... lane>(std::integer_sequence<int, lane...>) {
        return vec{__builtin_shufflevector(a.v, a.v, ((skipped + lane) / times)...)};
    }
    (std::make_integer_sequence<int, lanes>{});
}
inline real sum(vec a) {
    real s = 0;
    for (int i = 0; i < lanes; ++i) s += a.v[i];
    return s;
}

}  // namespace cnn::simd
