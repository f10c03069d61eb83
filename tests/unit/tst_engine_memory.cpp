// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "unit/engine_bench.h"
#include "unit/scripted_memory.h"

#include <QtTest/QtTest>

#include <limits>

using namespace coinswarm;
using namespace coinswarm::engine;
using namespace coinswarm::market;
using namespace coinswarm::runtime;
using namespace coinswarm::test;

namespace {

const Vote kBuy = vote(Action::Buy);
const Vote kSell = vote(Action::Sell);
const Vote kHold = vote(Action::Hold, "0");

EngineConfig withMemory(Duration deadline = {})
{
    EngineConfig config = smallConfig();
    config.memory = true;
    config.agentDeadline = deadline;
    return config;
}

/// An engine that has seen enough of a market to ask memory, and how far the market is.
struct Stage {
    explicit Stage(EngineConfig config = withMemory()) : bench(std::move(config))
    {
        for (std::uint32_t i = 0; i < StateEmbedding::kWarmupBars; ++i) {
            bench.apply(second, engine::event::HistoryBar{candle(second, i % 2 == 0 ? "100" : "101")});
            second += 60;
        }
    }

    void bar(const char *price)
    {
        bench.bar(second, price);
        second += 60;
    }
    void recall(const Recall &answer)
    {
        bench.apply(bench.engine->now(),
                    engine::event::EpisodesRecalled{bench.last<engine::effect::RecallEpisodes>().ask, answer});
    }
    /// Both agents say so, after memory has answered; what they send is filled.
    void trade(const Vote &vote, const char *price)
    {
        bar(price);
        recall(recallOf(0.01));
        bench.answer(vote, vote);
        const Order order = bench.sent();
        bench.report(ReportKind::Accepted, order);
        bench.report(ReportKind::Filled, order, price, "0.1");
    }

    EngineBench bench;
    double second = 0;
};

} // namespace

