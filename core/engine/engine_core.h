// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "decision/committee.h"
#include "decision/weight_advisor.h"
#include "engine/agent_roster.h"
#include "engine/effect.h"
#include "engine/engine_config.h"
#include "engine/episode_recorder.h"
#include "engine/event.h"
#include "engine/open_ask.h"
#include "market/market.h"
#include "trading/trading_desk.h"

#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace coinswarm::engine {

/// The deterministic state machine at the centre: events in, effects out.
///
/// market state → recall → ask agents → votes → committee → risk gate → approval → order → fill → position → outcome
/// → episode.
/// It reads no clock, opens no socket, starts no thread and draws no random number; `Event::now` is its only time.
/// The same events give the same effects on every machine and compiler: the journal's replay proves it.
///
/// Thread: one at a time; the session's engine thread. An event costs O(1); the hot path allocates nothing.
/// Failure: an arithmetic overflow or a broken invariant halts trading for good: failed() says why, apply() then does
/// nothing but cancel what is open. Of the event that failed nothing leaves but its cancels; a restart leaves it out, see
/// recoverEngine().
class EngineCore final : private trading::DeskListener
{
public:
    /// Invalid if the instruments, intervals, indicators, weights or limits of the configuration cannot work.
    static Result<std::unique_ptr<EngineCore>> create(EngineConfig config);
    ~EngineCore() override;

    /// Appends the effects of `event` to `out`. `event.now` must not be before the previous event's.
    void apply(const Event &event, std::vector<Effect> &out);
    /// apply() for the event of which there are millions.
    void applyTrade(Timestamp now, const Trade &trade, std::vector<Effect> &out);

    /// When the engine wants the next Timer event, if at all. Cheap; valid until the next apply().
    std::optional<Timestamp> nextWake() const
    {
        return m_nextWake.ns == kNever ? std::nullopt : std::optional(m_nextWake);
    }

    /// Why the engine has stopped for good; empty while it works.
    const std::string &failed() const { return m_failed; }

    const EngineConfig &config() const { return m_config; }
    Timestamp now() const { return m_now; }
    const market::Market &market() const { return *m_market; }
    const trading::TradingDesk &desk() const { return *m_desk; }
    const AgentRoster &roster() const { return m_roster; }
    const decision::WeightAdvisor &advisor() const { return m_advisor; }
    /// Why agents were asked without memory the last time; empty if they were not, or if there is none.
    const std::string &memoryAway() const { return m_memoryAway; }
    /// How often the session was continued from its journal.
    std::uint32_t restarts() const { return m_restarts; }
    /// Fills in what a MarketState does not own: the instrument's rules and the history that agents declared. Valid
    /// until the next apply().
    void attachHistory(MarketState &state) const;
    /// Whether agents, or memory, are still thinking: a market that is simulated or replayed waits for them.
    bool awaitsVotes() const { return !m_asks.empty(); }
    /// What the latest operator event came to. Not part of the state.
    const trading::ApprovalOutcome &lastAnswer() const { return m_lastAnswer; }
    const trading::HaltOutcome &lastHalt() const { return m_lastHalt; }
    const Result<void> &lastResume() const { return m_lastResume; }

    /// Everything that apply() depends on, for snapshots.
    template <class Visitor>
    void visitState(Visitor &visit)
    {
        visit("now", m_now);
        visit("market", *m_market);
        visit("desk", *m_desk);
        visit("roster", m_roster);
        visit("advisor", m_advisor);
        visit("asks", m_asks);
        visit("last_ask", m_lastAsk);
        visit("last_decision", m_lastDecision);
        visit("restarts", m_restarts);
        visit("failed", m_failed);
        visit("silent", m_silent);
        visit("silence_check", m_silenceCheck);
        visit("recovering", m_recovering);
        visit("episodes", m_episodes);
        visit("memory_away", m_memoryAway);
        updateNextWake();
    }

private:
    static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

    explicit EngineCore(EngineConfig config);

    void dispatch(const EventBody &body);
    bool isHeard(const EventBody &body) const;
    void fail(const std::string &reason);
    void withdrawEffects(std::size_t from);

