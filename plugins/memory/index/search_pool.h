// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "index/vector_rows.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

namespace coinswarm::index {

/// The nearest rows that a walk through the graph has seen, sorted, each with a mark whether its links were followed.
/// Ordered by distance, then row, in one 64-bit number: distances are below 2^25.
class SearchPool
{
public:
    void reset(std::size_t capacity)
    {
        m_size = 0;
        setCapacity(capacity);
    }
    /// Not below size().
    void setCapacity(std::size_t capacity)
    {
        m_capacity = capacity;
        if (m_keys.size() < capacity + 1) {
            m_keys.resize(capacity + 1);
        }
    }
    std::size_t size() const { return m_size; }
    Row row(std::size_t at) const { return static_cast<Row>(m_keys[at] >> 1); }
    std::int32_t distance(std::size_t at) const { return static_cast<std::int32_t>(m_keys[at] >> 33); }
    bool followed(std::size_t at) const { return (m_keys[at] & 1) != 0; }
    void setFollowed(std::size_t at) { m_keys[at] |= 1; }
    void forgetFollowed()
    {
        for (std::size_t i = 0; i < m_size; ++i) {
            m_keys[i] &= ~std::uint64_t{1};
        }
    }

    /// The place it got, or size() if it is too far.
    std::size_t insert(std::int32_t distance, Row row)
    {
        const std::uint64_t key = (static_cast<std::uint64_t>(distance) << 33) | (std::uint64_t{row} << 1);
        if (m_size == m_capacity) {
            if (key > m_keys[m_size - 1]) {
                return m_size;
            }
            --m_size;
        }
        std::uint64_t *end = m_keys.data() + m_size;
        std::uint64_t *place = std::upper_bound(m_keys.data(), end, key);
        std::memmove(place + 1, place, static_cast<std::size_t>(end - place) * sizeof key);
        *place = key;
        ++m_size;
        return static_cast<std::size_t>(place - m_keys.data());
    }
    /// Nothing farther than this gets a place.
    std::int32_t reach() const
    {
        return m_size < m_capacity ? std::numeric_limits<std::int32_t>::max() : distance(m_size - 1);
    }

private:
    std::size_t m_capacity = 0;
    std::size_t m_size = 0;
    std::vector<std::uint64_t> m_keys; ///< the first m_size of them, with room for one more than m_capacity
};

/// What one search needs besides the graph. Reused from search to search; belongs to one thread.
class SearchSpace
{
public:
    void reset(std::size_t rows) { m_seen.assign((rows + 63) / 64, 0); }
    /// Whether the row had not been seen before.
    bool see(Row row)
    {
        std::uint64_t &word = m_seen[row / 64];
        const std::uint64_t bit = std::uint64_t{1} << (row % 64);
        const bool isNew = (word & bit) == 0;
        word |= bit;
        return isNew;
    }

    SearchPool pool;

private:
    std::vector<std::uint64_t> m_seen;
};

} // namespace coinswarm::index
