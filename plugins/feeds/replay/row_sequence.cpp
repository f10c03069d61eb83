// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "row_sequence.h"

#include <algorithm>

namespace coinswarm::replay {

namespace {

std::string backwards(Timestamp from, Timestamp to)
{
    return "time goes back from " + toString(from) + " to " + toString(to);
}

bool isLeap(Price a, Price b)
{
    const auto [low, high] = std::minmax(a, b);
    return low.raw < high.raw / 2;
}

} // namespace

bool RowSequence::accept(MarketEvent &event, RowDefects &defects)
{
    if (const auto *candle = std::get_if<Candle>(&event)) {
        return acceptCandle(*candle, defects);
    }
    if (auto *trade = std::get_if<Trade>(&event)) {
        if (trade->venueTradeId != 0 && trade->venueTradeId == m_lastTradeId) {
            defects.push_back({"trade " + std::to_string(trade->venueTradeId) + " appears twice", {}});
            return false;
        }
        if (!acceptTime(*trade, defects)) {
            return false;
        }
        m_lastTradeId = trade->venueTradeId;
        checkLeap(trade->price, "price", defects);
        return true;
    }
    if (auto *quote = std::get_if<Quote>(&event)) {
        if (!acceptTime(*quote, defects)) {
            return false;
        }
        checkLeap(quote->bid, "bid", defects);
    }
    return true;
}

bool RowSequence::acceptCandle(const Candle &candle, RowDefects &defects)
{
    if (m_started) {
        const Duration step = candle.openTime - m_last;
        if (step <= Duration::zero()) {
            defects.push_back({step == Duration::zero() ? "a second bar for " + toString(candle.openTime)
                                                        : backwards(m_last, candle.openTime),
                               {}});
            return false;
        }
        if (step > m_interval.duration()) {
            const std::int64_t missing = (step - Duration(1)) / m_interval.duration();
            defects.push_back({"gap: " + std::to_string(missing) + (missing == 1 ? " bar is" : " bars are")
                                   + " missing between " + toString(m_last) + " and " + toString(candle.openTime),
                               {},
                               false});
        } else if (step < m_interval.duration()) {
            defects.push_back({"the bar opens at " + toString(candle.openTime) + ", before the one of "
                                   + toString(m_last) + " has closed",
                               {},
                               false});
        }
    }
    m_started = true;
    m_last = candle.openTime;
    if (isLeap(candle.low, std::max(candle.open, candle.close))) {
        defects.push_back(
            {"outlier: low " + toString(candle.low) + " is less than half of the bar's open or close", {}, false});
    }
    if (isLeap(candle.high, std::min(candle.open, candle.close))) {
        defects.push_back(
            {"outlier: high " + toString(candle.high) + " is more than twice the bar's open or close", {}, false});
    }
    checkLeap(candle.close, "close", defects);
    return true;
}

template <class Tick>
bool RowSequence::acceptTime(Tick &tick, RowDefects &defects)
{
    if (m_started && tick.time < m_last) {
        defects.push_back(
            {backwards(m_last, tick.time), m_repairs ? "time set to " + toString(m_last) : std::string()});
        if (!m_repairs) {
            return false;
        }
        tick.time = m_last;
    }
    m_started = true;
    m_last = tick.time;
    return true;
}

void RowSequence::checkLeap(Price price, const char *name, RowDefects &defects)
{
    if (!m_lastPrice.isZero() && isLeap(price, m_lastPrice)) {
        defects.push_back(
            {std::string("outlier: ") + name + " leaps from " + toString(m_lastPrice) + " to " + toString(price),
             {},
             false});
    }
    m_lastPrice = price;
}

} // namespace coinswarm::replay
