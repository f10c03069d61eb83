// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "index/search_pool.h"
#include "index/vector_rows.h"

#include <cstdint>
#include <span>
#include <vector>

namespace coinswarm::index {

struct GraphShape {
    std::uint32_t m = 16; ///< links that a new row gets on each level; level 0 keeps up to twice as many. 2 … 64
    std::uint32_t efConstruction = 200; ///< how many near rows are weighed to choose them

    bool operator==(const GraphShape &) const = default;
};

/// The links of one row on one level.
struct LinkList {
    Row row = kNoRow;
    std::uint32_t level = 0;
    std::vector<Row> links;
};

/// The rows that a batch adds, and every list that changes for it. Made by planBatch(), taken by HnswGraph::commit().
struct GraphBatch {
    Row first = 0;
    std::vector<std::uint8_t> levels; ///< of the new rows
    std::vector<LinkList> lists;
};

/// A hierarchical navigable small world (Malkov and Yashunin, 2016) over the rows of a VectorRows, which must outlive it.
/// Rows join in the order of their numbers. A row's level follows from its id, so the same rows in the same batches
/// give the same graph on every machine.
///
/// Thread: search() and links() from any thread, but not while commit() or assign() runs.
class HnswGraph
{
public:
    HnswGraph(const VectorRows &rows, GraphShape shape, const RowKernels &kernels);
    ~HnswGraph();
    HnswGraph(const HnswGraph &) = delete;
    HnswGraph &operator=(const HnswGraph &) = delete;

    /// Rows in the graph: those before this number.
    Row size() const { return m_size; }
    const GraphShape &shape() const { return m_shape; }
    const VectorRows &rows() const { return m_rows; }
    const RowKernels &kernels() const { return m_kernels; }
    std::size_t bytes() const;

    /// The highest level of a row: 0 for most, each further one m times rarer.
    static std::uint8_t levelOf(std::uint64_t id, std::uint32_t m);
    std::uint8_t level(Row row) const { return m_levels[row]; }
    std::uint32_t capacity(std::uint32_t level) const { return level == 0 ? 2 * m_shape.m : m_shape.m; }
    /// The links of a row, capacity(level) of them, closed by kNoRow if there are fewer.
    const Row *links(Row row, std::uint32_t level) const;

    /// Leaves the nearest rows found in space.pool, at most `ef`.
    void search(const QueryVector &query, std::size_t ef, SearchSpace &space) const;
    /// The two halves of search(), for choosing links: down to the nearest row of a level, and from what the pool holds to
    /// the nearest rows of that level. A level that the graph does not have leaves the pool as it is.
    void descend(const QueryVector &query, std::uint32_t level, SearchSpace &space) const;
    void searchLevel(const QueryVector &query, std::uint32_t level, std::size_t ef, SearchSpace &space) const;

    void commit(const GraphBatch &batch);

    /// The graph as bytes, and back. False if they are no graph of these ids; the graph is empty then.
    void appendTo(std::vector<std::byte> &out) const;
    bool assign(std::span<const std::byte> bytes, std::span<const std::uint64_t> ids);

private:
    static constexpr std::size_t kChunkRows = VectorRows::kChunkRows;

    Row *slots(Row row, std::uint32_t level);
    void walk(const QueryVector &query, std::uint32_t level, SearchPool &pool) const;
    void addRow(std::uint8_t level);
    void clear();
    bool linksAreSound() const;

    const VectorRows &m_rows;
    GraphShape m_shape;
    const RowKernels &m_kernels;
    Row m_size = 0;
    Row m_entry = kNoRow; ///< where searches begin: a row of the highest level
    std::vector<std::uint8_t> m_levels;
    std::vector<std::uint32_t> m_upperStart; ///< of each row in m_upper, if its level is above 0
    std::vector<Row> m_upper; ///< m links for each level above 0
    std::vector<Row *> m_ground; ///< level 0 in chunks of kChunkRows rows
};

} // namespace coinswarm::index