    void on(const Trade &trade);
    void on(const Quote &quote);
    void on(const BookDelta &delta);
    void on(const Candle &candle);
    void on(const event::HistoryBar &bar);
    void on(const event::Timer &timer);
    void on(const event::AgentVoted &vote);
    void on(const event::AgentFailed &failure);
    void on(const VenueReport &report);
    void on(const api::OperatorDecision &answer);
    void on(const event::OperatorHalted &halt);
    void on(const event::OperatorResumed &resume);
    void on(const event::OperatorPaused &pause);
    void on(const event::ClockStepped &step);
    void on(const event::SessionRestarted &restart);
    void on(const event::FeedEnded &end);
    void on(const event::ReserveRecovered &recovered);
    void on(const event::PaceChanged &change);
    void on(const event::EventSkipped &skipped);
    void on(const event::EpisodesRecalled &answer);
    void on(const event::WeightsCommitted &committed);
    void on(const event::AgentBenchCommitted &committed);

    void afterMarket(InstrumentId instrument, Duration cadence = Duration{});
    void handleClosedBars();
    void ask(InstrumentId instrument);
    MarketState stateOf(InstrumentId instrument) const;
    Quantity maximumPosition(InstrumentId instrument, Price price) const;
    bool recall(OpenAsk &open, Recall &unavailable);
    void askAgents(OpenAsk &open, Recall recall);
    void askWithoutRecall(OpenAsk &open, const std::string &reason);
    void watchMemory(const Recall &recall);
    void closeEpisode(const RoundTrip &trade);
    OpenAsk *findAsk(AskId id);
    void decide(OpenAsk ask);
    void closeOverdueAsks();
    void watchSilence(InstrumentId instrument);
    void checkSilence();
    void bench(AgentId agent, bool hangs, const std::string &reason);
    trading::MarketFacts factsOf(InstrumentId instrument) const;
    const Instrument &instrument(InstrumentId id) const { return m_config.instruments[id.value - 1]; }
    void updateNextWake();
    void emit(Effect effect) { m_out->push_back(std::move(effect)); }
    void alert(trading::AlertSeverity severity, std::string code, std::string text);
    bool knows(InstrumentId id) const { return id && id.value <= m_config.instruments.size(); }

    // DeskListener
    void submit(const ApprovedOrder &order) override;
    void cancel(const Order &order) override;
    void query(const Order &order) override;
    void orderChanged(const Order &order) override;
    void riskChecked(const Order &order, const api::RiskReport &report) override;
    void approvalChanged(const api::Approval &approval) override;
    void fillBooked(const Fill &fill, const Position &position) override;
    void roundTripClosed(const RoundTrip &trade) override;
    void alert(const trading::TradingAlert &alert) override;
    void haltChanged(const trading::HaltState &state) override;

    EngineConfig m_config;
    decision::Committee m_committee;
    AgentRoster m_roster;
    decision::WeightAdvisor m_advisor;
    std::unique_ptr<market::Market> m_market;
    std::unique_ptr<trading::TradingDesk> m_desk;
    std::vector<OpenAsk> m_asks; ///< at most one per instrument, oldest first
    EpisodeRecorder m_episodes;
    std::string m_memoryAway; ///< why memory did not answer; alerted
    AskId m_lastAsk;
    DecisionId m_lastDecision;
    std::uint32_t m_restarts = 0;
    std::set<InstrumentId> m_silent; ///< alerted, and nothing has come since
    Timestamp m_silenceCheck{kNever};
    Duration m_silenceLimit{0}; ///< zero in backtests: nobody is there to be told
    Timestamp m_now;
    Timestamp m_nextWake{kNever};
    std::string m_failed;
    bool m_recovering = false; ///< repeating what came after an event that was left out; ends with SessionRestarted
    std::uint32_t m_historyBars = 0; ///< the most that any agent declared
    trading::ApprovalOutcome m_lastAnswer;
    trading::HaltOutcome m_lastHalt;
    Result<void> m_lastResume;
    std::vector<Effect> *m_out = nullptr; ///< of the apply() that is running
};

} // namespace coinswarm::engine
