// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "market/indicators/indicator_spec.h"

#include <string>
#include <vector>

namespace coinswarm::market {

/// The indicators of one instrument, fed with its closed bars. A value: copying it gives the next instrument the same
/// table. Thread: any, one at a time. update() allocates nothing.
class IndicatorSet
{
public:
    /// Specs are in the notation of makeIndicator(); equal ones share one instance. An invalid spec and a table of more
    /// than kMaxIndicatorSlots series are errors.
    static Result<IndicatorSet> create(const std::vector<std::string> &specs);

    /// What each slot holds, in slot order: specs in the order in which they were first given, series as each
    /// indicator lists them.
    const std::vector<IndicatorName> &names() const { return m_names; }
    /// Feeds the next closed bar and calculates all readings.
    void update(const Candle &candle);
    const IndicatorReadings &readings() const { return m_readings; }
    /// How many bars it takes until every slot is ready; 0 for an empty set.
    std::uint64_t warmupBars() const { return m_warmupBars; }

    /// Saves and restores the values; the table itself comes from create().
    template <class V>
    void visitState(V &visit)
    {
        for (Indicator &indicator : m_indicators) {
            std::visit([&visit](auto &one) { visit("indicator", one); }, indicator);
        }
        visit("readings", m_readings);
        requireState(m_readings.count == m_names.size(), "there are other indicators than configured");
    }

private:
    IndicatorSet() = default;

    std::vector<Indicator> m_indicators;
    std::vector<IndicatorName> m_names;
    std::uint64_t m_warmupBars = 0;
    IndicatorReadings m_readings;
};

} // namespace coinswarm::market
