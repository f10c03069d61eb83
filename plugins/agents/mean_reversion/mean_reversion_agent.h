// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/agent.h>
#include <coinswarm/settings.h>

namespace coinswarm::mean_reversion {

/// Bets on the return to the average. Formulas, sources and settings: docs/agents/mean-reversion.md.
class MeanReversionAgent final : public Agent
{
public:
    /// `settings` has every key of the plugin's metadata.
    explicit MeanReversionAgent(const Settings &settings);

    AgentSpec spec() const override;
    void start(const IndicatorSlots &slots) override;
    Vote decide(const MarketState &state) override;

private:
    struct Reading;

    std::string describe(const Reading &reading, const MarketState &state) const;
    Vote leave(const Reading &reading, const MarketState &state) const;
    Vote enter(Action action, const Reading &reading, const MarketState &state) const;

    std::int64_t m_bandPeriod;
    std::int64_t m_bandWidth;
    std::int64_t m_rsiPeriod;
    double m_rsiLow;
    std::int64_t m_adxPeriod;
    double m_adxLimit;
    double m_riskPerTrade;
    std::int64_t m_atrPeriod;
    double m_stopAtr;

    std::string m_bandsSpec;
    std::string m_rsiName; // "RSI(14) "
    std::string m_adxName;
    std::size_t m_upperSlot = kMaxIndicatorSlots;
    std::size_t m_middleSlot = kMaxIndicatorSlots;
    std::size_t m_lowerSlot = kMaxIndicatorSlots;
    std::size_t m_rsiSlot = kMaxIndicatorSlots;
    std::size_t m_adxSlot = kMaxIndicatorSlots;
    std::size_t m_atrSlot = kMaxIndicatorSlots;
};

} // namespace coinswarm::mean_reversion
