// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "codec/binary_writer.h"
#include "engine_bench.h"
#include "runtime/market_player.h"
#include "runtime/session_restore.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

using namespace coinswarm;
using namespace coinswarm::engine;
using namespace coinswarm::journal;
using namespace coinswarm::runtime;
using namespace coinswarm::test;

namespace {

/// A kernel with a journal on disk and a venue that only listens.
struct Recorded {
    explicit Recorded(const QTemporaryDir &folder, const EngineConfig &config = smallConfig()) : bench(config)
    {
        JournalHeader header;
        header.session = "test";
        header.engine = config;
        JournalOptions options;
        options.folder = folder.path().toStdString();
        options.reserveBytes = 0;
        SegmentStart start;
        start.header = codec::encoded(header);
        Result<JournalKey> key = JournalKey::generate();
        Result<std::unique_ptr<JournalWriter>> made =
            JournalWriter::create(std::move(options), std::move(key).value(), std::move(start));
        if (!made.ok()) {
            throw std::runtime_error(made.error().message);
        }
        journal = std::move(made).value();
        kernel.emplace(Kernel::Edges{
            .engine = bench.engine.get(), .agents = &pool, .venue = &venue, .journal = journal.get(), .observers = {}});
    }
    /// Both agents want to buy at the close of the first bar.
    void buy()
    {
        kernel->process(at(60), candle(0, "1000"));
        for (const std::uint32_t agent : {1U, 2U}) {
            kernel->process(
                at(61),
                engine::event::AgentVoted{pool.asks.back(), AgentId(agent), vote(Action::Buy, "0.1", "900"), {}});
        }
    }
    void waitForDisk()
    {
        if (!journal->waitDurable(journal->lastSequence()).ok()) {
            throw std::runtime_error("the journal has failed");
        }
        kernel->releaseDurable();
    }

    EngineBench bench;
    ScriptedPool pool{2};
    ScriptedVenue venue;
    std::unique_ptr<JournalWriter> journal;
    std::optional<Kernel> kernel;
};

} // namespace

/// What must not happen between the moment an order is decided and the moment it leaves, and after a restart.
class TestOvertakenOrders : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void S1_noOrderLeavesAfterTheKillSwitch();
    void ordersLeaveWhenTheyAreOnDisk();
    void S1_aVenueThatThrowsHaltsTradingAndStopsNothingElse();
    void L6_aRestartUnderOtherLimitsKnowsTheOrdersThatWereSent();
};

void TestOvertakenOrders::S1_noOrderLeavesAfterTheKillSwitch()
{
    const QTemporaryDir folder;
    Recorded run(folder);
    run.buy();
    QVERIFY(run.kernel->hasWaiting());
    run.kernel->process(at(61), engine::event::OperatorHalted{"ann", "stop"});
    QCOMPARE(run.venue.cancelled.size(), std::size_t{1});
    run.waitForDisk();
    QCOMPARE(run.venue.submitted.size(), std::size_t{0});

    // The venue says that it never had the order, and the engine believes it.
    VenueReport answer;
    answer.clientId = run.venue.cancelled.front();
    answer.kind = ReportKind::CancelRejected;
    run.kernel->process(at(62), answer);
    run.waitForDisk();
    QCOMPARE(run.venue.queried.size(), std::size_t{1});
    answer.kind = ReportKind::NotFound;
    run.kernel->process(at(63), answer);
    QCOMPARE(run.bench.engine->desk().openOrders().size(), std::size_t{0});
    QVERIFY(run.bench.held().isZero());
}

void TestOvertakenOrders::ordersLeaveWhenTheyAreOnDisk()
{
    const QTemporaryDir folder;
    Recorded run(folder);
    run.buy();
    QCOMPARE(run.venue.submitted.size(), std::size_t{0});
    run.waitForDisk();
    QCOMPARE(run.venue.submitted.size(), std::size_t{1});
}

void TestOvertakenOrders::S1_aVenueThatThrowsHaltsTradingAndStopsNothingElse()
{
    const QTemporaryDir folder;
    Recorded run(folder);
    run.venue.onEvent = [](const MarketEvent &, Timestamp) { throw std::runtime_error("no more"); };
    MarketPlayer player(*run.kernel, *run.bench.engine, run.venue);
    player.play(trade(10, "1000"));
    QVERIFY(run.bench.engine->desk().haltState().halted);
    QVERIFY(run.bench.engine->desk().haltState().reason.find("onMarket() threw: no more") != std::string::npos);
    const std::uint64_t events = run.kernel->events();
    player.play(trade(11, "1001"));
    QCOMPARE(run.kernel->events(), events + 1);
    QVERIFY(run.bench.engine->market().lastPrice(InstrumentId(1)) == *Price::parse("1001"));
}

void TestOvertakenOrders::L6_aRestartUnderOtherLimitsKnowsTheOrdersThatWereSent()
{
    const QTemporaryDir folder;
    std::vector<std::byte> before;
    {
        Recorded run(folder);
        run.buy();
        run.waitForDisk();
        QCOMPARE(run.venue.submitted.size(), std::size_t{1});
        codec::BinaryWriter writer(before);
        run.bench.engine->visitState(writer);
    }
    EngineConfig stricter = smallConfig();
    stricter.desk.limits.maxOrderNotional = Money::fromInteger(1);
    stricter.committee.threshold = 0.9;
    const Result<RestoredSession> restored = restoreSession(folder.path().toStdString(), stricter);
    QVERIFY2(restored.ok(), restored.ok() ? "" : restored.error().message.c_str());
    std::vector<std::byte> after;
    codec::BinaryWriter writer(after);
    restored->engine->visitState(writer);
    QVERIFY(after == before);
    QCOMPARE(restored->engine->desk().openOrders().size(), std::size_t{1});
    QCOMPARE(restored->engine->config().desk.limits.maxOrderNotional.raw, Money::fromInteger(1).raw);
    QCOMPARE(restored->engine->desk().limits().maxOrderNotional.raw, Money::fromInteger(1).raw);
}

QTEST_GUILESS_MAIN(TestOvertakenOrders)
#include "tst_overtaken_orders.moc"
