// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "market/indicators/indicator_set.h"

#include <algorithm>

namespace coinswarm::market {

Result<IndicatorSet> IndicatorSet::create(const std::vector<std::string> &specs)
{
    IndicatorSet set;
    std::vector<std::string> known;
    for (const std::string &spec : specs) {
        if (std::find(known.begin(), known.end(), spec) != known.end()) {
            continue;
        }
        auto made = makeIndicator(spec);
        if (!made) {
            return made.error();
        }
        std::visit(
            [&](const auto &indicator) {
                for (const std::string_view series : indicator.kSeries) {
                    set.m_names.push_back({spec, std::string(series)});
                }
                set.m_warmupBars = std::max(set.m_warmupBars, indicator.warmupBars());
            },
            *made);
        set.m_indicators.push_back(std::move(*made));
        known.push_back(spec);
    }
    if (set.m_names.size() > kMaxIndicatorSlots) {
        return invalid("The configured indicators and those that the agents ask for have "
                       + std::to_string(set.m_names.size()) + " series, but a session can hold "
                       + std::to_string(kMaxIndicatorSlots) + ". Remove some indicators or agents.");
    }
    set.m_readings.count = static_cast<std::uint32_t>(set.m_names.size());
    return set;
}

void IndicatorSet::update(const Candle &candle)
{
    const Bar bar = Bar::from(candle);
    std::size_t slot = 0;
    for (Indicator &indicator : m_indicators) {
        std::visit(
            [&](auto &one) {
                one.update(bar);
                one.write(m_readings, slot);
                slot += one.kSeries.size();
            },
            indicator);
    }
}

} // namespace coinswarm::market
