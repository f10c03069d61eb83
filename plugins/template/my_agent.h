// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/agent.h>

/// Buys what has risen over the last bars and sells what has fallen.
class MyAgent final : public coinswarm::Agent
{
public:
    explicit MyAgent(std::int64_t bars);

    coinswarm::AgentSpec spec() const override;
    void start(const coinswarm::IndicatorSlots &slots) override;
    coinswarm::Vote decide(const coinswarm::MarketState &state) override;

private:
    std::size_t m_bars;
};
