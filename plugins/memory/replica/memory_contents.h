// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "index/graph_batch.h"
#include "index/tag_index.h"
#include "memory_options.h"

#include <coinswarm/hot_memory.h>

#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

namespace coinswarm::replica {

/// Episodes with everything that finds them: vectors, tags, the graph. A replaced or removed embedding stays behind as a dead
/// row, through which searches may pass, until the contents are copied.
///
/// Thread: not synchronised, with one exception: pending rows may be planned while put() and remove() run.
class MemoryContents
{
public:
    MemoryContents(const MemoryOptions &options, const index::RowKernels &kernels);
    ~MemoryContents();

    std::size_t episodes() const { return m_rowOf.size(); }
    std::size_t rows() const { return m_ids.size(); }
    std::size_t deadRows() const { return rows() - episodes(); }
    /// Rows that the graph does not have yet; recalls compare them one by one.
    std::size_t pending() const;
    std::size_t bytes() const;

    /// An item to put is a possible one: see impossible(). Removing what is not there changes nothing.
    void change(const MemoryChange &change);
    void put(const MemoryItem &item);
    void remove(EpisodeId id);
    std::optional<MemoryItem> get(EpisodeId id) const;
    /// Of all that is held, ascending.
    std::vector<EpisodeId> ids() const;
    std::vector<Neighbour> recall(const RecallQuery &query) const;

    /// The ids of the next rows for the graph, at most kBatchRows.
    std::vector<std::uint64_t> pendingIds() const;
    index::GraphBatch plan(std::span<const std::uint64_t> pendingIds, unsigned threads) const;
    void commit(const index::GraphBatch &batch);

    /// Appends the episodes of up to `most` rows from `begin` on.
    void copyItems(std::size_t begin, std::size_t most, std::vector<MemoryItem> &items) const;

private:
    friend class ReplicaSnapshot;

    MemoryItem item(index::Row row) const;
    void append(const MemoryItem &item);
    bool scanIsCheaper(std::size_t selected, std::size_t ef) const;
    bool searchGraph(const RecallQuery &query, const index::QueryVector &vector, const index::Selection &selection,
                     std::size_t ef, index::Nearest &nearest) const;

    MemoryOptions m_options;
    const index::RowKernels &m_kernels;
    index::VectorRows m_vectors;
    std::vector<std::uint64_t> m_ids; ///< by row
    std::deque<EpisodeTags> m_tags; ///< by row
    std::unordered_map<std::uint64_t, index::Row> m_rowOf; ///< of the living; looked up only
    index::TagIndex m_tagIndex;
    index::HnswGraph m_graph;
};

/// Why an item cannot be held; empty if it can.
std::string impossible(const MemoryItem &item);

} // namespace coinswarm::replica
