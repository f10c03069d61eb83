// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/agent.h>
#include <coinswarm/settings.h>

#include <map>

namespace coinswarm::risk {

/// Vetoes new risk in a bad state of the account or the market. Rules and settings: docs/agents/risk.md.
class RiskAgent final : public Agent
{
public:
    /// `settings` has every key of the plugin's metadata.
    explicit RiskAgent(const Settings &settings);

    AgentSpec spec() const override;
    void start(const IndicatorSlots &slots) override;
    Vote decide(const MarketState &state) override;
    void learn(const Outcome &outcome) override;
    std::string saveState() const override;
    void restoreState(const std::string &state) override;

private:
    struct Streak {
        std::int64_t losses = 0; // in a row, up to now
        Timestamp lastLoss;
    };

    void checkAccount(const MarketState &state, std::vector<std::string> &objections) const;
    void checkMarket(const MarketState &state, std::vector<std::string> &objections) const;
    void checkStreak(const MarketState &state, std::vector<std::string> &objections) const;
    std::string allClear(const MarketState &state) const;

    double m_maxDrawdown;
    double m_maxDailyLoss;
    double m_maxExposure;
    double m_maxBarRange;
    double m_maxSpreadBps;
    std::int64_t m_losingStreak;
    std::int64_t m_pauseMinutes;
    std::int64_t m_atrPeriod;

    std::size_t m_atrSlot = kMaxIndicatorSlots;
    std::map<InstrumentId, Streak> m_streaks;
};

} // namespace coinswarm::risk
