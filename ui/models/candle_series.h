// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/market_data.h>

#include <vector>

namespace coinswarm::ui {

/// A candle for drawing: doubles are fine here, nothing is decided on them.
struct ChartBar {
    double open = 0;
    double high = 0;
    double low = 0;
    double close = 0;
    double volume = 0;
};

/// Candles of one instrument and interval, with sums of 4, 16, 64, … bars on top, so that the high and low of any
/// range cost O(log n) and drawing a million bars costs what drawing a thousand does. GUI thread.
class CandleSeries
{
public:
    void assign(const std::vector<Candle> &candles);
    /// A newer candle is appended, the newest one is replaced, an older one is replaced where it stands or ignored.
    void upsert(const Candle &candle);

    std::size_t size() const { return m_times.size(); }
    bool empty() const { return m_times.empty(); }
    Timestamp time(std::size_t index) const { return {m_times[index]}; }
    const ChartBar &bar(std::size_t index) const { return m_levels[0][index]; }
    /// Of the bars first … last − 1: first open, highest high, lowest low, last close, Σ volume.
    ChartBar aggregate(std::size_t first, std::size_t last) const;
    /// Index of the bar that contains `time`, fractional within it; before the first or after the last it goes on
    /// with the interval's length.
    double indexAt(Timestamp time) const;
    Timestamp timeAt(double index) const;
    std::int64_t intervalNs() const { return m_intervalNs; }
    /// Changes when anything but the newest bar's values changes.
    std::uint64_t structureRevision() const { return m_structure; }

private:
    void setBar(std::size_t index, const ChartBar &bar);

    static constexpr std::size_t kFan = 4;
    std::int64_t m_intervalNs = 60'000'000'000;
    std::vector<std::int64_t> m_times;
    std::vector<std::vector<ChartBar>> m_levels = std::vector<std::vector<ChartBar>>(1);
    std::uint64_t m_structure = 0;
};

} // namespace coinswarm::ui
