// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "index/hnsw_graph.h"

#include "index/large_pages.h"

#include <algorithm>
#include <array>

namespace coinswarm::index {

namespace {

constexpr std::uint8_t kMostLevels = 15;
constexpr std::size_t kMostLinks = 128; ///< GraphShape::m is at most 64

// Steele, Lea and Flood's SplitMix64: consecutive ids give unrelated numbers.
std::uint64_t mixed(std::uint64_t value)
{
    value += 0x9E37'79B9'7F4A'7C15;
    value = (value ^ (value >> 30)) * 0xBF58'476D'1CE4'E5B9;
    value = (value ^ (value >> 27)) * 0x94D0'49BB'1331'11EB;
    return value ^ (value >> 31);
}

inline void prefetchRow(const std::int8_t *values)
{
    for (std::size_t i = 0; i < kDimension; i += 64) {
        __builtin_prefetch(values + i);
    }
}

} // namespace

HnswGraph::HnswGraph(const VectorRows &rows, GraphShape shape, const RowKernels &kernels)
    : m_rows(rows), m_shape(shape), m_kernels(kernels)
{}

HnswGraph::~HnswGraph()
{
    clear();
}

void HnswGraph::clear()
{
    for (Row *chunk : m_ground) {
        freeLargePages(chunk);
    }
    m_ground.clear();
    m_levels.clear();
    m_upperStart.clear();
    m_upper.clear();
    m_size = 0;
    m_entry = kNoRow;
}

std::size_t HnswGraph::bytes() const
{
    return m_ground.size() * kChunkRows * capacity(0) * sizeof(Row) + m_levels.capacity()
        + m_upperStart.capacity() * sizeof(std::uint32_t) + m_upper.capacity() * sizeof(Row);
}

std::uint8_t HnswGraph::levelOf(std::uint64_t id, std::uint32_t m)
{
    std::uint8_t level = 0;
    for (std::uint64_t hash = mixed(id); hash % m == 0 && level < kMostLevels; hash = mixed(hash)) {
        ++level;
    }
    return level;
}

const Row *HnswGraph::links(Row row, std::uint32_t level) const
{
    return level == 0 ? m_ground[row / kChunkRows] + row % kChunkRows * std::size_t{capacity(0)}
                      : m_upper.data() + m_upperStart[row] + std::size_t{level - 1} * m_shape.m;
}

Row *HnswGraph::slots(Row row, std::uint32_t level)
{
    return const_cast<Row *>(links(row, level));
}

void HnswGraph::descend(const QueryVector &query, std::uint32_t level, SearchSpace &space) const
{
    space.pool.reset(1);
    if (m_entry == kNoRow) {
        return;
    }
    const std::int8_t *values = m_rows.row(m_entry);
    std::int32_t dot = 0;
    m_kernels.dots(query.values.data(), &values, 1, &dot);
    space.pool.insert(query.norms.all + m_rows.norm(m_entry) - 2 * dot, m_entry);
    for (std::uint32_t above = m_levels[m_entry]; above > level; --above) {
        walk(query, above, space.pool);
    }
}

/// Goes from link to link as long as it gets nearer. On these levels it is a few steps, not worth noting what was seen.
void HnswGraph::walk(const QueryVector &query, std::uint32_t level, SearchPool &pool) const
{
    std::array<const std::int8_t *, kMostLinks> values;
    std::array<std::int32_t, kMostLinks> dots;
    for (Row before = kNoRow; before != pool.row(0);) {
        before = pool.row(0);
        const Row *list = links(before, level);
        std::size_t count = 0;
        for (; count < capacity(level) && list[count] != kNoRow; ++count) {
            values[count] = m_rows.row(list[count]);
            prefetchRow(values[count]);
        }
        m_kernels.dots(query.values.data(), values.data(), count, dots.data());
        for (std::size_t i = 0; i < count; ++i) {
            const std::int32_t distance = query.norms.all + m_rows.norm(list[i]) - 2 * dots[i];
            if (distance < pool.reach()) {
                pool.insert(distance, list[i]);
            }
        }
    }
}

void HnswGraph::searchLevel(const QueryVector &query, std::uint32_t level, std::size_t ef, SearchSpace &space) const
{
    if (m_entry == kNoRow || level > m_levels[m_entry]) {
        return;
    }
    SearchPool &pool = space.pool;
    space.reset(m_size);
    pool.forgetFollowed();
    pool.setCapacity(ef);
    for (std::size_t i = 0; i < pool.size(); ++i) {
        space.see(pool.row(i));
    }
    const std::uint32_t most = capacity(level);
    std::array<Row, kMostLinks> found;
    std::array<const std::int8_t *, kMostLinks> values;
    std::array<std::int32_t, kMostLinks> dots;
    for (std::size_t next = 0; next < pool.size();) {
        if (pool.followed(next)) {
            ++next;
            continue;
        }
        pool.setFollowed(next);
        const Row *list = links(pool.row(next), level);
        std::size_t count = 0;
        for (std::uint32_t i = 0; i < most && list[i] != kNoRow; ++i) {
            if (space.see(list[i])) {
                found[count] = list[i];
                values[count] = m_rows.row(list[i]);
                prefetchRow(values[count]);
                m_rows.prefetchNorms(list[i]);
                ++count;
            }
        }
        // The list that is most likely to be next comes from memory while this one is compared.
        if (next + 1 < pool.size()) {
            __builtin_prefetch(links(pool.row(next + 1), level));
            __builtin_prefetch(links(pool.row(next + 1), level) + 16);
        }
        m_kernels.dots(query.values.data(), values.data(), count, dots.data());
        std::size_t nearestNew = next + 1;
        for (std::size_t i = 0; i < count; ++i) {
            const std::int32_t distance = query.norms.all + m_rows.norm(found[i]) - 2 * dots[i];
            if (distance <= pool.reach()) {
                nearestNew = std::min(nearestNew, pool.insert(distance, found[i]));
            }
        }
        next = nearestNew;
    }
}

void HnswGraph::search(const QueryVector &query, std::size_t ef, SearchSpace &space) const
{
    descend(query, 0, space);
    searchLevel(query, 0, ef, space);
}

void HnswGraph::addRow(std::uint8_t level)
{
    if (m_size % kChunkRows == 0) {
        const std::size_t slotCount = kChunkRows * std::size_t{capacity(0)};
        m_ground.push_back(static_cast<Row *>(allocateLargePages(slotCount * sizeof(Row))));
        std::fill_n(m_ground.back(), slotCount, kNoRow);
    }
    m_levels.push_back(level);
    m_upperStart.push_back(static_cast<std::uint32_t>(m_upper.size()));
    m_upper.resize(m_upper.size() + std::size_t{level} * m_shape.m, kNoRow);
    if (m_entry == kNoRow || level > m_levels[m_entry]) {
        m_entry = m_size;
    }
    ++m_size;
}

void HnswGraph::commit(const GraphBatch &batch)
{
    for (const std::uint8_t level : batch.levels) {
        addRow(level);
    }
    for (const LinkList &list : batch.lists) {
        Row *target = slots(list.row, list.level);
        std::copy(list.links.begin(), list.links.end(), target);
        std::fill(target + list.links.size(), target + capacity(list.level), kNoRow);
    }
}

} // namespace coinswarm::index
