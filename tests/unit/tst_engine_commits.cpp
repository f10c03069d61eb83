// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "unit/engine_bench.h"

#include <QtTest/QtTest>

#include <limits>

using namespace coinswarm;
using namespace coinswarm::engine;
using namespace coinswarm::test;

namespace {

const Vote kHold = vote(Action::Hold, "0");

engine::event::WeightsCommitted weights(std::uint64_t slot, double first, double second)
{
    return {slot, "c0ffee", {{"first", first}, {"second", second}}};
}

} // namespace

/// What the engine does when it is told what the quorum has committed.
class TestEngineCommits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void committedWeightsCountFromTheNextDecision()
    {
        EngineBench bench;
        bench.bar(0, "100");
        bench.apply(60, weights(3, 0.9, 0.1));
        QCOMPARE(bench.last<engine::effect::WeightsChanged>().slot, std::uint64_t{3});
        QCOMPARE(bench.last<engine::effect::WeightsChanged>().weights, (std::vector<double>{0.9, 0.1}));
        QVERIFY(bench.last<engine::effect::Alert>().text.find("first 0.500 → 0.900") != std::string::npos);
        bench.answer(kHold, kHold);
        QCOMPARE(bench.decided().votes.front().weight, 0.9);

        // The same and earlier commits told again change nothing.
        bench.apply(61, weights(3, 0.2, 0.8));
        QVERIFY(bench.effects.empty());
        bench.apply(61, weights(2, 0.2, 0.8));
        QVERIFY(bench.effects.empty());
        QCOMPARE(bench.engine->roster().weightsSlot(), std::uint64_t{3});

        // They are part of the state.
        EngineBench restored;
        const std::vector<std::byte> saved = codec::encoded(*bench.engine);
        codec::BinaryReader reader(saved);
        restored.engine->visitState(reader);
        QCOMPARE(restored.engine->roster().members().front().weight, 0.9);
    }

    void weightsThatCannotBeUsedAreRefused_data()
    {
        QTest::addColumn<int>("what");
        QTest::addColumn<QString>("says");
        QTest::newRow("one is missing") << 0 << "lack second";
        QTest::newRow("a stranger") << 1 << "third";
        QTest::newRow("negative") << 2 << "from 0 upwards";
        QTest::newRow("not a number") << 3 << "from 0 upwards";
        QTest::newRow("another sum") << 4 << "sum to";
        QTest::newRow("twice") << 5 << "twice";
    }
    void weightsThatCannotBeUsedAreRefused()
    {
        QFETCH(int, what);
        QFETCH(QString, says);
        engine::event::WeightsCommitted committed = weights(3, 0.5, 0.5);
        switch (what) {
        case 0:
            committed.weights = {{"first", 1}};
            break;
        case 1:
            committed.weights.push_back({"third", 0});
            break;
        case 2:
            committed = weights(3, 1.5, -0.5);
            break;
        case 3:
            committed = weights(3, std::numeric_limits<double>::quiet_NaN(), 0.5);
            break;
        case 4:
            committed = weights(3, 0.5, 0.500001);
            break;
        default:
            committed.weights.push_back({"first", 0});
        }
        EngineBench bench;
        bench.apply(0, committed);
        QCOMPARE(bench.count<engine::effect::WeightsChanged>(), std::size_t{0});
        QCOMPARE(bench.last<engine::effect::Alert>().code, std::string("weights_refused"));
        QVERIFY2(QString::fromStdString(bench.last<engine::effect::Alert>().text).contains(says),
                 bench.last<engine::effect::Alert>().text.c_str());
        QCOMPARE(bench.engine->roster().members().front().weight, 0.5);
        bench.apply(1, weights(3, 0.4, 0.6)); // the slot was not taken
        QCOMPARE(bench.count<engine::effect::WeightsChanged>(), std::size_t{1});
    }

    void theQuorumBenchesAndLetsBack()
    {
        EngineBench bench;
        bench.apply(0, engine::event::AgentBenchCommitted{4, "c0ffee", "first", true, "drift"});
        QVERIFY(bench.last<engine::effect::AgentBenched>().agent == AgentId(1));
        QVERIFY(bench.last<engine::effect::AgentBenched>().reason.find("slot 4: drift") != std::string::npos);
        bench.bar(0, "100");
        QVERIFY(bench.asked().agents == std::vector<AgentId>{AgentId(2)});
        bench.apply(61, engine::event::AgentBenchCommitted{4, "c0ffee", "first", false, "told twice"});
        QVERIFY(bench.effects.empty());
        bench.apply(62, engine::event::AgentBenchCommitted{5, "c0ffee", "first", false, "recovered"});
        QVERIFY(bench.last<engine::effect::AgentReturned>().agent == AgentId(1));
        QCOMPARE(bench.last<engine::effect::Alert>().code, std::string("agent_returned"));
        bench.bar(60, "100");
        QCOMPARE(bench.asked().agents.size(), std::size_t{2});
    }

    void whoMissedDeadlinesMayComeBackAtOnce()
    {
        EngineConfig config = smallConfig();
        config.agentDeadline = std::chrono::milliseconds(400);
        EngineBench bench(std::move(config));
        for (int i = 0; i < 3; ++i) {
            bench.bar(60.0 * i, "100");
        }
        bench.apply(200, engine::event::Timer{at(200)});
        QVERIFY(bench.engine->roster().record(AgentId(1)).state == MemberState::Benched);
        bench.apply(201, engine::event::AgentBenchCommitted{1, "c0ffee", "first", false, "the machine was busy"});
        QVERIFY(bench.engine->roster().record(AgentId(1)).state == MemberState::Active);
    }

    void whoseCodeFailedComesBackAfterARestart()
    {
        EngineBench bench;
        bench.bar(0, "100");
        bench.apply(60, engine::event::AgentFailed{bench.asked().state.ask, AgentId(1), false, "threw"});
        const engine::event::AgentBenchCommitted back{6, "c0ffee", "first", false, "mended"};
        bench.apply(61, back);
        QCOMPARE(bench.last<engine::effect::Alert>().code, std::string("bench_refused"));
        bench.apply(62, engine::event::SessionRestarted{1});
        QVERIFY(bench.engine->roster().record(AgentId(1)).state == MemberState::Benched);
        bench.apply(63, back);
        QVERIFY(bench.engine->roster().record(AgentId(1)).state == MemberState::Active);
    }
};

QTEST_GUILESS_MAIN(TestEngineCommits)
#include "tst_engine_commits.moc"
