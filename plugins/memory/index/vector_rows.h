// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "index/row_kernels.h"

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace coinswarm::index {

using Row = std::uint32_t; ///< place of a vector in its VectorRows, from 0
inline constexpr Row kNoRow = 0xFFFF'FFFF;

/// Squares of a vector's length, over its first kPrefix numbers and over all.
struct Norms {
    std::int32_t prefix = 0;
    std::int32_t all = 0;
};

Norms normsOf(const std::int8_t *vector);

/// A vector that rows are compared with.
struct QueryVector {
    explicit QueryVector(const std::int8_t *vector);

    alignas(64) std::array<std::int8_t, kDimension> values;
    Norms norms;
};

/// Vectors of kDimension bytes, aligned and in large pages. Rows are appended and never change or move.
///
/// Thread: append() from one thread. Others may read, at any time, the rows that were there when they learned of them in an
/// ordered way (a lock, an atomic).
class VectorRows
{
public:
    static constexpr std::size_t kChunkRows = 16'384;
    static constexpr std::size_t kMostRows = kChunkRows * 4'096;

    /// The row's place; `vector` has kDimension numbers of −127 … 127. At most kMostRows.
    Row append(const std::int8_t *vector);
    std::size_t size() const { return m_size; }
    std::size_t bytes() const;

    const std::int8_t *row(Row row) const { return m_chunks[row / kChunkRows]->values[row % kChunkRows].data(); }
    Norms norms(Row row) const { return m_chunks[row / kChunkRows]->norms[row % kChunkRows]; }
    std::int32_t norm(Row row) const { return m_chunks[row / kChunkRows]->norms[row % kChunkRows].all; }
    void prefetchNorms(Row row) const { __builtin_prefetch(&m_chunks[row / kChunkRows]->norms[row % kChunkRows]); }
    /// Squared Euclidean distance of two rows.
    std::int32_t distance(Row a, Row b, const RowKernels &kernels) const;

private:
    struct alignas(64) Chunk {
        std::array<std::array<std::int8_t, kDimension>, kChunkRows> values;
        std::array<Norms, kChunkRows> norms;
    };
    struct FreeChunk {
        void operator()(Chunk *chunk) const;
    };

    // A table of fixed size, so that readers need not be told of its growth.
    std::unique_ptr<std::array<std::unique_ptr<Chunk, FreeChunk>, kMostRows / kChunkRows>> m_table =
        std::make_unique<std::array<std::unique_ptr<Chunk, FreeChunk>, kMostRows / kChunkRows>>();
    std::unique_ptr<Chunk, FreeChunk> *m_chunks = m_table->data();
    std::size_t m_size = 0;
};

} // namespace coinswarm::index
