// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/export.h>
#include <coinswarm/market_state.h>
#include <coinswarm/vote.h>

#include <memory>
#include <string>
#include <vector>

namespace coinswarm {

/// What an agent needs before it can vote.
struct AgentSpec {
    std::uint64_t warmupBars = 0; ///< closed bars it must have seen; until then it is not asked
    /// Indicators in the notation of `coinswarm-cli indicators`: sma:10 ema:10 rsi:14 atr:14 adx:14 macd:12:26:9
    /// bb:20:2 stoch:14:3:3 rv:30 vwap. Unknown ones are an error at start.
    std::vector<std::string> indicators;
    std::uint32_t historyBars = 0; ///< how many closed bars it reads through MarketState::recent, at most 1,024
    bool mayVeto = false;
};

/// Which slot each series of the requested indicators has, e.g. slot("adx:14", "adx").
class COINSWARM_SDK_EXPORT IndicatorSlots
{
public:
    explicit IndicatorSlots(std::vector<IndicatorName> names);

    /// The slot of an indicator's series, or kMaxIndicatorSlots, which never becomes ready, if the table lacks it.
    std::size_t slot(std::string_view spec, std::string_view series = {}) const;
    const std::vector<IndicatorName> &names() const { return m_names; }

private:
    std::vector<IndicatorName> m_names;
};

/// What a closed trade earned, told to every agent that voted on its entry.
struct Outcome {
    RoundTrip roundTrip;
    Action voted = Action::Hold; ///< what this agent had voted at the entry
};

/// Votes on market states. One object per session.
///
/// Thread: all calls come from one thread, the agent's own in live sessions, the engine's in backtests.
/// Determinism: decide() must depend on its argument and earlier calls only: no clock, randomness or I/O.
/// Failure: throwing, returning NaN or confidence outside 0 … 1, or answering too late benches the agent with the
/// reason shown; it never stops the session.
class COINSWARM_SDK_EXPORT Agent
{
public:
    virtual ~Agent();

    virtual AgentSpec spec() const = 0;
    /// Called once, before the first decide().
    virtual void start(const IndicatorSlots &slots) = 0;
    virtual Vote decide(const MarketState &state) = 0;
    /// Called for every closed trade. The default learns nothing.
    virtual void learn(const Outcome &outcome);
    /// Everything that learn() changed, so that a restarted session continues where it was. The default has no state.
    virtual std::string saveState() const;
    virtual void restoreState(const std::string &state);

protected:
    Agent() = default;
    Q_DISABLE_COPY_MOVE(Agent)
};

} // namespace coinswarm
