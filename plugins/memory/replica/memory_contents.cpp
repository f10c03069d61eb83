// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory_contents.h"

#include <algorithm>

namespace coinswarm::replica {

using index::Candidate;
using index::Nearest;
using index::QueryVector;
using index::Row;
using index::Selection;

namespace {

/// Working memory of the recalls of one thread.
struct RecallSpace {
    std::vector<std::uint64_t> words;
    index::SearchSpace search;
};

RecallSpace &recallSpace()
{
    static thread_local RecallSpace space;
    return space;
}

bool holds(index::RowBits rows, Row row)
{
    return row / 64 < rows.size() && (rows[row / 64] >> (row % 64) & 1) != 0;
}

} // namespace

std::string impossible(const MemoryItem &item)
{
    if (!item.id) {
        return "an episode needs an id above 0";
    }
    const std::string name = "episode " + std::to_string(item.id.value);
    const auto &values = item.embedding.values;
    if (std::find(values.begin(), values.end(), std::int8_t{-128}) != values.end()) {
        return name + " has an embedding with -128; features lie in -127 … 127";
    }
    if (!index::knownTags(item.tags)) {
        return name + " has a tag with a value that has no name";
    }
    return {};
}

MemoryContents::MemoryContents(const MemoryOptions &options, const index::RowKernels &kernels)
    : m_options(options), m_kernels(kernels), m_graph(m_vectors, options.shape, kernels)
{}

MemoryContents::~MemoryContents() = default;

std::size_t MemoryContents::pending() const
{
    return m_options.exact ? 0 : rows() - m_graph.size();
}

std::size_t MemoryContents::bytes() const
{
    // What a hash map and a deque take for themselves is theirs to know; this is close.
    constexpr std::size_t kMapNode = 32;
    return m_vectors.bytes() + m_ids.capacity() * sizeof(std::uint64_t) + m_tags.size() * sizeof(EpisodeTags)
        + m_rowOf.size() * kMapNode + m_tagIndex.bytes() + m_graph.bytes();
}

void MemoryContents::change(const MemoryChange &change)
{
    if (const auto *put = std::get_if<PutEpisode>(&change)) {
        this->put(put->item);
    } else {
        remove(std::get<RemoveEpisode>(change).id);
    }
}

void MemoryContents::put(const MemoryItem &item)
{
    const auto found = m_rowOf.find(item.id.value);
    if (found == m_rowOf.end()) {
        append(item);
        return;
    }
    const Row row = found->second;
    m_tagIndex.remove(row, m_tags[row]);
    if (std::equal(item.embedding.values.begin(), item.embedding.values.end(), m_vectors.row(row))) {
        m_tags[row] = item.tags;
        m_tagIndex.add(row, item.tags);
    } else {
        m_rowOf.erase(found);
        append(item);
    }
}

void MemoryContents::append(const MemoryItem &item)
{
    const Row row = m_vectors.append(item.embedding.values.data());
    m_ids.push_back(item.id.value);
    m_tags.push_back(item.tags);
    m_tagIndex.add(row, item.tags);
    m_rowOf.emplace(item.id.value, row);
}

void MemoryContents::remove(EpisodeId id)
{
    if (const auto found = m_rowOf.find(id.value); found != m_rowOf.end()) {
        m_tagIndex.remove(found->second, m_tags[found->second]);
        m_rowOf.erase(found);
    }
}

MemoryItem MemoryContents::item(Row row) const
{
    MemoryItem item{EpisodeId(m_ids[row]), {}, m_tags[row]};
    std::copy_n(m_vectors.row(row), index::kDimension, item.embedding.values.begin());
    return item;
}

std::optional<MemoryItem> MemoryContents::get(EpisodeId id) const
{
    const auto found = m_rowOf.find(id.value);
    return found == m_rowOf.end() ? std::nullopt : std::optional(item(found->second));
}

std::vector<EpisodeId> MemoryContents::ids() const
{
    std::vector<EpisodeId> ids;
    ids.reserve(episodes());
    for (const auto &[id, row] : m_rowOf) {
        ids.emplace_back(id);
    }
    std::sort(ids.begin(), ids.end());
    return ids;
}

void MemoryContents::copyItems(std::size_t begin, std::size_t most, std::vector<MemoryItem> &items) const
{
    for (std::size_t row = begin; row < std::min(begin + most, rows()); ++row) {
        const auto found = m_rowOf.find(m_ids[row]);
        if (found != m_rowOf.end() && found->second == row) {
            items.push_back(item(static_cast<Row>(row)));
        }
    }
}

std::vector<std::uint64_t> MemoryContents::pendingIds() const
{
    const auto first = m_ids.begin() + m_graph.size();
    return {first, first + static_cast<std::ptrdiff_t>(std::min(pending(), index::kBatchRows))};
}

index::GraphBatch MemoryContents::plan(std::span<const std::uint64_t> pendingIds, unsigned threads) const
{
    return index::planBatch(m_graph, pendingIds, threads);
}

void MemoryContents::commit(const index::GraphBatch &batch)
{
    m_graph.commit(batch);
}

bool MemoryContents::scanIsCheaper(std::size_t selected, std::size_t ef) const
{
    // Measured: keeping one more row on the way costs a search about as much as comparing this many rows in a scan. A search
    // has to keep the more rows on its way, the fewer of them the filter allows.
    constexpr double kRowsPerKept = 24;
    const double kept = static_cast<double>(ef) * static_cast<double>(rows()) / static_cast<double>(selected);
    return static_cast<double>(selected) <= kRowsPerKept * kept;
}

bool MemoryContents::searchGraph(const RecallQuery &query, const QueryVector &vector, const Selection &selection,
                                 std::size_t ef, Nearest &nearest) const
{
    const std::size_t kept = ef * rows() / selection.count;
    index::SearchPool &pool = recallSpace().search.pool;
    m_graph.search(vector, std::max(kept, ef), recallSpace().search);
    std::size_t found = 0;
    for (std::size_t i = 0; i < pool.size(); ++i) {
        const Row row = pool.row(i);
        // Beyond those asked for, equally near ones count, because ids decide between them.
        if (pool.distance(i) > nearest.reach()) {
            break;
        }
        if (holds(selection.rows, row)) {
            nearest.offer({pool.distance(i), m_ids[row], row});
            ++found;
        }
    }
    return found >= query.count;
}

std::vector<Neighbour> MemoryContents::recall(const RecallQuery &query) const
{
    const Selection selection = m_tagIndex.select(query.filter, recallSpace().words, m_kernels);
    if (selection.count == 0) {
        return {};
    }
    const QueryVector vector(query.embedding.values.data());
    const std::size_t ef = std::max<std::size_t>(m_options.ef, query.count + query.count / 2);
    const auto end = static_cast<Row>(rows());
    Nearest nearest(query.count);
    const bool scan = query.exact || m_options.exact || scanIsCheaper(selection.count, ef);
    // A search that finds too few was sent to where the filter allows little: then all that it allows is compared.
    const bool searched = !scan && searchGraph(query, vector, selection, ef, nearest);
    if (!searched) {
        nearest = Nearest(query.count);
    }
    index::scanRows(m_vectors, m_ids, vector, selection.rows, searched ? m_graph.size() : 0, end, nearest, m_kernels);
    std::vector<Neighbour> neighbours;
    for (const Candidate &candidate : nearest.take()) {
        neighbours.push_back({EpisodeId(candidate.id), candidate.distance, m_tags[candidate.row]});
    }
    return neighbours;
}

} // namespace coinswarm::replica
