// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "my_agent.h"

#include <coinswarm/text.h>

using namespace coinswarm;

MyAgent::MyAgent(std::int64_t bars) : m_bars(static_cast<std::size_t>(bars)) {}

AgentSpec MyAgent::spec() const
{
    AgentSpec spec;
    spec.warmupBars = m_bars + 1;
    spec.historyBars = static_cast<std::uint32_t>(m_bars + 1);
    return spec;
}

// An agent that declared indicators would look up their slots here.
void MyAgent::start(const IndicatorSlots &) {}

Vote MyAgent::decide(const MarketState &state)
{
    Vote vote;
    vote.confidence = 0.5;
    if (state.recent.size() <= m_bars) {
        vote.reasons = {"Too few bars yet."};
        return vote;
    }
    const double before = state.recent[state.recent.size() - 1 - m_bars].close.toDouble();
    const double change = state.price() / before - 1;
    vote.action = change > 0 ? Action::Buy : change < 0 ? Action::Sell : Action::Hold;
    vote.reasons = {sentence({"The price has changed by ", number(change * 100, 2), "% over ",
                              number(static_cast<double>(m_bars), 0), " bars."})};
    return vote; // without a size: how much is left to the other agents
}
