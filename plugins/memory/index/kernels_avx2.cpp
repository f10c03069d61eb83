// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "index/kernel_sets.h"

#ifdef COINSWARM_X86_KERNELS

#include <immintrin.h>

#define COINSWARM_AVX2 __attribute__((target("avx2,popcnt")))

namespace coinswarm::index {

namespace {

COINSWARM_AVX2 inline __m256i load(const std::int8_t *p)
{
    return _mm256_loadu_si256(reinterpret_cast<const __m256i *>(p));
}

// maddubs multiplies unsigned by signed bytes, so the query gives its magnitude and the row takes the query's sign. Pairs of
// products are at most 2 · 127 · 127 = 32,258, which 16 bits hold: nothing saturates as long as no number is −128.
COINSWARM_AVX2 inline __m256i products(__m256i query, __m256i magnitude, __m256i row)
{
    const __m256i pairs = _mm256_maddubs_epi16(magnitude, _mm256_sign_epi8(row, query));
    return _mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
}

COINSWARM_AVX2 inline std::int32_t total(__m256i sums)
{
    __m128i four = _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
    four = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0x4E));
    four = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0xB1));
    return _mm_cvtsi128_si32(four);
}

template <std::size_t kBegin, std::size_t kEnd>
COINSWARM_AVX2 inline std::int32_t dotOf(const std::int8_t *query, const std::int8_t *row)
{
    __m256i sum = _mm256_setzero_si256();
    for (std::size_t i = kBegin; i < kEnd; i += 32) {
        const __m256i q = load(query + i);
        sum = _mm256_add_epi32(sum, products(q, _mm256_abs_epi8(q), load(row + i)));
    }
    return total(sum);
}

COINSWARM_AVX2 void dots(const std::int8_t *query, const std::int8_t *const *rows, std::size_t count, std::int32_t *out)
{
    std::size_t at = 0;
    // Two rows share the loads of the query.
    for (; at + 2 <= count; at += 2) {
        __m256i first = _mm256_setzero_si256();
        __m256i second = _mm256_setzero_si256();
        for (std::size_t i = 0; i < kDimension; i += 32) {
            const __m256i q = load(query + i);
            const __m256i magnitude = _mm256_abs_epi8(q);
            first = _mm256_add_epi32(first, products(q, magnitude, load(rows[at] + i)));
            second = _mm256_add_epi32(second, products(q, magnitude, load(rows[at + 1] + i)));
        }
        out[at] = total(first);
        out[at + 1] = total(second);
    }
    if (at < count) {
        out[at] = dotOf<0, kDimension>(query, rows[at]);
    }
}

COINSWARM_AVX2 std::int32_t prefixDot(const std::int8_t *query, const std::int8_t *row)
{
    return dotOf<0, kPrefix>(query, row);
}

COINSWARM_AVX2 std::int32_t restDot(const std::int8_t *query, const std::int8_t *row)
{
    return dotOf<kPrefix, kDimension>(query, row);
}

// No fused multiply-add: it rounds once where the portable loop rounds twice.
COINSWARM_AVX2 float squaredFloats(const float *a, const float *b)
{
    __m256 low = _mm256_setzero_ps();
    __m256 high = _mm256_setzero_ps();
    for (std::size_t i = 0; i < kDimension; i += 16) {
        const __m256 first = _mm256_sub_ps(_mm256_loadu_ps(a + i), _mm256_loadu_ps(b + i));
        const __m256 second = _mm256_sub_ps(_mm256_loadu_ps(a + i + 8), _mm256_loadu_ps(b + i + 8));
        low = _mm256_add_ps(low, _mm256_mul_ps(first, first));
        high = _mm256_add_ps(high, _mm256_mul_ps(second, second));
    }
    const __m256 eight = _mm256_add_ps(low, high);
    const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
}

COINSWARM_AVX2 void intersect(std::uint64_t *into, const std::uint64_t *with, std::size_t words)
{
    std::size_t i = 0;
    for (; i + 4 <= words; i += 4) {
        auto *target = reinterpret_cast<__m256i *>(into + i);
        const __m256i other = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(with + i));
        _mm256_storeu_si256(target, _mm256_and_si256(_mm256_loadu_si256(target), other));
    }
    for (; i < words; ++i) {
        into[i] &= with[i];
    }
}

COINSWARM_AVX2 std::size_t countBits(const std::uint64_t *bits, std::size_t words)
{
    std::size_t count = 0;
    for (std::size_t i = 0; i < words; ++i) {
        count += static_cast<std::size_t>(_mm_popcnt_u64(bits[i]));
    }
    return count;
}

} // namespace

const RowKernels kAvx2Kernels{"avx2", dots, prefixDot, restDot, squaredFloats, intersect, countBits};

} // namespace coinswarm::index

#endif
