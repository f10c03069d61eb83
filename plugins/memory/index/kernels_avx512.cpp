// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "index/kernel_sets.h"

#ifdef COINSWARM_X86_KERNELS

// GCC 12 takes the undefined halves inside its own intrinsics for mistakes (GCC bug 105593).
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif

#include <immintrin.h>

#define COINSWARM_AVX512 __attribute__((target("avx512f,avx512bw,avx512vnni,avx2,popcnt")))

namespace coinswarm::index {

namespace {

COINSWARM_AVX512 inline __m512i load(const std::int8_t *p)
{
    return _mm512_loadu_si512(p);
}

// vpdpbusd multiplies unsigned by signed bytes. Flipping a row's top bit adds 128 to each of its numbers; what that adds to
// the product, 128 · Σ query, is taken off again.
template <std::size_t kBegin, std::size_t kEnd>
COINSWARM_AVX512 inline std::int32_t offsetOf(const std::int8_t *query)
{
    const __m512i ones = _mm512_set1_epi8(1);
    __m512i sum = _mm512_setzero_si512();
    for (std::size_t i = kBegin; i < kEnd; i += 64) {
        sum = _mm512_dpbusd_epi32(sum, ones, load(query + i));
    }
    return 128 * _mm512_reduce_add_epi32(sum);
}

template <std::size_t kBegin, std::size_t kEnd>
COINSWARM_AVX512 inline std::int32_t raisedDot(const std::int8_t *query, const std::int8_t *row)
{
    const __m512i top = _mm512_set1_epi8(static_cast<char>(0x80));
    __m512i sum = _mm512_setzero_si512();
    for (std::size_t i = kBegin; i < kEnd; i += 64) {
        sum = _mm512_dpbusd_epi32(sum, _mm512_xor_si512(load(row + i), top), load(query + i));
    }
    return _mm512_reduce_add_epi32(sum);
}

COINSWARM_AVX512 void dots(const std::int8_t *query, const std::int8_t *const *rows, std::size_t count,
                           std::int32_t *out)
{
    const std::int32_t offset = offsetOf<0, kDimension>(query);
    for (std::size_t i = 0; i < count; ++i) {
        out[i] = raisedDot<0, kDimension>(query, rows[i]) - offset;
    }
}

COINSWARM_AVX512 std::int32_t prefixDot(const std::int8_t *query, const std::int8_t *row)
{
    return raisedDot<0, kPrefix>(query, row) - offsetOf<0, kPrefix>(query);
}

COINSWARM_AVX512 std::int32_t restDot(const std::int8_t *query, const std::int8_t *row)
{
    return raisedDot<kPrefix, kDimension>(query, row) - offsetOf<kPrefix, kDimension>(query);
}

// No fused multiply-add, and the halves folded as everywhere: the sum is the portable loop's.
COINSWARM_AVX512 float squaredFloats(const float *a, const float *b)
{
    __m512 sixteen = _mm512_setzero_ps();
    for (std::size_t i = 0; i < kDimension; i += 16) {
        const __m512 difference = _mm512_sub_ps(_mm512_loadu_ps(a + i), _mm512_loadu_ps(b + i));
        sixteen = _mm512_add_ps(sixteen, _mm512_mul_ps(difference, difference));
    }
    const __m256 high = _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(sixteen), 1));
    const __m256 eight = _mm256_add_ps(_mm512_castps512_ps256(sixteen), high);
    const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
}

COINSWARM_AVX512 void intersect(std::uint64_t *into, const std::uint64_t *with, std::size_t words)
{
    std::size_t i = 0;
    for (; i + 8 <= words; i += 8) {
        _mm512_storeu_si512(into + i, _mm512_and_si512(_mm512_loadu_si512(into + i), _mm512_loadu_si512(with + i)));
    }
    for (; i < words; ++i) {
        into[i] &= with[i];
    }
}

COINSWARM_AVX512 std::size_t countBits(const std::uint64_t *bits, std::size_t words)
{
    std::size_t count = 0;
    for (std::size_t i = 0; i < words; ++i) {
        count += static_cast<std::size_t>(_mm_popcnt_u64(bits[i]));
    }
    return count;
}

} // namespace

const RowKernels kAvx512Kernels{"avx512-vnni", dots, prefixDot, restDot, squaredFloats, intersect, countBits};

} // namespace coinswarm::index

#endif
