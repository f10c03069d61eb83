// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "win_loss_record.h"

#include <coinswarm/agent.h>
#include <coinswarm/settings.h>

namespace coinswarm::trend {

/// Follows trends. Formulas, sources and settings: docs/agents/trend.md.
class TrendAgent final : public Agent
{
public:
    /// `settings` has every key of the plugin's metadata.
    explicit TrendAgent(const Settings &settings);

    AgentSpec spec() const override;
    void start(const IndicatorSlots &slots) override;
    Vote decide(const MarketState &state) override;
    void learn(const Outcome &outcome) override;
    std::string saveState() const override;
    void restoreState(const std::string &state) override;

private:
    struct Reading;

    std::string describe(const Reading &reading, const MarketState &state) const;
    Vote leave(const Reading &reading, const MarketState &state) const;
    Vote follow(const Reading &reading, const MarketState &state) const;
    void addLevels(Vote &vote, const Reading &reading, const MarketState &state) const;
    Quantity stake(double confidence, double winLossRatio, const Reading &reading, const MarketState &state,
                   std::string &reason) const;

    std::int64_t m_fast;
    std::int64_t m_slow;
    std::int64_t m_adxPeriod;
    double m_adxThreshold;
    double m_exitConfidence;
    double m_kellyFraction;
    double m_winLossRatio;
    std::uint64_t m_winLossTrades;
    double m_riskScaling;
    std::int64_t m_volatilityBars;
    std::int64_t m_atrPeriod;
    double m_stopAtr;
    double m_targetAtr;

    std::string m_fastName; // "SMA(10) "
    std::string m_slowName;
    std::string m_adxName;
    std::size_t m_fastSlot = kMaxIndicatorSlots;
    std::size_t m_slowSlot = kMaxIndicatorSlots;
    std::size_t m_adxSlot = kMaxIndicatorSlots;
    std::size_t m_atrSlot = kMaxIndicatorSlots;
    std::size_t m_volatilitySlot = kMaxIndicatorSlots;
    WinLossRecord m_record;
};

} // namespace coinswarm::trend