/// What the engine has to do with memory.
class TestEngineMemory : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void withoutMemoryNothingIsAskedOfIt()
    {
        Stage stage(smallConfig());
        stage.bar("100");
        QCOMPARE(stage.bench.count<engine::effect::RecallEpisodes>(), std::size_t{0});
        QCOMPARE(stage.bench.count<engine::effect::AskAgents>(), std::size_t{1});
        QVERIFY(stage.bench.asked().state.recall == Recall{});
        stage.bench.answer(kBuy, kBuy);
        stage.bench.report(ReportKind::Filled, stage.bench.sent(), "100", "0.1");
        stage.bar("100");
        stage.bench.answer(kSell, kSell);
        stage.bench.report(ReportKind::Filled, stage.bench.sent(), "100", "0.1");
        QCOMPARE(stage.bench.count<engine::effect::RoundTripClosed>(), std::size_t{1});
        QCOMPARE(stage.bench.count<engine::effect::EpisodeClosed>(), std::size_t{0});
    }

    void agentsAreAskedWithWhatWasRecalled()
    {
        Stage stage;
        stage.bar("100");
        QCOMPARE(stage.bench.count<engine::effect::AskAgents>(), std::size_t{0});
        const auto question = stage.bench.last<engine::effect::RecallEpisodes>();
        QCOMPARE(question.symbol, std::string("BTC-USDT"));
        QVERIFY(question.embedding == stage.bench.engine->market().embedding(InstrumentId(1))->value());
        QVERIFY(question.embedding != Embedding{});
        QVERIFY(stage.bench.engine->awaitsVotes());

        stage.recall(recallOf(0.01));
        QCOMPARE(stage.bench.count<engine::effect::AskAgents>(), std::size_t{1});
        QVERIFY(stage.bench.asked().state.ask == question.ask);
        QVERIFY(stage.bench.asked().state.recall == recallOf(0.01));
        QCOMPARE(stage.bench.asked().agents.size(), std::size_t{2});

        stage.recall(recallOf(0.02)); // twice
        QVERIFY(stage.bench.effects.empty());
        stage.bench.answer(kHold, kHold);
        QVERIFY(stage.bench.decided().ask == question.ask);
    }

    void aMarketThatIsHardlyKnownIsNotCompared()
    {
        EngineBench bench(withMemory());
        bench.bar(0, "100");
        QCOMPARE(bench.count<engine::effect::RecallEpisodes>(), std::size_t{0});
        QVERIFY(!bench.asked().state.recall.unavailable.empty());
        QCOMPARE(bench.count<engine::effect::Alert>(), std::size_t{0}); // it is no fault
    }

    void memoryThatIsSlowDoesNotKeepAgentsFromVoting()
    {
        Stage stage(withMemory(std::chrono::milliseconds(400)));
        stage.bar("100");
        const Timestamp closed = stage.bench.engine->now();
        const AskId ask = stage.bench.last<engine::effect::RecallEpisodes>().ask;
        const Timestamp due = closed + std::chrono::milliseconds(100);
        QVERIFY(stage.bench.engine->nextWake() == due);
        // Votes of agents that were not asked do not count.
        stage.bench.apply(closed, engine::event::AgentVoted{ask, AgentId(1), kBuy, {}});

        stage.bench.apply(due, engine::event::Timer{due});
        QCOMPARE(stage.bench.count<engine::effect::AskAgents>(), std::size_t{1});
        QVERIFY(stage.bench.asked().state.recall.unavailable.find("in time") != std::string::npos);
        QVERIFY(stage.bench.asked().deadline == closed + std::chrono::milliseconds(400));
        QCOMPARE(stage.bench.last<engine::effect::Alert>().code, std::string("memory_away"));
        QVERIFY(!stage.bench.engine->memoryAway().empty());
        stage.recall(recallOf(0.01)); // too late
        QVERIFY(stage.bench.effects.empty());
        stage.bench.answer(kHold, kHold);

        stage.bar("100");
        stage.recall(recallOf(0.01));
        QCOMPARE(stage.bench.last<engine::effect::Alert>().code, std::string("memory_back"));
        QVERIFY(stage.bench.engine->memoryAway().empty());
    }

    void aTimerThatComesLateLeavesAgentsTheirTime()
    {
        Stage stage(withMemory(std::chrono::milliseconds(400)));
        stage.bar("100");
        const Timestamp late = stage.bench.engine->now() + std::chrono::seconds(3);
        stage.bench.apply(late, engine::event::Timer{late});
        QVERIFY(stage.bench.asked().deadline == late + std::chrono::milliseconds(300));
        QCOMPARE(stage.bench.engine->roster().record(AgentId(1)).missedInARow, 0U);
    }

    void memoryThatNeverAnswersBlamesNobody()
    {
        Stage stage; // no deadline
        stage.bar("100");
        stage.bar("100");
        QCOMPARE(stage.bench.count<engine::effect::DecisionMade>(), std::size_t{0});
        QCOMPARE(stage.bench.engine->roster().record(AgentId(1)).missedInARow, 0U);
        stage.recall(recallOf(0.01));
        QCOMPARE(stage.bench.count<engine::effect::AskAgents>(), std::size_t{1});
    }

    void nonsenseIsNotShownToAgents_data()
    {
        QTest::addColumn<int>("what");
        QTest::newRow("more than asked for") << 0;
        QTest::newRow("no number") << 1;
        QTest::newRow("negative distance") << 2;
    }
    void nonsenseIsNotShownToAgents()
    {
        QFETCH(int, what);
        Recall recall = recallOf(0.01);
        switch (what) {
        case 0:
            recall.neighbours.push_back(recall.neighbours.front());
            break;
        case 1:
            recall.neighbours[3].tags.reward = std::numeric_limits<double>::quiet_NaN();
            break;
        default:
            recall.neighbours[3].distance = -1;
        }
        Stage stage;
        stage.bar("100");
        stage.recall(recall);
        QVERIFY(stage.bench.asked().state.recall.neighbours.empty());
        QVERIFY(!stage.bench.asked().state.recall.unavailable.empty());
    }

    void aClosedTradeIsAnEpisodeOfItsEntry()
    {
        Stage stage;
        stage.trade(kBuy, "100");
        const Embedding seen = stage.bench.last<engine::effect::RecallEpisodes>().embedding;
        const Decision entry = stage.bench.decided();
        stage.trade(kSell, "104");
        const Episode &episode = stage.bench.last<engine::effect::EpisodeClosed>().episode;
        const RoundTrip &trade = stage.bench.last<engine::effect::RoundTripClosed>().trade;
        QVERIFY(trade.decision == entry.id);
        QVERIFY(episode.state == seen);
        QVERIFY(episode.roundTrip == trade.id);
        QCOMPARE(episode.session, std::string("test"));
        QCOMPARE(episode.symbol, std::string("BTC-USDT"));
        QVERIFY(episode.side == Side::Buy);
        QVERIFY(episode.pnl == trade.pnl);
        QCOMPARE(episode.reward(), 0.04);
        QVERIFY(episode.hours == SessionRegime::Asia);
        QCOMPARE(episode.fills.size(), std::size_t{2});
        QVERIFY((episode.votes == std::vector<EpisodeVote>{{"first", Action::Buy, 1}, {"second", Action::Buy, 1}}));
        // The record of it follows the trade's.
        QVERIFY(std::holds_alternative<engine::effect::EpisodeClosed>(stage.bench.effects.back()));
    }

    void aFillThroughZeroBelongsToBothTrades()
    {
        EngineConfig config = withMemory();
        config.instruments.front().shortAllowed = true;
        Stage stage(std::move(config));
        stage.trade(kBuy, "100");
        stage.bar("101");
        stage.recall(recallOf(0.01));
        stage.bench.answer(kSell, kSell);
        const Order exit = stage.bench.sent();
        stage.bench.report(ReportKind::Filled, exit, "101", "0.1");
        QCOMPARE(stage.bench.last<engine::effect::EpisodeClosed>().episode.fills.size(), std::size_t{2});
        // The next trade begins with an empty list.
        stage.trade(kBuy, "100");
        stage.trade(kSell, "102");
        QCOMPARE(stage.bench.last<engine::effect::EpisodeClosed>().episode.fills.size(), std::size_t{2});
    }

    void whatWasSeenAtTheEntrySurvivesARestart()
    {
        Stage stage;
        stage.trade(kBuy, "100");
        stage.bar("101"); // memory is being asked
        const std::vector<std::byte> saved = codec::encoded(*stage.bench.engine);
        EngineBench restored(withMemory());
        codec::BinaryReader reader(saved);
        restored.engine->visitState(reader);
        QVERIFY(reader.atEnd());
        QVERIFY(codec::encoded(*restored.engine) == saved);

        const auto goOn = [&stage](EngineBench &bench) {
            const Timestamp now = bench.engine->now();
            std::vector<std::byte> all;
            const auto happens = [&](EventBody body) {
                bench.apply(now, std::move(body));
                const std::vector<std::byte> bytes = encodedEffects(bench.effects);
                all.insert(all.end(), bytes.begin(), bytes.end());
            };
            const AskId ask = stage.bench.last<engine::effect::RecallEpisodes>().ask;
            happens(engine::event::EpisodesRecalled{ask, recallOf(0.01)});
            happens(engine::event::AgentVoted{ask, AgentId(1), kSell, {}});
            happens(engine::event::AgentVoted{ask, AgentId(2), kSell, {}});
            VenueReport fill;
            fill.kind = ReportKind::Filled;
            fill.clientId = bench.sent().clientId;
            fill.price = *Price::parse("101");
            fill.quantity = *Quantity::parse("0.1");
            fill.venueFillId = "last";
            happens(fill);
            return all;
        };
        const std::vector<std::byte> again = goOn(restored);
        QVERIFY(again == goOn(stage.bench));
        QVERIFY(restored.last<engine::effect::EpisodeClosed>().episode
                == stage.bench.last<engine::effect::EpisodeClosed>().episode);
        QCOMPARE(restored.last<engine::effect::EpisodeClosed>().episode.fills.size(), std::size_t{2});
    }

    void aRestartForgetsWhatMemoryWasAsked()
    {
        Stage stage;
        stage.bar("100");
        stage.bench.apply(stage.second, engine::event::SessionRestarted{1});
        stage.recall(recallOf(0.01));
        QVERIFY(stage.bench.effects.empty());
        stage.bar("100");
        QCOMPARE(stage.bench.count<engine::effect::RecallEpisodes>(), std::size_t{1});
    }

    void theKernelAnswersForMemoryThatIsNotThere()
    {
        EngineBench bench(withMemory());
        ScriptedPool pool(2);
        ScriptedVenue venue;
        Log log;
        Kernel kernel({.engine = bench.engine.get(), .agents = &pool, .venue = &venue, .observers = {&log}});
        for (std::uint32_t i = 0; i < StateEmbedding::kWarmupBars; ++i) {
            kernel.process(at(60.0 * i), engine::event::HistoryBar{candle(60.0 * i, "100")});
        }
        kernel.process(at(60.0 * StateEmbedding::kWarmupBars + 60), candle(60.0 * StateEmbedding::kWarmupBars, "100"));
        QCOMPARE(pool.asks.size(), std::size_t{1});
        QCOMPARE(bench.engine->memoryAway(), std::string("no memory is connected"));
    }

    void whatMemoryThrowsIsNoReasonToStop()
    {
        class Throwing final : public EpisodicMemory
        {
        public:
            Recall recall(const engine::effect::RecallEpisodes &) override { throw std::runtime_error("torn index"); }
        };
        EngineBench bench(withMemory());
        ScriptedPool pool(2);
        ScriptedVenue venue;
        Throwing memory;
        Kernel kernel(
            {.engine = bench.engine.get(), .agents = &pool, .venue = &venue, .memory = &memory, .observers = {}});
        for (std::uint32_t i = 0; i < StateEmbedding::kWarmupBars; ++i) {
            kernel.process(at(60.0 * i), engine::event::HistoryBar{candle(60.0 * i, "100")});
        }
        kernel.process(at(60.0 * StateEmbedding::kWarmupBars + 60), candle(60.0 * StateEmbedding::kWarmupBars, "100"));
        QVERIFY2(bench.engine->memoryAway().find("torn index") != std::string::npos,
                 bench.engine->memoryAway().c_str());
        QVERIFY(bench.engine->failed().empty());
    }
};

QTEST_GUILESS_MAIN(TestEngineMemory)
#include "tst_engine_memory.moc"
