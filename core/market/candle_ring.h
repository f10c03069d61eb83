// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "market/state_check.h"

#include <coinswarm/market_data.h>

#include <algorithm>
#include <span>
#include <vector>

namespace coinswarm::market {

/// Keeps the last `capacity` candles. Each is stored twice, one capacity apart, so that the last n are always one
/// contiguous span and nothing is ever moved. No allocation after construction.
class CandleRing
{
public:
    explicit CandleRing(std::size_t capacity) : m_capacity(capacity), m_candles(2 * capacity) {}

    void push(const Candle &candle)
    {
        m_candles[m_next] = candle;
        m_candles[m_next + m_capacity] = candle;
        m_next = m_next + 1 == m_capacity ? 0 : m_next + 1;
        m_size = std::min(m_size + 1, m_capacity);
    }

    std::size_t size() const { return m_size; }

    /// The last min(n, size()) candles, oldest first. Valid until the next push().
    std::span<const Candle> last(std::size_t n) const
    {
        const std::size_t count = std::min(n, m_size);
        return {m_candles.data() + m_next + m_capacity - count, count};
    }

    template <class V>
    void visitState(V &visit)
    {
        const auto kept = last(m_size);
        std::vector<Candle> candles(kept.begin(), kept.end());
        visit("candles", candles);
        requireState(candles.size() <= m_capacity, "there are more bars than the configuration keeps");
        // Saving leaves spans that were handed out in peace.
        if (!std::equal(candles.begin(), candles.end(), kept.begin(), kept.end())) {
            m_next = 0;
            m_size = 0;
            for (const Candle &candle : candles) {
                push(candle);
            }
        }
    }

private:
    std::size_t m_capacity;
    std::vector<Candle> m_candles;
    std::size_t m_next = 0; ///< where the next candle goes, below m_capacity
    std::size_t m_size = 0;
};

} // namespace coinswarm::market
