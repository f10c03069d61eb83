// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "unit/engine_bench.h"

#include <QtTest/QtTest>

#include <random>

using namespace coinswarm;
using namespace coinswarm::api;
using namespace coinswarm::engine;
using namespace coinswarm::test;
using namespace coinswarm::trading;

namespace {

const Vote kBuy = vote(Action::Buy);
const Vote kSell = vote(Action::Sell);
const Vote kHold = vote(Action::Hold, "0");

/// Buys 0.1 at 100 and has it filled.
void goLong(EngineBench &bench, double openSeconds)
{
    bench.bar(openSeconds, "100");
    bench.answer(kBuy, kBuy);
    const Order order = bench.sent();
    bench.report(ReportKind::Accepted, order);
    bench.report(ReportKind::Filled, order, "100", "0.1");
}

/// Drives an engine with everything that can happen to one, at random, and writes the events down.
class RandomLife
{
public:
    explicit RandomLife(std::uint64_t seed, EngineConfig config) : m_random(seed), m_bench(std::move(config)) {}

    const std::vector<Event> &live(int steps)
    {
        for (int i = 0; i < steps; ++i) {
            m_now = m_now + std::chrono::milliseconds(500 + m_random() % 20'000);
            while (m_bench.engine->nextWake() && *m_bench.engine->nextWake() <= m_now) {
                const Timestamp due = std::max(*m_bench.engine->nextWake(), m_bench.engine->now());
                happen(due, engine::event::Timer{due});
            }
            m_price = std::max<std::int64_t>(m_price + static_cast<std::int64_t>(m_random() % 201) - 100, 5'000);
            const Trade trade{InstrumentId(1),          Side::Buy, Price::fromRaw(m_price * 1'000'000),
                              Quantity::fromInteger(1), m_now,     0};
            happen(m_now, trade);
            if (m_random() % 200 == 0) {
                operate();
            }
        }
        return m_events;
    }

    std::size_t fills = 0;

private:
    void happen(Timestamp now, EventBody body)
    {
        m_events.push_back({now, body});
        m_bench.apply(now, std::move(body));
        const std::vector<Effect> effects = m_bench.effects;
        for (const Effect &effect : effects) {
            react(effect);
        }
    }

    void react(const Effect &effect)
    {
        const Timestamp now = m_bench.engine->now();
        if (const auto *ask = std::get_if<engine::effect::AskAgents>(&effect)) {
            for (const AgentId agent : ask->agents) {
                const auto chance = m_random() % 100;
                if (chance < 90) {
                    Vote vote = test::vote(static_cast<Action>(m_random() % 3), "0.5");
                    vote.stop =
                        Price::fromRaw((vote.action == Action::Buy ? m_price - 200 : m_price + 200) * 1'000'000);
                    happen(now, engine::event::AgentVoted{ask->state.ask, agent, vote, {}});
                } else if (chance == 99 && m_random() % 20 == 0) {
                    happen(now, engine::event::AgentFailed{ask->state.ask, agent, false, "random failure"});
                }
            }
        } else if (const auto *submit = std::get_if<engine::effect::Submit>(&effect)) {
            const Order order = submit->order.order();
            VenueReport report;
            report.clientId = order.clientId;
            report.time = now;
            report.kind = m_random() % 10 == 0 ? ReportKind::Rejected : ReportKind::Accepted;
            happen(now, report);
            if (report.kind == ReportKind::Accepted && order.type == OrderType::Market) {
                report.kind = ReportKind::Filled;
                report.price = Price::fromRaw(m_price * 1'000'000);
                report.quantity = order.quantity;
                report.fee = scaled(notional(report.price, report.quantity), Ratio::fromRaw(100'000));
                report.venueFillId = std::to_string(++fills);
                happen(now, report);
            }
        } else if (const auto *cancel = std::get_if<engine::effect::Cancel>(&effect)) {
            VenueReport report;
            report.kind = ReportKind::Cancelled;
            report.clientId = cancel->clientId;
            report.time = now;
            happen(now, report);
        } else if (const auto *changed = std::get_if<engine::effect::ApprovalChanged>(&effect)) {
            const Approval &approval = changed->approval;
            if (approval.state == ApprovalState::Pending && m_random() % 8 != 0) {
                happen(now, OperatorDecision{approval.id, approval.orderHash, m_random() % 5 != 0, "ann", "reason"});
            }
        }
    }

    void operate()
    {
        const Timestamp now = m_bench.engine->now();
        happen(now, engine::event::OperatorHalted{"ann", "random"});
        happen(now, engine::event::OperatorResumed{"ann"});
        happen(now, engine::event::OperatorPaused{m_random() % 2 == 0, "ann"});
    }

    std::mt19937_64 m_random;
    EngineBench m_bench;
    std::vector<Event> m_events;
    Timestamp m_now = at(0);
    std::int64_t m_price = 10'000; ///< cents
};

} // namespace

class TestEngineCore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void refusesWhatCannotWork_data()
    {
        QTest::addColumn<int>("change");
        QTest::addColumn<QString>("says");
        QTest::newRow("no instrument") << 0 << "no instrument";
        QTest::newRow("no agent") << 1 << "no agent";
        QTest::newRow("unknown indicator") << 2 << "smx:3";
        QTest::newRow("foreign decision interval") << 3 << "decision interval";
        QTest::newRow("impossible limit") << 4 << "max_open_orders";
        QTest::newRow("an agent's unknown indicator") << 5 << "foo:1";
    }
    void refusesWhatCannotWork()
    {
        QFETCH(int, change);
        QFETCH(QString, says);
        EngineConfig config = smallConfig();
        switch (change) {
        case 0:
            config.instruments.clear();
            break;
        case 1:
            config.agents.clear();
            break;
        case 2:
            config.indicators = {"smx:3"};
            break;
        case 3:
            config.decisionInterval = Interval{120};
            break;
        case 4:
            config.desk.limits.maxOpenOrders = 0;
            break;
        default:
            config.agents[0].indicators = {"foo:1"};
            break;
        }
        const auto made = EngineCore::create(config);
        QVERIFY(!made.ok());
        QVERIFY2(QString::fromStdString(made.error().message).contains(says), made.error().message.c_str());
    }

    void asksWhenADecisionBarClosesAndOnlyThen()
    {
        EngineConfig config = smallConfig();
        config.decisionInterval = Interval{300};
        EngineBench bench(config);
        std::vector<double> asked;
        const auto note = [&](double seconds) {
            for (std::size_t n = bench.count<engine::effect::AskAgents>(); n > 0; --n) {
                asked.push_back(seconds);
                QVERIFY(bench.asked().state.candle.interval == Interval{300});
                QVERIFY(bench.asked().state.now == at(seconds));
            }
        };
        for (int second = 0; second < 1'000; second += 10) {
            while (bench.engine->nextWake() && *bench.engine->nextWake() <= at(second)) {
                const Timestamp due = *bench.engine->nextWake();
                bench.apply(due, engine::event::Timer{due});
                note(static_cast<double>((due - at(0)).count()) / 1e9);
            }
            bench.apply(second, trade(second, "100"));
            note(second);
        }
        QVERIFY((asked == std::vector<double>{300, 600, 900}));
    }

    void theQuestionShowsTheWholeState()
    {
        EngineBench bench;
        goLong(bench, 0);
        bench.apply(61, Quote{InstrumentId(1), *Price::parse("101"), *Price::parse("103"), {}, {}, at(61)});
        bench.bar(60, "102");
        bench.bar(120, "104");
        MarketState state = bench.asked().state;
        QVERIFY(state.candle.close == *Price::parse("104"));
        QVERIFY(state.bid == *Price::parse("101") && state.bestAsk == *Price::parse("103"));
        QCOMPARE(state.bars, std::uint64_t{3});
        QVERIFY(state.indicators.ready(0));
        QCOMPARE(state.indicators.value(0), 102.0);
        QCOMPARE(toString(state.position.quantity), std::string("0.1"));
        QCOMPARE(toString(state.account.equity), std::string("10000.4"));
        // A quarter of the equity, at 104, in whole lots.
        QCOMPARE(toString(state.maximumPosition), std::string("24.03942"));
        bench.engine->attachHistory(state);
        QCOMPARE(state.rules->symbol, std::string("BTC-USDT"));
    }

    void historyWarmsUpWithoutAsking()
    {
        EngineConfig config = smallConfig();
        config.agents[0].warmupBars = 3;
        config.agents[1].warmupBars = 3;
        EngineBench bench(config);
        bench.apply(60, engine::event::HistoryBar{candle(0, "100")});
        bench.apply(120, engine::event::HistoryBar{candle(60, "101")});
        QVERIFY(bench.effects.empty());
        bench.bar(120, "102");
        QCOMPARE(bench.asked().agents.size(), std::size_t{2});
        QCOMPARE(bench.asked().state.indicators.value(0), 101.0);
    }

    void whoIsWarmingUpIsNotAsked()
    {
        EngineConfig config = smallConfig();
        config.agents[0].warmupBars = 2;
        config.agents[1].warmupBars = 4;
        EngineBench bench(config);
        bench.bar(0, "100");
        QCOMPARE(bench.count<engine::effect::AskAgents>(), std::size_t{0});
        bench.bar(60, "100");
        QVERIFY(bench.asked().agents == std::vector<AgentId>{AgentId(1)});
        bench.apply(120, engine::event::AgentVoted{bench.asked().state.ask, AgentId(1), kHold, {}});
        QVERIFY(bench.decided().votes[0].status == VoteStatus::Voted);
        QVERIFY(bench.decided().votes[1].status == VoteStatus::WarmingUp);
    }

    void decidesAtTheLastVote()
    {
        EngineBench bench;
        bench.bar(0, "100");
        QVERIFY(bench.engine->awaitsVotes());
        const AskId ask = bench.asked().state.ask;
        bench.apply(61, engine::event::AgentVoted{ask, AgentId(2), kHold, {}});
        QVERIFY(bench.effects.empty());
        bench.apply(62, engine::event::AgentVoted{ask, AgentId(1), kHold, {}});
        QCOMPARE(bench.count<engine::effect::DecisionMade>(), std::size_t{1});
        QVERIFY(!bench.engine->awaitsVotes());
        QVERIFY(bench.decided().ask == ask);
        QVERIFY(bench.decided().time == at(62));
        QCOMPARE(bench.decided().id.value, std::uint64_t{1});
    }

    void lateDoubleAndForeignVotesChangeNothing()
    {
        EngineBench bench;
        bench.bar(0, "100");
        const AskId ask = bench.asked().state.ask;
        bench.apply(61, engine::event::AgentVoted{ask, AgentId(1), kBuy, {}});
        const auto before = codec::encoded(*bench.engine);
        bench.apply(61, engine::event::AgentVoted{ask, AgentId(1), kSell, {}});
        bench.apply(61, engine::event::AgentVoted{ask, AgentId(3), kSell, {}});
        bench.apply(61, engine::event::AgentVoted{ask, AgentId(), kSell, {}});
        bench.apply(61, engine::event::AgentVoted{AskId(99), AgentId(2), kSell, {}});
        QVERIFY(bench.effects.empty());
        QVERIFY(codec::encoded(*bench.engine) == before);
        bench.apply(61, engine::event::AgentVoted{ask, AgentId(2), kHold, {}});
        QVERIFY(bench.decided().votes[0].vote == kBuy);
        bench.apply(62, engine::event::AgentVoted{ask, AgentId(2), kSell, {}});
        QVERIFY(bench.effects.empty());
    }

    void aMissedDeadlineAbstains()
    {
        EngineConfig config = smallConfig();
        config.agentDeadline = std::chrono::milliseconds(250);
        EngineBench bench(config);
        bench.bar(0, "100");
        QVERIFY(bench.asked().deadline == at(60.25));
        QVERIFY(bench.engine->nextWake() == at(60.25));
        bench.apply(60.1, engine::event::AgentVoted{bench.asked().state.ask, AgentId(1), kBuy, {}});
        bench.apply(60.2, engine::event::Timer{at(60.2)});
        QCOMPARE(bench.count<engine::effect::DecisionMade>(), std::size_t{0});
        bench.apply(60.25, engine::event::Timer{at(60.25)});
        QCOMPARE(bench.count<engine::effect::DecisionMade>(), std::size_t{1});
        QVERIFY(bench.decided().votes[1].status == VoteStatus::Abstained);
        QVERIFY(bench.decided().action == Action::Buy); // who does not answer does not dilute
        QVERIFY(bench.engine->roster().record(AgentId(2)).state == MemberState::Active);
    }

    void threeMissedDeadlinesInARowBench()
    {
        EngineConfig config = smallConfig();
        config.agentDeadline = std::chrono::milliseconds(250);
        EngineBench bench(config);
        for (int i = 0; i < 3; ++i) {
            QCOMPARE(bench.engine->roster().record(AgentId(2)).state, MemberState::Active);
            bench.bar(60.0 * i, "100");
            bench.apply(60.0 * i + 60, engine::event::AgentVoted{bench.asked().state.ask, AgentId(1), kHold, {}});
            bench.apply(60.0 * i + 60.25, engine::event::Timer{at(60.0 * i + 60.25)});
        }
        QVERIFY(bench.last<engine::effect::AgentBenched>().agent == AgentId(2));
        QVERIFY(!bench.last<engine::effect::AgentBenched>().hangs);
        QCOMPARE(bench.last<engine::effect::Alert>().code, std::string("agent_benched"));
        bench.bar(180, "100");
        QVERIFY(bench.asked().agents == std::vector<AgentId>{AgentId(1)});
        bench.apply(240, engine::event::AgentVoted{bench.asked().state.ask, AgentId(1), kHold, {}});
        QVERIFY(bench.decided().votes[1].status == VoteStatus::Benched);
    }

    void aFailedAgentIsBenchedAndTheSwarmGoesOn()
    {
        EngineBench bench;
        bench.bar(0, "100");
        const AskId ask = bench.asked().state.ask;
        bench.apply(60, engine::event::AgentFailed{ask, AgentId(1), false, "it returned NaN"});
        QCOMPARE(bench.count<engine::effect::AgentBenched>(), std::size_t{1});
        QCOMPARE(bench.count<engine::effect::DecisionMade>(), std::size_t{0});
        QVERIFY(bench.last<engine::effect::Alert>().text.find("it returned NaN") != std::string::npos);
        bench.apply(60, engine::event::AgentVoted{ask, AgentId(2), kBuy, {}});
        QVERIFY(bench.decided().votes[0].status == VoteStatus::Failed);
        QVERIFY(bench.decided().action == Action::Buy);
        bench.bar(60, "100");
        QVERIFY(bench.asked().agents == std::vector<AgentId>{AgentId(2)});
        bench.apply(120, engine::event::AgentFailed{bench.asked().state.ask, AgentId(2), true, "it hangs"});
        QVERIFY(bench.last<engine::effect::AgentBenched>().hangs);
        QVERIFY(bench.decided().action == Action::Hold);
        // With nobody left nothing is asked and nothing breaks.
        bench.bar(120, "100");
        QCOMPARE(bench.count<engine::effect::AskAgents>(), std::size_t{0});
        QVERIFY(!bench.engine->awaitsVotes());
    }

    void aNewBarClosesTheOldQuestion()
    {
        EngineBench bench;
        bench.bar(0, "100");
        const AskId first = bench.asked().state.ask;
        bench.bar(60, "100");
        QVERIFY(bench.decided().ask == first);
        QVERIFY(bench.asked().state.ask != first);
        QVERIFY(std::holds_alternative<engine::effect::DecisionMade>(bench.effects.front()));
        QVERIFY(std::holds_alternative<engine::effect::AskAgents>(bench.effects.back()));
        bench.apply(120, engine::event::AgentVoted{first, AgentId(1), kBuy, {}});
        QVERIFY(bench.effects.empty());
    }

    void aBuyBecomesAnOrderAndAPosition()
    {
        EngineBench bench;
        goLong(bench, 0);
        QCOMPARE(toString(bench.held()), std::string("0.1"));
        QVERIFY(bench.sent().purpose == OrderPurpose::Entry);
        QVERIFY(bench.last<engine::effect::RiskChecked>().report.passed);
        QCOMPARE(toString(bench.last<engine::effect::FillBooked>().fill.notional), std::string("10"));
    }

    void sellingOnSpotOnlyEverGoesToFlat()
    {
        EngineBench bench;
        bench.bar(0, "100");
        bench.answer(kSell, kSell);
        QVERIFY(bench.decided().action == Action::Sell);
        QCOMPARE(bench.count<engine::effect::Submit>(), std::size_t{0}); // nothing to sell
        goLong(bench, 60);
        bench.bar(120, "105");
        bench.answer(vote(Action::Sell, "7"), vote(Action::Sell, "7"));
        QVERIFY(bench.sent().side == Side::Sell && bench.sent().reduceOnly);
        QCOMPARE(toString(bench.sent().quantity), std::string("0.1"));
        const Order exit = bench.sent();
        bench.report(ReportKind::Accepted, exit);
        bench.report(ReportKind::Filled, exit, "105", "0.1");
        QVERIFY(bench.held().isZero());
        const engine::effect::RoundTripClosed &closed = bench.last<engine::effect::RoundTripClosed>();
        QCOMPARE(toString(closed.trade.pnl), std::string("0.5"));
        QVERIFY((closed.voted == std::vector<Action>{Action::Buy, Action::Buy}));
        QCOMPARE(bench.engine->advisor().records()[0].hits, 1U);
    }

    void haltBlocksAndResumeReleases()
    {
        EngineBench bench;
        bench.bar(0, "100");
        bench.apply(60, engine::event::OperatorHalted{"ann", "lunch"});
        QVERIFY(bench.last<engine::effect::HaltChanged>().state.halted);
        bench.answer(kBuy, kBuy);
        QVERIFY(bench.decided().action == Action::Buy);
        QCOMPARE(bench.count<engine::effect::Submit>(), std::size_t{0});
        QVERIFY(bench.last<engine::effect::OrderChanged>().order.state == OrderState::Denied);
        bench.apply(61, engine::event::OperatorResumed{"ann"});
        QVERIFY(!bench.last<engine::effect::HaltChanged>().state.halted);
        bench.bar(60, "100");
        bench.answer(kBuy, kBuy);
        QCOMPARE(bench.count<engine::effect::Submit>(), std::size_t{1});
    }

    void resumeWithoutAHaltIsRefusedAloud()
    {
        EngineBench bench;
        bench.apply(1, engine::event::OperatorResumed{"ann"});
        QVERIFY(!bench.engine->lastResume().ok());
        QCOMPARE(bench.last<engine::effect::Alert>().code, std::string("resume_refused"));
    }

    void pauseStopsEntriesOnly()
    {
        EngineBench bench;
        goLong(bench, 0);
        bench.apply(61, engine::event::OperatorPaused{true, "ann"});
        QVERIFY(bench.last<engine::effect::HaltChanged>().state.paused);
        bench.bar(60, "100");
        bench.answer(kSell, kSell);
        QVERIFY(bench.sent().reduceOnly);
        const Order exit = bench.sent();
        bench.report(ReportKind::Filled, exit, "100", "0.1");
        QVERIFY(bench.held().isZero());
        bench.bar(120, "100");
        bench.answer(kBuy, kBuy);
        QCOMPARE(bench.count<engine::effect::Submit>(), std::size_t{0});
    }

    void aJumpingClockHalts()
    {
        EngineBench bench;
        bench.apply(1, engine::event::ClockStepped{std::chrono::seconds(-5)});
        QVERIFY(bench.engine->desk().haltState().halted);
        QCOMPARE(bench.last<engine::effect::Alert>().severity, AlertSeverity::Danger);
    }

    void anOverflowStopsTheEngineAndCancels()
    {
        EngineConfig config = smallConfig();
        config.desk.entryType = OrderType::Limit;
        EngineBench bench(config);
        bench.apply(1, Quote{InstrumentId(1), *Price::parse("99.99"), *Price::parse("100.01"), {}, {}, at(1)});
        bench.bar(0, "100");
        bench.answer(kBuy, kBuy);
        const Order resting = bench.sent();
        bench.report(ReportKind::Accepted, resting);
        bench.apply(70, trade(70, "100", "92233720368"));
        QVERIFY(bench.engine->failed().empty());
        bench.apply(71, trade(71, "100", "92233720368"));
        QVERIFY(!bench.engine->failed().empty());
        QCOMPARE(bench.last<engine::effect::Cancel>().clientId, resting.clientId);
        QVERIFY(bench.engine->desk().haltState().halted);
        QVERIFY(bench.engine->nextWake() == std::nullopt);
        // From now on nothing but a halt is heard.
        bench.bar(120, "100");
        QVERIFY(bench.effects.empty());
        std::vector<Effect> effects;
        bench.engine->applyTrade(at(200), trade(200, "100"), effects);
        QVERIFY(effects.empty());
        QVERIFY(bench.engine->now() < at(200));
        bench.apply(201, engine::event::OperatorHalted{"ann", "again"});
        QVERIFY(!bench.effects.empty());
    }

    void whatFailsHasNotHappened()
    {
        EngineBench bench;
        bench.bar(0, "100");
        bench.answer(vote(Action::Buy, "1"), vote(Action::Buy, "1"));
        VenueReport fill;
        fill.kind = ReportKind::Filled;
        fill.clientId = bench.sent().clientId;
        fill.price = *Price::parse("40000000000");
        fill.quantity = *Quantity::parse("0.5");
        fill.fee = *Money::parse("50000000000");
        fill.venueFillId = "a";
        bench.apply(70, fill);
        QVERIFY(bench.engine->failed().empty());
        QCOMPARE(bench.count<engine::effect::FillBooked>(), std::size_t{1});
        // The cash overflows while the fill is booked, when the order's change has been told already.
        fill.price = *Price::parse("60000000000");
        fill.fee = Money();
        fill.venueFillId = "b";
        bench.apply(71, fill);
        QVERIFY(!bench.engine->failed().empty());
        QCOMPARE(bench.count<engine::effect::FillBooked>(), std::size_t{0});
        QCOMPARE(std::get<engine::effect::Alert>(bench.effects.front()).code, std::string("engine_failed"));
    }

    void anEngineThatRecoversKnowsTheMarketAndAsksNobody()
    {
        EngineBench bench;
        bench.bar(0, "100");
        bench.apply(61, engine::event::EventSkipped{Sequence(7), "trade", "an overflow"});
        QVERIFY(bench.engine->desk().haltState().halted);
        QCOMPARE(bench.last<engine::effect::Alert>().code, std::string("event_skipped"));
        QVERIFY(!bench.engine->awaitsVotes());
        QVERIFY(bench.engine->nextWake() == std::nullopt);
        bench.bar(60, "105");
        QCOMPARE(bench.count<engine::effect::AskAgents>(), std::size_t{0});
        QCOMPARE(toString(bench.engine->market().lastPrice(InstrumentId(1))), std::string("105"));
        // What the failed engine refused is refused again.
        bench.apply(121, engine::event::OperatorResumed{"ann"});
        QVERIFY(bench.engine->desk().haltState().halted);
        bench.apply(122, engine::event::SessionRestarted{1});
        QVERIFY(bench.engine->desk().haltState().halted);
        bench.apply(123, engine::event::OperatorResumed{"ann"});
        QVERIFY(!bench.engine->desk().haltState().halted);
        bench.bar(120, "106");
        QCOMPARE(bench.count<engine::effect::AskAgents>(), std::size_t{1});
    }

    void unknownInstrumentsAreIgnored()
    {
        EngineBench bench;
        Trade stranger = trade(1, "100");
        stranger.instrument = InstrumentId(9);
        bench.apply(1, stranger);
        QVERIFY(bench.effects.empty() && bench.engine->failed().empty());
        QCOMPARE(bench.engine->market().unknownInstrument(), std::uint64_t{1});
    }

    void restartAsksTheVenueAndForgetsQuestions()
    {
        EngineBench bench;
        bench.bar(0, "100");
        bench.answer(kBuy, kBuy);
        bench.bar(60, "100");
        QVERIFY(bench.engine->awaitsVotes());
        bench.apply(121, engine::event::SessionRestarted{1});
        QVERIFY(!bench.engine->awaitsVotes());
        QCOMPARE(bench.last<engine::effect::Query>().clientId, bench.sent().clientId);
    }

    void applyTradeIsApply()
    {
        EngineBench one;
        EngineBench other;
        std::vector<Effect> effects;
        std::mt19937_64 random(1);
        for (int i = 0; i < 3'000; ++i) {
            Trade next = trade(i * 3, "100");
            next.price.raw += static_cast<std::int64_t>(random() % 100) * 1'000'000;
            one.apply(i * 3, next);
            effects.clear();
            other.engine->applyTrade(at(i * 3), next, effects);
            QVERIFY(encodedEffects(effects) == encodedEffects(one.effects));
        }
        QVERIFY(codec::encoded(*one.engine) == codec::encoded(*other.engine));
    }

    // A snapshot is complete if an engine made from it goes on exactly as the one it was taken from.
    void aRestoredEngineGoesOnAlike_data()
    {
        QTest::addColumn<quint64>("seed");
        QTest::addColumn<bool>("approvals");
        for (const quint64 seed : {1U, 2U, 3U, 4U}) {
            QTest::addRow("seed %llu", seed) << seed << (seed % 2 == 0);
        }
    }
    void aRestoredEngineGoesOnAlike()
    {
        QFETCH(quint64, seed);
        QFETCH(bool, approvals);
        EngineConfig config = smallConfig();
        config.agentDeadline = std::chrono::seconds(5);
        config.indicators = {"sma:3", "ema:5", "rsi:5",       "macd:3:6:2", "bb:5:2",
                             "atr:5", "adx:5", "stoch:5:3:3", "rv:5",       "vwap"};
        if (approvals) {
            config.desk.approvals.rule = ApprovalRule::All;
        }
        RandomLife life(seed, config);
        const std::vector<Event> &events = life.live(1'500);
        QVERIFY2(life.fills > 10, qPrintable(QString::number(life.fills)));

        std::vector<std::vector<std::byte>> expected;
        std::map<std::size_t, std::vector<std::byte>> snapshots;
        std::mt19937_64 random(seed);
        EngineBench whole(config);
        for (std::size_t i = 0; i < events.size(); ++i) {
            if (random() % (events.size() / 12) == 0) {
                snapshots[i] = codec::encoded(*whole.engine);
            }
            whole.apply(events[i].now, events[i].body);
            expected.push_back(encodedEffects(whole.effects));
        }
        QVERIFY(snapshots.size() > 3);
        const std::vector<std::byte> end = codec::encoded(*whole.engine);
        for (const auto &snapshot : snapshots) {
            EngineBench restored(config);
            codec::BinaryReader reader(snapshot.second);
            restored.engine->visitState(reader);
            QVERIFY(reader.atEnd());
            for (std::size_t i = snapshot.first; i < events.size(); ++i) {
                restored.apply(events[i].now, events[i].body);
                QVERIFY2(encodedEffects(restored.effects) == expected[i],
                         qPrintable(QStringLiteral("restored at %1, event %2 differs").arg(snapshot.first).arg(i)));
            }
            QVERIFY(codec::encoded(*restored.engine) == end);
        }
    }
};

QTEST_GUILESS_MAIN(TestEngineCore)
#include "tst_engine_core.moc"
