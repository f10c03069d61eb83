// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "performance/benchmark.h"

#include "engine/engine_core.h"
#include "plugins/inline_agents.h"
#include "plugins/plugin_host.h"
#include "runtime/assembly.h"

#include <coinswarm/market_data.h>

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <chrono>
#include <stdexcept>

/// What the benchmarks of the engine share: a market out of nothing, the shipped agents and venue, and an engine for them.
namespace coinswarm::bench {

/// Trades 33 ms apart, as many as the recorded BTC-USDT stream has, that trend, turn and rest.
class TradeStream
{
public:
    Trade next()
    {
        m_state = m_state * 6'364'136'223'846'793'005ULL + 1'442'695'040'888'963'407ULL;
        const auto bits = static_cast<std::int64_t>(m_state >> 33);
        const std::int64_t trend = (m_count / 200'000) % 3 - 1;
        m_cents = std::max<std::int64_t>(m_cents + bits % 401 - 200 + 3 * trend, 100'000);
        m_time.ns += 33'000'000;
        ++m_count;
        Trade trade;
        trade.instrument = InstrumentId(1);
        trade.aggressor = (bits & 1024) != 0 ? Side::Buy : Side::Sell;
        trade.price = Price::fromRaw(m_cents * 1'000'000);
        trade.quantity = Quantity::fromRaw(100'000 + bits % 5'000'000 / 1'000 * 1'000);
        trade.time = m_time;
        trade.venueTradeId = static_cast<std::uint64_t>(m_count);
        return trade;
    }

private:
    std::uint64_t m_state = 1;
    std::int64_t m_cents = 6'000'000;
    std::int64_t m_count = 0;
    Timestamp m_time{1'704'067'200'000'000'000};
};

inline Instrument bitcoin()
{
    Instrument instrument;
    instrument.id = InstrumentId(1);
    instrument.symbol = "BTC-USDT";
    instrument.base = "BTC";
    instrument.quote = "USDT";
    return instrument;
}

/// The three shipped agents and the simulated venue, from the plugins beside the program.
class Shipped
{
public:
    Shipped() : m_plugins(options())
    {
        if (const Result<void> scanned = m_plugins.scan(); !scanned.ok()) {
            throw std::runtime_error(scanned.error().message);
        }
    }

    std::vector<plugins::Seat> seats()
    {
        std::vector<plugins::Seat> seats;
        for (const char *name : {"trend", "mean_reversion", "risk"}) {
            seats.push_back({name, name, take(m_plugins.createAgent(name, {}))});
        }
        return seats;
    }

    std::unique_ptr<Venue> venue()
    {
        std::unique_ptr<Venue> venue = take(m_plugins.createVenue("simulated_venue", {}, {}));
        if (const Result<void> opened = venue->open({bitcoin()}); !opened.ok()) {
            throw std::runtime_error(opened.error().message);
        }
        return venue;
    }

private:
    static plugins::PluginHostOptions options()
    {
        plugins::PluginHostOptions options;
        options.folders = {{QCoreApplication::applicationDirPath().toStdString() + "/../lib/coinswarm/plugins", true}};
        return options;
    }

    plugins::PluginHost m_plugins;
};

inline engine::EngineConfig engineConfig(plugins::AgentPool &pool, Interval decision)
{
    engine::EngineConfig config;
    config.instruments = {bitcoin()};
    config.intervals = {Interval{60}, Interval{300}};
    config.decisionInterval = decision;
    config.desk.mode = api::TradingMode::Backtest;
    config.desk.orders.session = "bench";
    config.desk.approvals.rule = trading::ApprovalRule::None;
    for (std::size_t i = 0; i < pool.size(); ++i) {
        engine::RosterEntry entry;
        entry.name = pool.name(AgentId(static_cast<std::uint32_t>(i + 1)));
        entry.weight = 1.0 / static_cast<double>(pool.size());
        config.agents.push_back(entry);
    }
    if (const Result<void> enrolled = runtime::enrol(pool, config); !enrolled.ok()) {
        throw std::runtime_error(enrolled.error().message);
    }
    return config;
}

} // namespace coinswarm::bench
