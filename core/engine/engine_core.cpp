// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/engine_core.h"

#include <algorithm>
#include <stdexcept>

namespace coinswarm {

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

MarketConfig marketConfigOf(const EngineConfig &config)
{
    MarketConfig market;
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
    if (m_config.desk.mode != TradingMode::Backtest) {
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
    Result<Market> market = Market::create(config.instruments, marketConfigOf(config));
    if (!market.ok()) {
        return market.error();
    }
    std::unique_ptr<EngineCore> engine(new EngineCore(std::move(config)));
    engine->m_market = std::make_unique<Market>(std::move(market).value());
    if (const Result<void> valid = validate(engine->m_config.desk); !valid.ok()) {
        return valid.error();
    }
    engine->m_desk = std::make_unique<TradingDesk>(engine->m_config.desk, engine->m_config.instruments,
                                                   static_cast<DeskListener &>(*engine));
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
        AlertSeverity::Danger, "engine_failed",
        "The engine has stopped: " + reason
            + ". Open orders are being cancelled. Restart: the event at which it failed is then left out, and trading "
              "stays halted until you have looked and resumed.");
    m_asks.clear();
    try {
        m_lastHalt = m_desk->halt("The engine has stopped: " + reason, m_now);
    } catch (const std::exception &error) {
        alert(AlertSeverity::Danger, "halt_failed", std::string("Halting failed as well: ") + error.what());
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
    for (const RegimeChange &change : m_market->regimeChanges()) {
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

void EngineCore::ask(InstrumentId id)
{
    const auto outstanding =
        std::find_if(m_asks.begin(), m_asks.end(), [&](const OpenAsk &open) { return open.instrument == id; });
    if (outstanding != m_asks.end()) {
        OpenAsk late = std::move(*outstanding);
        m_asks.erase(outstanding);
        decide(std::move(late));
    }

    OpenAsk open;
    open.instrument = id;
    open.regime = m_market->regime(id).id;
    open.votes.resize(m_roster.size());
    effect::AskAgents question;
    const std::uint64_t bars = m_market->warmedBars(id);
    for (std::size_t i = 0; i < m_roster.size(); ++i) {
        const AgentId agent(static_cast<std::uint32_t>(i + 1));
        const VoteStatus standing = m_roster.standing(agent, bars);
        open.votes[i].status = standing == VoteStatus::Voted ? VoteStatus::Abstained : standing;
        if (standing == VoteStatus::Voted) {
            question.agents.push_back(agent);
        }
    }
    if (question.agents.empty()) {
        return;
    }
    open.id = m_lastAsk = AskId(m_lastAsk.value + 1);
    open.missing = static_cast<std::uint32_t>(question.agents.size());
    open.deadline = m_config.agentDeadline.count() == 0 ? Timestamp{} : m_now + m_config.agentDeadline;
    question.deadline = open.deadline;
    question.state = stateOf(id);
    question.state.ask = open.id;
    m_asks.push_back(std::move(open));
    emit(std::move(question));
}

MarketState EngineCore::stateOf(InstrumentId id) const
{
    MarketState state;
    state.now = m_now;
    state.instrument = id;
    const std::span<const Candle> last = m_market->recent(id, 1);
    state.candle = last.empty() ? Candle{} : last.back();
    state.bid = m_market->bestBid(id);
    state.bestAsk = m_market->bestAsk(id);
    state.bars = m_market->warmedBars(id);
    state.indicators = m_market->readings(id);
    state.regime = m_market->regime(id);
    state.position = m_desk->portfolio().position(id);
    state.account = m_desk->account();
    state.maximumPosition = maximumPosition(id, state.candle.close);
    return state;
}

Quantity EngineCore::maximumPosition(InstrumentId id, Price price) const
{
    if (!price.isPositive()) {
        return {};
    }
    const RiskLimits &limits = m_desk->limits();
    const Money share = scaled(m_desk->account().equity, limits.maxPositionShare, Rounding::Down);
    const Money most = std::min({limits.maxPositionNotional, limits.maxOrderNotional, share});
    if (!most.isPositive()) {
        return {};
    }
    // Of a coin that costs next to nothing the money would buy more than a quantity can say.
    constexpr Quantity kLargest = Quantity::fromRaw(std::numeric_limits<std::int64_t>::max());
    const auto least =
        Price::fromRaw(detail::multiplyDivide(most.raw, detail::kDecimalScale, kLargest.raw, Rounding::Up));
    return roundedDownTo(price > least ? quantityFor(most, price) : kLargest, instrument(id).lot);
}

void EngineCore::attachHistory(MarketState &state) const
{
    state.rules = &instrument(state.instrument);
    state.recent = m_market->recent(state.instrument, m_historyBars);
}

OpenAsk *EngineCore::findAsk(AskId id)
{
    const auto found = std::find_if(m_asks.begin(), m_asks.end(), [&](const OpenAsk &open) { return open.id == id; });
    return found == m_asks.end() ? nullptr : &*found;
}

void EngineCore::on(const event::AgentVoted &answer)
{
    OpenAsk *open = findAsk(answer.ask);
    if (!m_roster.knows(answer.agent)) {
        return;
    }
    CountedVote *vote = open == nullptr ? nullptr : &open->votes[answer.agent.value - 1];
    if (vote == nullptr || vote->status != VoteStatus::Abstained) {
        return; // Too late or twice; the abstention stands.
    }
    m_roster.onVote(answer.agent);
    vote->status = VoteStatus::Voted;
    vote->vote = answer.vote;
    if (--open->missing == 0) {
        OpenAsk complete = std::move(*open);
        m_asks.erase(m_asks.begin() + (open - m_asks.data()));
        decide(std::move(complete));
    }
}

void EngineCore::on(const event::AgentFailed &failure)
{
    if (!m_roster.knows(failure.agent)) {
        return;
    }
    bench(failure.agent, failure.hangs, failure.reason);
    // Its other open questions will not be answered either.
    std::vector<OpenAsk> complete;
    for (OpenAsk &open : m_asks) {
        CountedVote &vote = open.votes[failure.agent.value - 1];
        if (vote.status == VoteStatus::Abstained) {
            vote.status = VoteStatus::Failed;
            if (--open.missing == 0) {
                complete.push_back(std::move(open));
            }
        }
    }
    std::erase_if(m_asks, [](const OpenAsk &open) { return open.missing == 0; });
    for (OpenAsk &open : complete) {
        decide(std::move(open));
    }
}

void EngineCore::bench(AgentId agent, bool hangs, const std::string &reason)
{
    if (m_roster.onFailure(agent, hangs, reason)) {
        emit(effect::AgentBenched{agent, hangs, reason});
        const std::string &name = m_roster.entries()[agent.value - 1].name;
        alert(AlertSeverity::Warning, hangs ? "agent_hung" : "agent_benched",
              "Agent " + name + " is benched: " + reason + ". The others go on without it.");
    }
}

void EngineCore::watchSilence(InstrumentId id)
{
    if (m_silenceCheck.ns == kNever && m_silenceLimit.count() > 0) {
        m_silenceCheck = m_now + m_silenceLimit;
    }
    if (!m_silent.empty() && m_silent.erase(id) > 0) {
        alert(AlertSeverity::Info, "market_back", instrument(id).symbol + " trades again.");
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
            alert(AlertSeverity::Danger, "market_silent",
                  "Nothing has been heard of " + watched.symbol + " for "
                      + std::to_string(m_silenceLimit.count() / 1'000'000'000)
                      + " s. No new position is opened in it while that lasts; check the feed.");
        }
    }
    m_silenceCheck = next;
}

void EngineCore::closeOverdueAsks()
{
    while (!m_asks.empty() && m_asks.front().deadline.ns != 0 && m_asks.front().deadline <= m_now) {
        OpenAsk late = std::move(m_asks.front());
        m_asks.erase(m_asks.begin());
        decide(std::move(late));
    }
}

void EngineCore::decide(OpenAsk open)
{
    for (std::size_t i = 0; i < open.votes.size(); ++i) {
        const AgentId agent(static_cast<std::uint32_t>(i + 1));
        if (open.votes[i].status == VoteStatus::Abstained && m_roster.onMissed(agent, m_now)) {
            emit(effect::AgentBenched{agent, false, m_roster.record(agent).reason});
            alert(AlertSeverity::Warning, "agent_benched",
                  "Agent " + m_roster.entries()[i].name + " is benched: it " + m_roster.record(agent).reason + ".");
        }
    }
    Decision decision = m_committee.decide(m_roster.members(), std::move(open.votes), instrument(open.instrument),
                                           m_desk->portfolio().position(open.instrument).quantity);
    decision.id = m_lastDecision = DecisionId(m_lastDecision.value + 1);
    decision.ask = open.id;
    decision.time = m_now;
    emit(effect::DecisionMade{decision});
    if (decision.action != Action::Hold) {
        // Only what became an order can become a trade; a committee that repeats itself must not push out its entry.
        if (m_desk->propose(decision, factsOf(open.instrument), open.regime, m_now)) {
            m_advisor.onEntry(decision);
        }
    }
}

MarketFacts EngineCore::factsOf(InstrumentId id) const
{
    // The desk knows the last price, and when that was traded, from onMarket().
    return {.bid = m_market->bestBid(id), .ask = m_market->bestAsk(id)};
}

void EngineCore::on(const VenueReport &report)
{
    m_desk->onReport(report, m_now);
}

void EngineCore::on(const OperatorDecision &decision)
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
        alert(AlertSeverity::Warning, "resume_refused", m_lastResume.error().message);
    }
}

void EngineCore::on(const event::OperatorPaused &pause)
{
    m_desk->setPaused(pause.paused, (pause.paused ? "paused by " : "continued by ") + pause.operatorName, m_now);
}

void EngineCore::on(const event::ClockStepped &step)
{
    const std::string seconds = std::to_string(step.step.count() / 1'000'000'000);
    alert(AlertSeverity::Danger, "clock_stepped",
          "The computer's clock jumped by " + seconds + " s. Trading is halted; check the clock, then resume.");
    m_lastHalt = m_desk->halt("the computer's clock jumped by " + seconds + " s", m_now);
}

void EngineCore::on(const event::SessionRestarted &restart)
{
    m_restarts = restart.restarts;
    m_recovering = false;
    // Whoever was asked before the restart will not answer any more.
    m_asks.clear();
    m_desk->reconcile(m_now);
}

void EngineCore::on(const event::FeedEnded &end)
{
    m_silenceCheck.ns = kNever; // An end is not a silence.
    m_silent.clear();
    alert(AlertSeverity::Info, "feed_ended",
          "The market data has ended" + (end.detail.empty() ? "." : ": " + end.detail));
}

void EngineCore::on(const event::ReserveRecovered &recovered)
{
    alert(AlertSeverity::Warning, "reserve_recovered",
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
        AlertSeverity::Danger, "event_skipped",
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
    if (!m_asks.empty() && m_asks.front().deadline.ns != 0) {
        next = std::min(next, m_asks.front().deadline.ns);
    }
    m_nextWake.ns = next;
}

void EngineCore::alert(AlertSeverity severity, std::string code, std::string text)
{
    emit(effect::Alert{severity, std::move(code), std::move(text)});
}

void EngineCore::alert(const TradingAlert &alert)
{
    emit(effect::Alert{alert.severity, alert.code, alert.text});
}

void EngineCore::haltChanged(const HaltState &state)
{
    emit(effect::HaltChanged{state});
}

void EngineCore::submit(const ApprovedOrder &order)
{
    emit(effect::Submit{order});
}

void EngineCore::cancel(const Order &order)
{
    emit(effect::Cancel{order.id, order.clientId});
}

void EngineCore::query(const Order &order)
{
    emit(effect::Query{order.id, order.clientId});
}

void EngineCore::orderChanged(const Order &order)
{
    emit(effect::OrderChanged{order});
}

void EngineCore::riskChecked(const Order &, const RiskReport &report)
{
    emit(effect::RiskChecked{report});
}

void EngineCore::approvalChanged(const Approval &approval)
{
    emit(effect::ApprovalChanged{approval});
}

void EngineCore::fillBooked(const Fill &fill, const Position &)
{
    emit(effect::FillBooked{fill});
}

void EngineCore::roundTripClosed(const RoundTrip &trade)
{
    effect::RoundTripClosed closed{trade, {}};
    for (std::size_t i = 0; i < m_roster.size(); ++i) {
        closed.voted.push_back(m_advisor.votedAtEntry(trade.decision, AgentId(static_cast<std::uint32_t>(i + 1))));
    }
    m_advisor.onRoundTrip(trade);
    emit(std::move(closed));
}

} // namespace coinswarm
