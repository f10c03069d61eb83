// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "plugins/plugin_self_test.h"

#include "plugins/inline_agents.h"
#include "plugins/plugin_host.h"

namespace coinswarm::plugins {

namespace {

constexpr std::int32_t kPrice = 100;
constexpr std::size_t kBars = 64;

/// A market made up for the occasion; it owns what the state points to.
class TestMarket
{
public:
    explicit TestMarket(std::uint32_t indicators)
    {
        m_rules.id = InstrumentId(1);
        m_rules.symbol = "BTC-USDT";
        m_rules.base = "BTC";
        m_rules.quote = "USDT";
        m_state.instrument = m_rules.id;
        m_state.rules = &m_rules;
        m_state.indicators.count = indicators;
        m_state.account.startingCash = m_state.account.cash = m_state.account.equity = Money::fromInteger(10'000);
        m_state.account.peakEquity = m_state.account.dayStartEquity = m_state.account.equity;
        m_state.maximumPosition = Quantity::fromInteger(10);
    }

    /// The next bars move by `step` units of the tick each; indicators get values around the price if `ready`.
    const MarketState &next(std::uint64_t ask, std::int64_t step, bool ready)
    {
        m_recent.clear();
        for (std::size_t i = 0; i < kBars; ++i) {
            m_recent.push_back(bar(static_cast<std::int64_t>(i), step));
        }
        m_state.ask = AskId(ask);
        m_state.candle = m_recent.back();
        m_state.now = m_state.candle.closeTime();
        m_state.bars = ready ? 1'000 : 1;
        m_state.recent = m_recent;
        for (std::uint32_t slot = 0; ready && slot < m_state.indicators.count; ++slot) {
            m_state.indicators.set(slot, kPrice + 0.01 * static_cast<double>(step) * slot);
        }
        return m_state;
    }

private:
    Candle bar(std::int64_t index, std::int64_t step) const
    {
        Candle candle;
        candle.instrument = m_rules.id;
        candle.interval = Interval{300};
        candle.openTime = Timestamp::fromMilliseconds(1'700'000'100'000 + index * 300'000);
        candle.open = Price::fromRaw(Price::fromInteger(kPrice).raw + index * step * m_rules.tick.raw);
        candle.close = Price::fromRaw(candle.open.raw + step * m_rules.tick.raw);
        candle.high = std::max(candle.open, candle.close);
        candle.low = std::min(candle.open, candle.close);
        candle.volume = Quantity::fromInteger(1);
        return candle;
    }

    Instrument m_rules;
    std::vector<Candle> m_recent;
    MarketState m_state;
};

/// One slot for each indicator asked for, and for each series it may have.
IndicatorSlots slotsFor(const AgentSpec &spec)
{
    std::vector<IndicatorName> names;
    for (const std::string &indicator : spec.indicators) {
        for (const char *series :
             {"", "adx", "plus_di", "minus_di", "upper", "middle", "lower", "macd", "signal", "histogram", "k", "d"})
        {
            if (names.size() < kMaxIndicatorSlots) {
                names.push_back({indicator, series});
            }
        }
    }
    return IndicatorSlots(std::move(names));
}

void testAgent(PluginHost &host, const std::string &id, std::vector<api::PluginFinding> &findings)
{
    Result<std::unique_ptr<Agent>> agent = host.createAgent(id, {});
    findings.push_back({id, "create", agent.ok(), agent.ok() ? "" : agent.error().message});
    if (!agent.ok()) {
        return;
    }
    std::vector<Seat> seats;
    seats.push_back({id, id, std::move(*agent)});
    std::string failure;
    int votes = 0;
    InlineAgents::Options options;
    options.marker = &host.crashMarker();
    InlineAgents pool(
        std::move(seats),
        [&](const AgentAnswer &answer) {
            if (const auto *fault = std::get_if<AgentFailure>(&answer.result)) {
                failure = fault->detail;
            } else {
                ++votes;
            }
        },
        options);
    const Result<AgentSpec> spec = pool.specs().front();
    if (!spec.ok()) {
        findings.push_back({id, "decide", false, spec.error().message});
        return;
    }
    const IndicatorSlots slots = slotsFor(*spec);
    pool.start(slots);
    TestMarket market(static_cast<std::uint32_t>(slots.names().size()));
    const AgentId only(1);
    pool.ask(market.next(1, 0, false), {&only, 1}, {});
    pool.ask(market.next(2, 10, true), {&only, 1}, {});
    pool.ask(market.next(3, -10, true), {&only, 1}, {});
    findings.push_back(
        {id, "decide", failure.empty() && votes == 3, failure.empty() ? std::to_string(votes) + " votes" : failure});
}

} // namespace

std::vector<api::PluginFinding> selfTest(PluginHost &host)
{
    host.loadAll();
    std::vector<api::PluginFinding> findings;
    for (const api::PluginInfo &plugin : host.list()) {
        if (plugin.state == api::PluginState::Disabled) {
            continue;
        }
        const bool started = plugin.state == api::PluginState::Started;
        std::string reasons;
        for (const std::string &reason : plugin.reasons) {
            reasons += (reasons.empty() ? "" : " ") + reason;
        }
        findings.push_back({plugin.id, "start", started, reasons});
        if (started && plugin.kind == "agent") {
            testAgent(host, plugin.id, findings);
        }
    }
    return findings;
}

} // namespace coinswarm::plugins
