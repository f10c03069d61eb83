// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "market/candle_builder.h"

#include <algorithm>

namespace coinswarm::market {

namespace {

constexpr std::int64_t kNoClose = std::numeric_limits<std::int64_t>::max();

/// The beginning of the bar that `time` belongs to, also before 1970.
Timestamp bucketStart(Timestamp time, Interval interval)
{
    const std::int64_t length = interval.duration().count();
    const std::int64_t rest = time.ns % length;
    return {time.ns - (rest < 0 ? rest + length : rest)};
}

/// A volume is a statistic and not money: that of a coin that costs next to nothing ends at what can be said.
Quantity sumOrLargest(Quantity a, Quantity b)
{
    constexpr Quantity kLargest = Quantity::fromRaw(std::numeric_limits<std::int64_t>::max());
    return a > kLargest - b ? kLargest : a + b;
}

void merge(Candle &bar, const Candle &part)
{
    bar.high = std::max(bar.high, part.high);
    bar.low = std::min(bar.low, part.low);
    bar.close = part.close;
    bar.volume = sumOrLargest(bar.volume, part.volume);
    bar.trades += part.trades;
}

} // namespace

Result<void> CandleBuilder::check(const std::vector<Interval> &intervals)
{
    if (intervals.empty()) {
        return invalid("No candle interval is configured. Name at least one, as in 60.");
    }
    const std::int32_t base = intervals.front().seconds;
    std::int32_t previous = 0;
    for (const Interval interval : intervals) {
        if (interval.seconds <= previous) {
            return invalid(
                "Candle interval " + std::to_string(interval.seconds)
                + " s must be positive and larger than the one before it; list intervals in ascending order.");
        }
        if (interval.seconds % base != 0) {
            return invalid("Candle interval " + std::to_string(interval.seconds)
                           + " s is not a multiple of the smallest one, " + std::to_string(base)
                           + " s, from which it is built. Change one of the two.");
        }
        previous = interval.seconds;
    }
    return {};
}

CandleBuilder::CandleBuilder(InstrumentId instrument, const std::vector<Interval> &intervals)
    : m_instrument(instrument), m_intervals(intervals), m_levels(intervals.size())
{
    for (std::size_t i = 1; i < m_levels.size(); ++i) {
        for (std::size_t parent = 0; parent < i; ++parent) {
            if (m_intervals[i].seconds % m_intervals[parent].seconds == 0) {
                m_levels[i].parent = parent;
            }
        }
    }
}

bool CandleBuilder::onTradeOutside(const Trade &trade, std::vector<Candle> &closed)
{
    Level &base = m_levels.front();
    if (trade.time.ns < (base.open() ? base.bar.openTime.ns : base.closedUntil)) {
        return false;
    }
    closeEnded(trade.time, closed);
    Candle first;
    first.open = first.high = first.low = first.close = trade.price;
    first.volume = trade.quantity;
    first.trades = 1;
    first.interval = m_intervals.front();
    start(base, first, bucketStart(trade.time, m_intervals.front()));
    findNextClose();
    return true;
}

bool CandleBuilder::onCandle(const Candle &candle, std::vector<Candle> &closed)
{
    const std::size_t index = levelOf(candle.interval);
    if (index == m_levels.size()) {
        return false;
    }
    // Successive open times, not ends: days of New York begin an hour earlier when summer ends.
    if (candle.openTime.ns <= m_levels[index].lastOpen) {
        return false;
    }
    closeEnded(candle.openTime, closed);
    Level &level = m_levels[index];
    if (level.open()) {
        close(index, closed);
    }
    start(level, candle, candle.openTime);
    close(index, closed);
    findNextClose();
    return true;
}

void CandleBuilder::advanceTo(Timestamp now, std::vector<Candle> &closed)
{
    if (now.ns < m_nextClose) {
        return;
    }
    closeEnded(now, closed);
    findNextClose();
}

std::optional<Timestamp> CandleBuilder::nextClose() const
{
    return m_nextClose == kNoClose ? std::nullopt : std::optional<Timestamp>(Timestamp{m_nextClose});
}

std::optional<Candle> CandleBuilder::openCandle(Interval interval) const
{
    const std::size_t index = levelOf(interval);
    if (index == m_levels.size()) {
        return {};
    }
    const Level &level = m_levels[index];
    std::optional<Candle> bar;
    if (level.open()) {
        bar = level.bar;
    }
    if (index == 0) {
        return bar;
    }
    const std::optional<Candle> part = openCandle(m_intervals[level.parent]);
    if (!part) {
        return bar;
    }
    const Timestamp openTime = bucketStart(part->openTime, interval);
    if (bar && bar->openTime == openTime) {
        merge(*bar, *part);
    } else if (openTime.ns >= level.closedUntil) {
        bar = part;
        bar->interval = interval;
        bar->openTime = openTime;
    }
    return bar;
}

std::size_t CandleBuilder::levelOf(Interval interval) const
{
    return static_cast<std::size_t>(
        std::distance(m_intervals.begin(), std::find(m_intervals.begin(), m_intervals.end(), interval)));
}

void CandleBuilder::start(Level &level, const Candle &first, Timestamp openTime)
{
    const Interval interval = m_intervals[static_cast<std::size_t>(&level - m_levels.data())];
    level.bar = first;
    level.bar.instrument = m_instrument;
    level.bar.interval = interval;
    level.bar.openTime = openTime;
    level.end = level.bar.closeTime().ns;
    level.lastOpen = openTime.ns;
}

void CandleBuilder::close(std::size_t index, std::vector<Candle> &closed)
{
    Level &level = m_levels[index];
    level.closedUntil = std::max(level.closedUntil, level.end);
    level.end = kNever;
    closed.push_back(level.bar);
    rollUp(index, level.bar, closed);
}

void CandleBuilder::rollUp(std::size_t from, const Candle &part, std::vector<Candle> &closed)
{
    for (std::size_t i = from + 1; i < m_levels.size(); ++i) {
        if (m_levels[i].parent == from) {
            addPart(i, part, closed);
        }
    }
}

void CandleBuilder::addPart(std::size_t index, const Candle &part, std::vector<Candle> &closed)
{
    Level &level = m_levels[index];
    const Timestamp openTime = bucketStart(part.openTime, m_intervals[index]);
    if (level.open() && level.bar.openTime != openTime) {
        close(index, closed);
    }
    if (level.open()) {
        merge(level.bar, part);
    } else if (openTime.ns < level.closedUntil) {
        return; // the feed has already delivered this bar itself
    } else {
        start(level, part, openTime);
    }
    if (part.closeTime().ns >= level.end) {
        close(index, closed);
    }
}

void CandleBuilder::closeEnded(Timestamp time, std::vector<Candle> &closed)
{
    // Ascending, so that a closing bar completes the larger ones before they are looked at.
    for (std::size_t i = 0; i < m_levels.size(); ++i) {
        if (m_levels[i].open() && m_levels[i].end <= time.ns) {
            close(i, closed);
        }
    }
}

void CandleBuilder::findNextClose()
{
    m_nextClose = kNoClose;
    for (const Level &level : m_levels) {
        if (level.open()) {
            m_nextClose = std::min(m_nextClose, level.end);
        }
    }
}

} // namespace coinswarm::market
