// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "codec/binary_reader.h"
#include "codec/binary_writer.h"
#include "engine/engine_core.h"
#include "engine/record_codec.h"
#include "plugins/agent_pool.h"
#include "runtime/kernel.h"

#include <coinswarm/venue.h>

#include <deque>
#include <stdexcept>

/// What the tests of the engine and of what surrounds it share: a small configuration and events in few words.
namespace coinswarm::test {

/// Seconds after a Monday's midnight.
inline Timestamp at(double seconds)
{
    return Timestamp::fromMilliseconds(1'704'067'200'000) + Duration(static_cast<std::int64_t>(seconds * 1e9));
}

inline engine::RosterEntry agent(const char *name, double weight, std::uint64_t warmup = 0, bool mayVeto = false)
{
    engine::RosterEntry entry;
    entry.name = name;
    entry.weight = weight;
    entry.warmupBars = warmup;
    entry.mayVeto = mayVeto;
    return entry;
}

/// One spot instrument, bars of one and five minutes, decisions every minute by two agents, no approvals, no deadline.
inline engine::EngineConfig smallConfig()
{
    engine::EngineConfig config;
    Instrument instrument;
    instrument.id = InstrumentId(1);
    instrument.symbol = "BTC-USDT";
    instrument.base = "BTC";
    instrument.quote = "USDT";
    config.instruments = {instrument};
    config.intervals = {Interval{60}, Interval{300}};
    config.decisionInterval = Interval{60};
    config.indicators = {"sma:3"};
    config.keepBars = 50;
    config.agents = {agent("first", 0.5), agent("second", 0.5)};
    config.desk.mode = api::TradingMode::Paper;
    config.desk.startingCash = Money::fromInteger(10'000);
    config.desk.approvals.rule = trading::ApprovalRule::None;
    config.desk.orders.session = "test";
    return config;
}

inline Trade trade(double seconds, const char *price, const char *quantity = "1")
{
    return {InstrumentId(1), Side::Buy, *Price::parse(price), *Quantity::parse(quantity), at(seconds), 0};
}

inline Candle candle(double openSeconds, const char *close, std::int32_t interval = 60)
{
    Candle bar;
    bar.instrument = InstrumentId(1);
    bar.interval = Interval{interval};
    bar.openTime = at(openSeconds);
    bar.open = bar.high = bar.low = bar.close = *Price::parse(close);
    bar.volume = Quantity::fromInteger(10);
    return bar;
}

inline Vote vote(Action action, const char *size = "0.1", const char *stop = "0", double confidence = 1)
{
    Vote made;
    made.action = action;
    made.confidence = confidence;
    made.size = *Quantity::parse(size);
    made.stop = *Price::parse(stop);
    made.reasons = {"because"};
    return made;
}

inline std::vector<std::byte> encodedEffects(const std::vector<engine::Effect> &effects)
{
    std::vector<std::byte> out;
    for (const engine::Effect &effect : effects) {
        out.push_back(static_cast<std::byte>(effect.index()));
        engine::encodeRecord(effect, out);
    }
    return out;
}

/// An engine and all its effects.
class EngineBench
{
public:
    explicit EngineBench(engine::EngineConfig config = smallConfig())
    {
        Result<std::unique_ptr<engine::EngineCore>> made = engine::EngineCore::create(std::move(config));
        if (!made.ok()) {
            throw std::runtime_error(made.error().message);
        }
        engine = std::move(made).value();
    }

    /// Applies one event; `effects` are then its own.
    void apply(Timestamp now, engine::EventBody body)
    {
        effects.clear();
        engine->apply({now, std::move(body)}, effects);
        all.insert(all.end(), effects.begin(), effects.end());
    }
    void apply(double seconds, engine::EventBody body) { apply(at(seconds), std::move(body)); }

    /// A bar of one minute at a price, and what comes of it.
    void bar(double openSeconds, const char *price) { apply(openSeconds + 60, candle(openSeconds, price)); }
    /// Both agents answer the last question.
    void answer(const Vote &first, const Vote &second)
    {
        const AskId ask = asked().state.ask;
        apply(engine->now(), engine::event::AgentVoted{ask, AgentId(1), first, {}});
        apply(engine->now(), engine::event::AgentVoted{ask, AgentId(2), second, {}});
    }
    void report(ReportKind kind, const Order &order, const char *price = "0", const char *quantity = "0")
    {
        VenueReport made;
        made.kind = kind;
        made.clientId = order.clientId;
        made.price = *Price::parse(price);
        made.quantity = *Quantity::parse(quantity);
        made.venueFillId = std::to_string(++m_fills);
        made.time = engine->now();
        apply(engine->now(), made);
    }

    template <class T>
    std::size_t count() const
    {
        std::size_t found = 0;
        for (const engine::Effect &effect : effects) {
            found += std::holds_alternative<T>(effect) ? 1 : 0;
        }
        return found;
    }
    /// The latest effect of a kind since the beginning; throws if there is none.
    template <class T>
    const T &last() const
    {
        for (auto effect = all.rbegin(); effect != all.rend(); ++effect) {
            if (const auto *found = std::get_if<T>(&*effect)) {
                return *found;
            }
        }
        throw std::runtime_error("no such effect");
    }
    const engine::effect::AskAgents &asked() const { return last<engine::effect::AskAgents>(); }
    const Decision &decided() const { return last<engine::effect::DecisionMade>().decision; }
    const Order &sent() const { return last<engine::effect::Submit>().order.order(); }
    Quantity held() const { return engine->desk().portfolio().position(InstrumentId(1)).quantity; }

    std::unique_ptr<engine::EngineCore> engine;
    std::vector<engine::Effect> effects; ///< of the last event
    std::vector<engine::Effect> all;

private:
    int m_fills = 0;
};

/// Answers what a test tells it to, or nothing.
class ScriptedPool final : public plugins::AgentPool
{
public:
    explicit ScriptedPool(std::size_t size) : m_names(size, "agent") {}

    std::size_t size() const override { return m_names.size(); }
    const std::string &name(AgentId agent) const override { return m_names[agent.value - 1]; }
    std::vector<Result<AgentSpec>> specs() override { return std::vector<Result<AgentSpec>>(size(), AgentSpec()); }
    void start(const IndicatorSlots &) override {}
    void restoreState(AgentId, std::string) override {}
    void ask(const MarketState &state, std::span<const AgentId> agents, std::chrono::nanoseconds given) override
    {
        asks.push_back(state.ask);
        budget = given;
        hadRules = state.rules != nullptr;
        for (const AgentId agent : agents) {
            if (onAsk) {
                onAsk(state.ask, agent);
            }
        }
    }
    void learn(AgentId agent, const Outcome &outcome) override { outcomes.emplace_back(agent, outcome); }
    std::string savedState(AgentId) const override { return {}; }
    bool settle(std::chrono::milliseconds) override { return true; }
    std::vector<std::string> hanging() const override { return {}; }
    void stop() override {}

    std::function<void(AskId, AgentId)> onAsk;
    std::vector<AskId> asks;
    std::chrono::nanoseconds budget{0};
    bool hadRules = false;
    std::vector<std::pair<AgentId, Outcome>> outcomes;

private:
    std::vector<std::string> m_names;
};

/// Remembers what it was told, shows what it is given, and reports what it was handed, when it is due.
class ScriptedVenue final : public MarketDrivenVenue
{
public:
    std::string name() const override { return "scripted"; }
    Result<void> open(const std::vector<Instrument> &) override { return {}; }
    void submit(const ApprovedOrder &order, Timestamp now) override
    {
        submitted.push_back(order.order());
        submittedAt.push_back(now);
    }
    void cancel(const std::string &clientId, Timestamp) override { cancelled.push_back(clientId); }
    void query(const std::string &clientId, Timestamp) override { queried.push_back(clientId); }
    void takeReports(Timestamp now, std::vector<VenueReport> &out) override
    {
        while (!reports.empty() && reports.front().time <= now) {
            out.push_back(reports.front());
            reports.pop_front();
        }
    }
    void onMarket(const MarketEvent &event, Timestamp now) override
    {
        if (onEvent) {
            onEvent(event, now);
        }
    }
    std::optional<Timestamp> nextReportAt() const override
    {
        return reports.empty() ? std::nullopt : std::optional(reports.front().time);
    }

    std::vector<Order> submitted;
    std::vector<Timestamp> submittedAt;
    std::vector<std::string> cancelled;
    std::vector<std::string> queried;
    std::deque<VenueReport> reports;
    std::function<void(const MarketEvent &, Timestamp)> onEvent;
};

/// Writes down what passes a kernel, one word each.
class Log final : public runtime::KernelObserver
{
public:
    void onEvent(const engine::Event &event) override
    {
        lines.emplace_back(engine::recordTypeName(engine::recordType(event.body)));
        times.push_back(event.now);
        events.push_back(event);
    }
    void onEffect(Timestamp, const engine::Effect &effect) override
    {
        lines.push_back("> " + std::string(engine::recordTypeName(engine::recordType(effect))));
        effects.push_back(effect);
    }
    void onJournalFailed(const Error &error) override { failures.push_back(error.message); }

    std::vector<std::string> lines;
    std::vector<Timestamp> times; ///< of events
    std::vector<engine::Event> events;
    std::vector<engine::Effect> effects;
    std::vector<std::string> failures;
};

} // namespace coinswarm::test
