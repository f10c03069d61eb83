// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/engine_core.h"

#include <algorithm>
#include <stdexcept>

namespace coinswarm::engine {

namespace {

std::vector<double> weightsOf(const std::vector<RosterEntry> &entries)
{
    std::vector<double> weights;
    weights.reserve(entries.size());
    for (const RosterEntry &entry : entries) {
        weights.push_back(entry.weight);
    }
    return weights;
}

market::MarketConfig marketConfigOf(const EngineConfig &config)
{
    market::MarketConfig market;
    market.intervals = config.intervals;
    market.decisionInterval = config.decisionInterval;
    market.indicatorSpecs = config.indicators;
    for (const RosterEntry &entry : config.agents) {
        for (const std::string &spec : entry.indicators) {
            if (std::find(market.indicatorSpecs.begin(), market.indicatorSpecs.end(), spec)
                == market.indicatorSpecs.end()) {
                market.indicatorSpecs.push_back(spec);
            }
        }
        market.historyBars = std::max(market.historyBars, entry.historyBars);
    }
    market.keepBars = config.keepBars;
    market.embedding = config.memory;
    return market;
}

} // namespace

EngineCore::EngineCore(EngineConfig config)
    : m_config(std::move(config)),
      m_committee(m_config.committee),
      m_roster(m_config.agents),
      m_advisor(weightsOf(m_config.agents))
{
    for (const RosterEntry &entry : m_config.agents) {
        m_historyBars = std::max(m_historyBars, entry.historyBars);
    }
    if (m_config.desk.mode != api::TradingMode::Backtest) {
        // A market of bars is silent between them.
        m_silenceLimit = std::max<Duration>(m_config.desk.limits.maxMarketAge,
                                            2 * std::chrono::seconds(m_config.decisionInterval.seconds));
    }
}

EngineCore::~EngineCore() = default;

Result<std::unique_ptr<EngineCore>> EngineCore::create(EngineConfig config)
{
    if (config.instruments.empty()) {
        return invalid("there is no instrument to trade: the feed names none");
    }
    if (config.agents.empty()) {
        return invalid("there is no agent: enable at least one in the configuration, section [agents]");
    }
    Result<market::Market> market = market::Market::create(config.instruments, marketConfigOf(config));
    if (!market.ok()) {
        return market.error();
    }
    std::unique_ptr<EngineCore> engine(new EngineCore(std::move(config)));
    engine->m_market = std::make_unique<market::Market>(std::move(market).value());
    if (const Result<void> valid = trading::validate(engine->m_config.desk); !valid.ok()) {
        return valid.error();
    }
    engine->m_desk = std::make_unique<trading::TradingDesk>(engine->m_config.desk, engine->m_config.instruments,
                                                            static_cast<trading::DeskListener &>(*engine));
    engine->updateNextWake();
    return engine;
}

void EngineCore::apply(const Event &event, std::vector<Effect> &out)
{
    m_out = &out;
    m_now = event.now;
    const std::size_t before = out.size();
    try {
        dispatch(event.body);
    } catch (const std::exception &error) {
        withdrawEffects(before);
        fail(error.what());
    }
    updateNextWake();
}

void EngineCore::applyTrade(Timestamp now, const Trade &trade, std::vector<Effect> &out)
{
    if (!m_failed.empty()) {
        return;
    }
    m_out = &out;
    m_now = now;
    const std::size_t before = out.size();
    try {
        on(trade);
    } catch (const std::exception &error) {
        withdrawEffects(before);
        fail(error.what());
    }
    updateNextWake();
}

void EngineCore::dispatch(const EventBody &body)
{
    if (isHeard(body)) {
        std::visit([this](const auto &event) { on(event); }, body);
    }
}

bool EngineCore::isHeard(const EventBody &body) const
{
    if (m_failed.empty() && !m_recovering) {
        return true;
    }
    return std::visit(
        [this](const auto &event) {
            using T = std::decay_t<decltype(event)>;
            // A failed engine decides nothing more, but what the venue says of orders that are there is still booked.
            constexpr bool always = std::is_same_v<T, event::OperatorHalted> || std::is_same_v<T, VenueReport>;
            // One that recovers must know the market as it was, but whatever else was wished of it was wished of an
            // engine that had failed, and refused then.
            constexpr bool market =
                std::is_same_v<
                    T, Trade> || std::is_same_v<T, Quote> || std::is_same_v<T, BookDelta> || std::is_same_v<T, Candle>;
            constexpr bool restart =
                std::is_same_v<
                    T,
                    event::
                        SessionRestarted> || std::is_same_v<T, event::ReserveRecovered> || std::is_same_v<T, event::EventSkipped>;
            return always || (m_failed.empty() && (market || restart));
        },
        body);
}

void EngineCore::withdrawEffects(std::size_t from)
{
    // An event that fails has not happened: a restart leaves it out, and an order or fill of it would be a stranger then.
    // A cancel does no harm, and the desk believes that it was sent.
    const auto first = m_out->begin() + static_cast<std::ptrdiff_t>(from);
    m_out->erase(std::remove_if(first, m_out->end(),
                                [](const Effect &effect) { return !std::holds_alternative<effect::Cancel>(effect); }),
                 m_out->end());
}

void EngineCore::fail(const std::string &reason)
{
    if (!m_failed.empty()) {
        return;
    }
    m_failed = reason;
    alert(
        trading::AlertSeverity::Danger, "engine_failed",
        "The engine has stopped: " + reason
            + ". Open orders are being cancelled. Restart: the event at which it failed is then left out, and trading "
              "stays halted until you have looked and resumed.");
    m_asks.clear();
    try {
        m_lastHalt = m_desk->halt("The engine has stopped: " + reason, m_now);
    } catch (const std::exception &error) {
        alert(trading::AlertSeverity::Danger, "halt_failed", std::string("Halting failed as well: ") + error.what());
    }
}

void EngineCore::on(const Trade &trade)
{
    m_market->onTrade(trade, m_now);
    afterMarket(trade.instrument);
}

void EngineCore::on(const Quote &quote)
{
    // A quote closes no bar, and it does not make the last price any fresher: the desk is told of trades only.
    m_market->onQuote(quote, m_now);
}

void EngineCore::on(const BookDelta &delta)
{
    m_market->onBookDelta(delta, m_now);
}

void EngineCore::on(const Candle &candle)
{
    m_market->onCandle(candle, m_now);
    afterMarket(candle.instrument, std::chrono::seconds(candle.interval.seconds));
}

void EngineCore::on(const event::HistoryBar &bar)
{
    m_market->warmUp(bar.candle);
}

void EngineCore::afterMarket(InstrumentId instrument, Duration cadence)
{
    if (!knows(instrument)) {
        return;
    }
    // What the market has refused as late or impossible is no news either.
    if (m_market->lastUpdate(instrument) == m_now) {
        m_desk->onMarket(instrument, m_market->lastPrice(instrument), m_now, cadence);
        watchSilence(instrument);
    }
    if (!m_market->closed().empty() || !m_market->regimeChanges().empty()) {
        handleClosedBars();
    }
}

void EngineCore::on(const event::Timer &)
{
    m_market->advanceTo(m_now);
    m_desk->onTimer(m_now);
    handleClosedBars();
    closeOverdueAsks();
    checkSilence();
}

void EngineCore::handleClosedBars()
{
    for (const market::RegimeChange &change : m_market->regimeChanges()) {
        if (change.ended.id) {
            emit(effect::RegimeChanged{change.ended});
        }
        emit(effect::RegimeChanged{change.started});
    }
    if (m_recovering) {
        return;
    }
    // A question can lead to trading but never to new bars, so the list stays valid.
    for (const Candle &candle : m_market->closed()) {
        if (candle.interval == m_config.decisionInterval) {
            ask(candle.instrument);
        }
    }
}

void EngineCore::watchSilence(InstrumentId id)
{
    if (m_silenceCheck.ns == kNever && m_silenceLimit.count() > 0) {
        m_silenceCheck = m_now + m_silenceLimit;
    }
    if (!m_silent.empty() && m_silent.erase(id) > 0) {
        alert(trading::AlertSeverity::Info, "market_back", instrument(id).symbol + " trades again.");
    }
}

void EngineCore::checkSilence()
{
    if (m_silenceCheck > m_now) {
        return;
    }
    Timestamp next = m_now + m_silenceLimit;
    for (const Instrument &watched : m_config.instruments) {
        const Timestamp limit = m_market->lastUpdate(watched.id) + m_silenceLimit;
        if (limit > m_now) {
            next = std::min(next, limit);
        } else if (m_silent.insert(watched.id).second) {
            alert(trading::AlertSeverity::Danger, "market_silent",
                  "Nothing has been heard of " + watched.symbol + " for "
                      + std::to_string(m_silenceLimit.count() / 1'000'000'000)
                      + " s. No new position is opened in it while that lasts; check the feed.");
        }
    }
    m_silenceCheck = next;
}

void EngineCore::on(const VenueReport &report)
{
    m_desk->onReport(report, m_now);
}

void EngineCore::on(const api::OperatorDecision &decision)
{
    m_lastAnswer = m_desk->onOperator(decision, m_now);
}

void EngineCore::on(const event::OperatorHalted &halt)
{
    m_lastHalt = m_desk->halt(halt.operatorName + ": " + halt.reason, m_now);
}

void EngineCore::on(const event::OperatorResumed &resume)
{
    m_lastResume = m_desk->resume(resume.operatorName, m_now);
    if (!m_lastResume.ok()) {
        alert(trading::AlertSeverity::Warning, "resume_refused", m_lastResume.error().message);
    }
}

void EngineCore::on(const event::OperatorPaused &pause)
{
    m_desk->setPaused(pause.paused, (pause.paused ? "paused by " : "continued by ") + pause.operatorName, m_now);
}

void EngineCore::on(const event::ClockStepped &step)
{
    const std::string seconds = std::to_string(step.step.count() / 1'000'000'000);
    alert(trading::AlertSeverity::Danger, "clock_stepped",
          "The computer's clock jumped by " + seconds + " s. Trading is halted; check the clock, then resume.");
    m_lastHalt = m_desk->halt("the computer's clock jumped by " + seconds + " s", m_now);
}

void EngineCore::on(const event::SessionRestarted &restart)
{
    m_restarts = restart.restarts;
    m_recovering = false;
    // Whoever was asked before the restart will not answer any more.
    m_asks.clear();
    m_roster.onRestart();
    m_desk->reconcile(m_now);
}

void EngineCore::on(const event::FeedEnded &end)
{
    m_silenceCheck.ns = kNever; // An end is not a silence.
    m_silent.clear();
    alert(trading::AlertSeverity::Info, "feed_ended",
          "The market data has ended" + (end.detail.empty() ? "." : ": " + end.detail));
}

void EngineCore::on(const event::ReserveRecovered &recovered)
{
    alert(trading::AlertSeverity::Warning, "reserve_recovered",
          "While the journal could not be written, " + std::to_string(recovered.cancelled.size())
              + " cancels were sent; they are in the journal now. The venue is asked about every open order.");
}

void EngineCore::on(const event::PaceChanged &change)
{
    m_desk->setPace(change.pace, m_now);
}

void EngineCore::on(const event::EventSkipped &skipped)
{
    m_recovering = true;
    m_asks.clear();
    const std::string record = "record " + std::to_string(skipped.record.value) + " (" + skipped.what + ")";
    alert(
        trading::AlertSeverity::Danger, "event_skipped",
        "The engine had failed at " + record + ": " + skipped.reason
            + ". That event is left out, all others are kept, and the venue is asked about every open order. Trading "
              "is "
              "halted: compare positions and orders with the venue's own list, then resume. If the engine fails again, "
              "keep the journal and begin another session (--fresh).");
    m_lastHalt = m_desk->halt("the engine had failed at " + record + ", which is left out: " + skipped.reason, m_now);
}

void EngineCore::updateNextWake()
{
    std::int64_t next = kNever;
    if (!m_failed.empty() || m_recovering) {
        m_nextWake.ns = next; // Timers would be dropped and asked for again for ever.
        return;
    }
    if (const std::optional<Timestamp> close = m_market->nextClose()) {
        next = std::min(next, close->ns);
    }
    next = std::min(next, m_desk->nextWake().ns);
    next = std::min(next, m_silenceCheck.ns);
    for (const OpenAsk &open : m_asks) {
        if (const Timestamp due = open.due(); due.ns != 0) {
            next = std::min(next, due.ns);
        }
    }
    m_nextWake.ns = next;
}

} // namespace coinswarm::engine
