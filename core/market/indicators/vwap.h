// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "market/indicators/bar.h"

#include <coinswarm/market_state.h>

namespace coinswarm::market {

/// Volume-weighted average price of the session: Σ (typical price × volume) ÷ Σ volume with typical price
/// (high + low + close) ÷ 3, over the bars that have opened since midnight UTC.
/// Seeding: the first bar of a UTC day starts a new session; ready from the first bar on. Before anything has been
/// traded in a session it is the bar's typical price.
class Vwap
{
public:
    static constexpr std::array<std::string_view, 1> kSeries{""};

    void update(const Bar &bar);

    bool ready() const { return m_started; }
    double value() const { return m_value; }
    std::uint64_t warmupBars() const { return 1; }
    void write(IndicatorReadings &out, std::size_t slot) const;

    template <class V>
    void visitState(V &visit)
    {
        visit("started", m_started);
        visit("session", m_session);
        visit("amount", m_amount);
        visit("volume", m_volume);
        visit("value", m_value);
    }

private:
    bool m_started = false;
    Timestamp m_session; ///< midnight that began it
    double m_amount = 0;
    double m_volume = 0;
    double m_value = 0;
};

} // namespace coinswarm::market
