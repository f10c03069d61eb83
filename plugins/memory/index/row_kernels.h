// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/embedding.h>

#include <cstddef>
#include <cstdint>
#include <span>

namespace coinswarm::index {

/// Numbers of a row. Each lies in −127 … 127: −128 has no counterpart, and the kernels rely on that.
inline constexpr std::size_t kDimension = kEmbeddingSize;
/// The first numbers of a row, which a scan looks at to turn most rows down.
inline constexpr std::size_t kPrefix = 128;

/// The loops that a search spends its time in, written once per instruction set. All sets give the same integers and
/// the same floats, bit for bit.
///
/// Thread: pure functions.
struct RowKernels {
    const char *name; ///< "avx512-vnni", "avx2", "portable"
    /// out[i] = query · rows[i] over all numbers.
    void (*dots)(const std::int8_t *query, const std::int8_t *const *rows, std::size_t count, std::int32_t *out);
    /// query · row over the first kPrefix numbers.
    std::int32_t (*prefixDot)(const std::int8_t *query, const std::int8_t *row);
    /// query · row over the numbers behind the first kPrefix.
    std::int32_t (*restDot)(const std::int8_t *query, const std::int8_t *row);
    /// Squared Euclidean distance of kDimension floats: sixteen lanes, each summed in order, then folded in halves.
    float (*squaredFloats)(const float *a, const float *b);
    /// into[i] &= with[i].
    void (*intersect)(std::uint64_t *into, const std::uint64_t *with, std::size_t words);
    std::size_t (*countBits)(const std::uint64_t *bits, std::size_t words);
};

/// The fastest set that this processor has.
const RowKernels &rowKernels();
/// Every set that this processor has, fastest first; "portable" is always the last.
std::span<const RowKernels *const> availableKernels();

} // namespace coinswarm::index
