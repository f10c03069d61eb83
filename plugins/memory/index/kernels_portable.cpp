// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "index/kernel_sets.h"

#include <array>
#include <bit>

namespace coinswarm::index {

namespace {

std::int32_t dotOf(const std::int8_t *a, const std::int8_t *b, std::size_t count)
{
    // Four sums that do not wait for each other: every compiler finds the vectors of the base instruction set in them.
    std::array<std::int32_t, 4> sums{};
    for (std::size_t i = 0; i < count; i += 4) {
        for (std::size_t lane = 0; lane < 4; ++lane) {
            sums[lane] += std::int32_t{a[i + lane]} * b[i + lane];
        }
    }
    return sums[0] + sums[1] + sums[2] + sums[3];
}

void dots(const std::int8_t *query, const std::int8_t *const *rows, std::size_t count, std::int32_t *out)
{
    for (std::size_t i = 0; i < count; ++i) {
        out[i] = dotOf(query, rows[i], kDimension);
    }
}

std::int32_t prefixDot(const std::int8_t *query, const std::int8_t *row)
{
    return dotOf(query, row, kPrefix);
}

std::int32_t restDot(const std::int8_t *query, const std::int8_t *row)
{
    return dotOf(query + kPrefix, row + kPrefix, kDimension - kPrefix);
}

float squaredFloats(const float *a, const float *b)
{
    constexpr std::size_t kLanes = 16;
    std::array<float, kLanes> sums{};
    for (std::size_t i = 0; i < kDimension; i += kLanes) {
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
            const float difference = a[i + lane] - b[i + lane];
            sums[lane] += difference * difference;
        }
    }
    for (std::size_t half = kLanes / 2; half > 0; half /= 2) {
        for (std::size_t lane = 0; lane < half; ++lane) {
            sums[lane] += sums[lane + half];
        }
    }
    return sums[0];
}

void intersect(std::uint64_t *into, const std::uint64_t *with, std::size_t words)
{
    for (std::size_t i = 0; i < words; ++i) {
        into[i] &= with[i];
    }
}

std::size_t countBits(const std::uint64_t *bits, std::size_t words)
{
    std::size_t count = 0;
    for (std::size_t i = 0; i < words; ++i) {
        count += static_cast<std::size_t>(std::popcount(bits[i]));
    }
    return count;
}

} // namespace

const RowKernels kPortableKernels{"portable", dots, prefixDot, restDot, squaredFloats, intersect, countBits};

} // namespace coinswarm::index
