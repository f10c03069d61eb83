// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "index/hnsw_graph.h"

#include <algorithm>
#include <cstring>

// How a graph is written: the number of rows, the entry, all links of level 0, all links above it. The levels follow from
// the ids.
namespace coinswarm::index {

namespace {

void append(std::vector<std::byte> &out, const void *data, std::size_t size)
{
    const auto *bytes = static_cast<const std::byte *>(data);
    out.insert(out.end(), bytes, bytes + size);
}

} // namespace

void HnswGraph::appendTo(std::vector<std::byte> &out) const
{
    append(out, &m_size, sizeof m_size);
    append(out, &m_entry, sizeof m_entry);
    for (Row row = 0; row < m_size; ++row) {
        append(out, links(row, 0), capacity(0) * sizeof(Row));
    }
    append(out, m_upper.data(), m_upper.size() * sizeof(Row));
}

bool HnswGraph::assign(std::span<const std::byte> bytes, std::span<const std::uint64_t> ids)
{
    clear();
    Row size = 0;
    Row entry = kNoRow;
    if (bytes.size() < sizeof size + sizeof entry) {
        return false;
    }
    std::memcpy(&size, bytes.data(), sizeof size);
    std::memcpy(&entry, bytes.data() + sizeof size, sizeof entry);
    bytes = bytes.subspan(sizeof size + sizeof entry);
    const std::size_t groundBytes = capacity(0) * sizeof(Row);
    if (size > ids.size() || bytes.size() < size * groundBytes) {
        return false;
    }
    for (Row row = 0; row < size; ++row) {
        addRow(levelOf(ids[row], m_shape.m));
        std::memcpy(slots(row, 0), bytes.data() + row * groundBytes, groundBytes);
    }
    bytes = bytes.subspan(size * groundBytes);
    if (bytes.size() == m_upper.size() * sizeof(Row) && entry == m_entry) {
        std::copy(bytes.begin(), bytes.end(), reinterpret_cast<std::byte *>(m_upper.data()));
        if (linksAreSound()) {
            return true;
        }
    }
    clear();
    return false;
}

bool HnswGraph::linksAreSound() const
{
    for (Row row = 0; row < m_size; ++row) {
        for (std::uint32_t level = 0; level <= m_levels[row]; ++level) {
            const Row *list = links(row, level);
            if (!std::all_of(list, list + capacity(level),
                             [&](Row link) { return link == kNoRow || (link < m_size && m_levels[link] >= level); }))
            {
                return false;
            }
        }
    }
    return true;
}

} // namespace coinswarm::index
