// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "row_defects.h"

#include <coinswarm/market_data.h>

namespace coinswarm::replay {

/// Compares each event with the one before it: time must move forward, bars must not repeat, gaps and prices that
/// leap by more than half are worth reporting.
class RowSequence
{
public:
    RowSequence(Interval interval, bool repairs) : m_interval(interval), m_repairs(repairs) {}

    /// True if `event` may follow what came before; then it is what the next one is compared with. Defects are
    /// appended. With repairs a trade or quote from the past gets the time of the one before it.
    bool accept(MarketEvent &event, RowDefects &defects);

private:
    bool acceptCandle(const Candle &candle, RowDefects &defects);
    template <class Tick>
    bool acceptTime(Tick &tick, RowDefects &defects);
    void checkLeap(Price price, const char *name, RowDefects &defects);

    Interval m_interval;
    bool m_repairs;
    bool m_started = false;
    Timestamp m_last;
    Price m_lastPrice;
    std::uint64_t m_lastTradeId = 0;
};

} // namespace coinswarm::replay
