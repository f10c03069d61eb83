// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/candle_series.h"

#include <algorithm>
#include <cmath>

namespace coinswarm::ui {

namespace {

ChartBar toBar(const Candle &candle)
{
    return {candle.open.toDouble(), candle.high.toDouble(), candle.low.toDouble(), candle.close.toDouble(),
            candle.volume.toDouble()};
}

void merge(ChartBar &into, const ChartBar &next)
{
    into.high = std::max(into.high, next.high);
    into.low = std::min(into.low, next.low);
    into.close = next.close;
    into.volume += next.volume;
}

} // namespace

void CandleSeries::assign(const std::vector<Candle> &candles)
{
    m_times.clear();
    m_levels.assign(1, {});
    m_times.reserve(candles.size());
    m_levels[0].reserve(candles.size());
    for (const Candle &candle : candles) {
        upsert(candle);
    }
    ++m_structure;
}

void CandleSeries::upsert(const Candle &candle)
{
    if (candle.interval.seconds > 0) {
        m_intervalNs = candle.interval.duration().count();
    }
    const std::int64_t at = candle.openTime.ns;
    if (m_times.empty() || at > m_times.back()) {
        m_times.push_back(at);
        m_levels[0].emplace_back();
        setBar(m_times.size() - 1, toBar(candle));
        ++m_structure;
    } else if (at == m_times.back()) {
        setBar(m_times.size() - 1, toBar(candle));
    } else if (const auto found = std::lower_bound(m_times.begin(), m_times.end(), at); *found == at) {
        setBar(static_cast<std::size_t>(found - m_times.begin()), toBar(candle));
        ++m_structure;
    }
}

void CandleSeries::setBar(std::size_t index, const ChartBar &bar)
{
    m_levels[0][index] = bar;
    for (std::size_t level = 1;; ++level) {
        const std::size_t group = index / kFan;
        // Only complete groups are kept; an incomplete one is read from the level below.
        if (group >= m_levels[level - 1].size() / kFan) {
            return;
        }
        if (m_levels.size() == level) {
            m_levels.emplace_back();
        }
        const std::vector<ChartBar> &below = m_levels[level - 1];
        ChartBar sum = below[group * kFan];
        for (std::size_t k = 1; k < kFan; ++k) {
            merge(sum, below[group * kFan + k]);
        }
        std::vector<ChartBar> &here = m_levels[level];
        if (group < here.size()) {
            here[group] = sum;
        } else {
            here.push_back(sum);
        }
        index = group;
    }
}

ChartBar CandleSeries::aggregate(std::size_t first, std::size_t last) const
{
    last = std::min(last, size());
    if (first >= last) {
        return {};
    }
    ChartBar result;
    std::size_t at = first;
    while (at < last) {
        // Climb while the next group starts here and fits, then take it.
        std::size_t level = 0;
        std::size_t span = 1;
        while (level + 1 < m_levels.size() && at % (span * kFan) == 0 && at + span * kFan <= last
               && at / (span * kFan) < m_levels[level + 1].size())
        {
            span *= kFan;
            ++level;
        }
        const ChartBar &part = m_levels[level][at / span];
        if (at == first) {
            result = part;
        } else {
            merge(result, part);
        }
        at += span;
    }
    return result;
}

double CandleSeries::indexAt(Timestamp time) const
{
    if (empty()) {
        return 0;
    }
    const auto length = static_cast<double>(m_intervalNs);
    if (time.ns < m_times.front()) {
        return static_cast<double>(time.ns - m_times.front()) / length;
    }
    const auto next = std::upper_bound(m_times.begin(), m_times.end(), time.ns);
    const auto index = static_cast<std::size_t>(next - m_times.begin()) - 1;
    double inside = static_cast<double>(time.ns - m_times[index]) / length;
    if (index + 1 < size()) {
        // A gap in the data has no width on the chart.
        inside = std::min(inside, std::nextafter(1.0, 0.0));
    }
    return static_cast<double>(index) + inside;
}

Timestamp CandleSeries::timeAt(double index) const
{
    if (empty()) {
        return {};
    }
    const auto length = static_cast<double>(m_intervalNs);
    if (index < 0) {
        return {m_times.front() + static_cast<std::int64_t>(index * length)};
    }
    const auto whole = std::min(static_cast<std::size_t>(index), size() - 1);
    return {m_times[whole] + static_cast<std::int64_t>((index - static_cast<double>(whole)) * length)};
}

} // namespace coinswarm::ui
