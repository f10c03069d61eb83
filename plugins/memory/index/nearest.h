// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "index/vector_rows.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <tuple>
#include <vector>

namespace coinswarm::index {

struct Candidate {
    std::int32_t distance = 0; ///< squared
    std::uint64_t id = 0;
    Row row = kNoRow;

    friend bool operator<(const Candidate &a, const Candidate &b)
    {
        return std::tie(a.distance, a.id, a.row) < std::tie(b.distance, b.id, b.row);
    }
};

/// Keeps the `count` nearest of what it is offered; of equally near ones those with the lowest ids.
class Nearest
{
public:
    explicit Nearest(std::size_t count) : m_count(count) { m_heap.reserve(count); }

    /// Nothing farther than this is kept.
    std::int32_t reach() const
    {
        return m_heap.size() < m_count ? std::numeric_limits<std::int32_t>::max() : m_heap.front().distance;
    }
    void offer(const Candidate &candidate)
    {
        if (m_heap.size() < m_count) {
            m_heap.push_back(candidate);
            std::push_heap(m_heap.begin(), m_heap.end());
        } else if (candidate < m_heap.front()) {
            std::pop_heap(m_heap.begin(), m_heap.end());
            m_heap.back() = candidate;
            std::push_heap(m_heap.begin(), m_heap.end());
        }
    }
    std::size_t size() const { return m_heap.size(); }
    /// Nearest first. Leaves nothing behind.
    std::vector<Candidate> take()
    {
        std::sort_heap(m_heap.begin(), m_heap.end());
        return std::move(m_heap);
    }

private:
    std::size_t m_count;
    std::vector<Candidate> m_heap; ///< the farthest at the front
};

} // namespace coinswarm::index
