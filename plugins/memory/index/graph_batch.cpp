// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "index/graph_batch.h"

#include "index/parallel.h"

#include <algorithm>
#include <tuple>

namespace coinswarm::index {

namespace {

struct Near {
    std::int32_t distance = 0;
    Row row = kNoRow;

    friend bool operator<(const Near &a, const Near &b)
    {
        return std::tie(a.distance, a.row) < std::tie(b.distance, b.row);
    }
};

/// A link that a new row asks another row to return.
struct Return {
    std::uint32_t level = 0;
    Row row = kNoRow;
    Row from = kNoRow;

    friend bool operator<(const Return &a, const Return &b)
    {
        return std::tie(a.level, a.row, a.from) < std::tie(b.level, b.row, b.from);
    }
};

class BatchPlan
{
public:
    BatchPlan(const HnswGraph &graph, std::span<const std::uint64_t> ids)
        : m_graph(graph), m_rows(graph.rows()), m_kernels(graph.kernels()), m_first(graph.size())
    {
        m_batch.first = m_first;
        for (const std::uint64_t id : ids) {
            m_batch.levels.push_back(HnswGraph::levelOf(id, graph.shape().m));
        }
        m_chosen.resize(ids.size());
    }

    GraphBatch run(unsigned threads)
    {
        forEach(m_chosen.size(), threads, [this](std::size_t i) { choose(i); });
        collectReturns();
        m_batch.lists.resize(m_groups.size());
        forEach(m_groups.size(), threads, [this](std::size_t i) { m_batch.lists[i] = returned(i); });
        addUntouched();
        return std::move(m_batch);
    }

private:
    /// The links of a new row, level by level.
    void choose(std::size_t at)
    {
        const Row self = m_first + static_cast<Row>(at);
        const QueryVector query(m_rows.row(self));
        static thread_local SearchSpace space;
        const std::uint32_t top = m_batch.levels[at];
        m_chosen[at].resize(top + 1);
        m_graph.descend(query, top, space);
        for (std::uint32_t level = top + 1; level-- > 0;) {
            m_graph.searchLevel(query, level, m_graph.shape().efConstruction, space);
            std::vector<Near> candidates;
            for (std::size_t i = 0; i < space.pool.size(); ++i) {
                // Above the graph's own levels the search has only the entry to offer, which is not there either.
                if (m_graph.level(space.pool.row(i)) >= level) {
                    candidates.push_back({space.pool.distance(i), space.pool.row(i)});
                }
            }
            addMates(at, level, candidates);
            m_chosen[at][level] = spread(std::move(candidates), m_graph.shape().m);
        }
    }

    /// Rows of the same batch that came before.
    void addMates(std::size_t at, std::uint32_t level, std::vector<Near> &candidates) const
    {
        const Row self = m_first + static_cast<Row>(at);
        for (std::size_t mate = 0; mate < at; ++mate) {
            if (m_batch.levels[mate] >= level) {
                const Row row = m_first + static_cast<Row>(mate);
                candidates.push_back({m_rows.distance(self, row, m_kernels), row});
            }
        }
        std::sort(candidates.begin(), candidates.end());
        candidates.resize(std::min<std::size_t>(candidates.size(), m_graph.shape().efConstruction));
    }

    /// At most `most` of the candidates, nearest first, without those that lie nearer to one taken already: they can be
    /// reached through it.
    std::vector<Row> spread(std::vector<Near> candidates, std::size_t most) const
    {
        std::sort(candidates.begin(), candidates.end());
        std::vector<Row> taken;
        for (const Near &candidate : candidates) {
            if (taken.size() == most) {
                break;
            }
            const bool covered = std::any_of(taken.begin(), taken.end(), [&](Row other) {
                return m_rows.distance(candidate.row, other, m_kernels) < candidate.distance;
            });
            if (!covered) {
                taken.push_back(candidate.row);
            }
        }
        return taken;
    }

    void collectReturns()
    {
        for (std::size_t at = 0; at < m_chosen.size(); ++at) {
            for (std::uint32_t level = 0; level < m_chosen[at].size(); ++level) {
                for (const Row row : m_chosen[at][level]) {
                    m_returns.push_back({level, row, m_first + static_cast<Row>(at)});
                }
            }
        }
        std::sort(m_returns.begin(), m_returns.end());
        for (std::size_t i = 0; i < m_returns.size(); ++i) {
            if (i == 0 || m_returns[i].level != m_returns[i - 1].level || m_returns[i].row != m_returns[i - 1].row) {
                m_groups.push_back(i);
            }
        }
    }

    std::vector<Row> present(Row row, std::uint32_t level) const
    {
        if (row >= m_first) {
            return m_chosen[row - m_first][level];
        }
        const Row *begin = m_graph.links(row, level);
        const Row *end = begin + m_graph.capacity(level);
        return {begin, std::find(begin, end, kNoRow)};
    }

    /// The list of a row that new rows link to, with links back to them.
    LinkList returned(std::size_t group) const
    {
        const std::size_t begin = m_groups[group];
        const std::size_t end = group + 1 < m_groups.size() ? m_groups[group + 1] : m_returns.size();
        const auto [level, row, from] = m_returns[begin];
        LinkList list{row, level, present(row, level)};
        for (std::size_t i = begin; i < end; ++i) {
            list.links.push_back(m_returns[i].from);
        }
        if (list.links.size() > m_graph.capacity(level)) {
            std::vector<Near> candidates;
            for (const Row link : list.links) {
                candidates.push_back({m_rows.distance(row, link, m_kernels), link});
            }
            list.links = spread(std::move(candidates), m_graph.capacity(level));
        }
        return list;
    }

    /// The lists of new rows that nobody linked to.
    void addUntouched()
    {
        const auto touched = [this](std::uint32_t level, Row row) {
            const auto found = std::lower_bound(m_returns.begin(), m_returns.end(), Return{level, row, 0});
            return found != m_returns.end() && found->level == level && found->row == row;
        };
        for (std::size_t at = 0; at < m_chosen.size(); ++at) {
            for (std::uint32_t level = 0; level < m_chosen[at].size(); ++level) {
                const Row row = m_first + static_cast<Row>(at);
                if (!touched(level, row)) {
                    m_batch.lists.push_back({row, level, m_chosen[at][level]});
                }
            }
        }
    }

    const HnswGraph &m_graph;
    const VectorRows &m_rows;
    const RowKernels &m_kernels;
    Row m_first;
    GraphBatch m_batch;
    std::vector<std::vector<std::vector<Row>>> m_chosen; ///< of each new row, by level
    std::vector<Return> m_returns;
    std::vector<std::size_t> m_groups; ///< where in m_returns each (level, row) begins
};

} // namespace

GraphBatch planBatch(const HnswGraph &graph, std::span<const std::uint64_t> ids, unsigned threads)
{
    return BatchPlan(graph, ids).run(threads);
}

} // namespace coinswarm::index
