// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "index/vector_rows.h"

#include "index/large_pages.h"

#include <cstring>
#include <new>

namespace coinswarm::index {

Norms normsOf(const std::int8_t *vector)
{
    Norms norms;
    for (std::size_t i = 0; i < kDimension; ++i) {
        if (i == kPrefix) {
            norms.prefix = norms.all;
        }
        norms.all += std::int32_t{vector[i]} * vector[i];
    }
    return norms;
}

QueryVector::QueryVector(const std::int8_t *vector) : norms(normsOf(vector))
{
    std::memcpy(values.data(), vector, kDimension);
}

void VectorRows::FreeChunk::operator()(Chunk *chunk) const
{
    freeLargePages(chunk);
}

Row VectorRows::append(const std::int8_t *vector)
{
    const std::size_t chunk = m_size / kChunkRows;
    if (m_size >= kMostRows) {
        throw std::bad_alloc();
    }
    if (!m_chunks[chunk]) {
        m_chunks[chunk].reset(static_cast<Chunk *>(allocateLargePages(sizeof(Chunk))));
    }
    std::memcpy(m_chunks[chunk]->values[m_size % kChunkRows].data(), vector, kDimension);
    m_chunks[chunk]->norms[m_size % kChunkRows] = normsOf(vector);
    return static_cast<Row>(m_size++);
}

std::size_t VectorRows::bytes() const
{
    return (m_size + kChunkRows - 1) / kChunkRows * sizeof(Chunk);
}

std::int32_t VectorRows::distance(Row a, Row b, const RowKernels &kernels) const
{
    const std::int8_t *other = row(b);
    std::int32_t dot = 0;
    kernels.dots(row(a), &other, 1, &dot);
    return norm(a) + norm(b) - 2 * dot;
}

} // namespace coinswarm::index
