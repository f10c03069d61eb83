// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "index/hnsw_graph.h"

#include <cstdint>
#include <span>
#include <vector>

namespace coinswarm::index {

struct FloatNeighbour {
    float distance = 0; ///< squared
    std::uint64_t id = 0;

    bool operator==(const FloatNeighbour &) const = default;
};

/// Nearest neighbours among vectors of kDimension floats. The graph works on bytes that the floats are rounded to; the best it
/// finds are compared again as floats. The same answer on every machine, to the last bit.
///
/// Thread: search() from any thread once built.
class FloatIndex
{
public:
    /// `vectors` holds kDimension finite floats for each vector; the first gets id 1. They are copied.
    FloatIndex(std::span<const float> vectors, GraphShape shape, unsigned threads, const RowKernels &kernels);

    /// At most `count`, nearest first, equally near ones by id. `ef` as in HnswGraph::search(), at least `count`.
    std::vector<FloatNeighbour> search(const float *query, std::size_t count, std::size_t ef, SearchSpace &space) const;
    /// Compares all floats.
    std::vector<FloatNeighbour> searchExactly(const float *query, std::size_t count) const;

    const VectorRows &rows() const { return m_rows; }
    const HnswGraph &graph() const { return m_graph; }
    /// What the floats are rounded to.
    std::vector<std::int8_t> rounded(const float *vector) const;

private:
    const RowKernels &m_kernels;
    std::vector<float> m_floats;
    float m_scale; ///< so that the largest number becomes 127
    VectorRows m_rows;
    HnswGraph m_graph;
};

} // namespace coinswarm::index
