// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "runtime/kernel.h"
#include "unit/engine_bench.h"
#include "unit/journal_fixture.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

using namespace coinswarm;
using namespace coinswarm::engine;
using namespace coinswarm::journal;
using namespace coinswarm::runtime;
using namespace coinswarm::test;
using coinswarm::testing::FailingDisk;

namespace {

/// A kernel between two agents that answer in line, and a venue that does nothing by itself.
struct Stage {
    explicit Stage(std::unique_ptr<JournalWriter> writer = nullptr, bool waitForDisk = true,
                   Vote vote = test::vote(Action::Buy))
        : pool(2),
          journal(std::move(writer)),
          kernel({.engine = bench.engine.get(),
                  .agents = &pool,
                  .venue = &venue,
                  .journal = journal.get(),
                  .observers = {&log},
                  .waitForDisk = waitForDisk})
    {
        pool.onAsk = [this, vote](AskId ask, AgentId agent) {
            kernel.process(bench.engine->now(), engine::event::AgentVoted{ask, agent, vote, {}});
        };
    }

    void bar(double openSeconds, const char *price)
    {
        kernel.process(at(openSeconds + 60), candle(openSeconds, price));
    }

    EngineBench bench;
    ScriptedPool pool;
    ScriptedVenue venue;
    Log log;
    std::unique_ptr<JournalWriter> journal;
    Kernel kernel;
};

std::unique_ptr<JournalWriter> journalIn(const QTemporaryDir &folder, SyncPolicy sync = SyncPolicy::EachGroup,
                                         std::shared_ptr<FailingDisk> disk = nullptr)
{
    JournalOptions options = testing::optionsFor(folder.filePath(QStringLiteral("journal")).toStdString(), sync);
    options.reserveBytes = 1 << 16;
    if (disk) {
        options.disk = disk;
    }
    return testing::take(
        JournalWriter::create(std::move(options), testing::take(JournalKey::generate()), testing::startOf()));
}

std::vector<std::string> namesIn(const QTemporaryDir &folder)
{
    std::vector<std::string> names;
    JournalReader reader = testing::take(JournalReader::open(folder.filePath(QStringLiteral("journal")).toStdString()));
    while (const std::optional<RecordView> record = testing::take(reader.next())) {
        const std::uint16_t type = record->header.type;
        names.push_back((isEffectType(type) ? "> " : "") + std::string(recordTypeName(type)));
    }
    return names;
}

} // namespace

class TestKernel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anAnswerInLineWaitsForItsTurn()
    {
        Stage stage;
        stage.bar(0, "100");
        std::vector<std::string> lines = stage.log.lines;
        std::erase(lines, "> regime_changed");
        const std::vector<std::string> beginning{"candle", "> ask_agents", "agent_voted", "agent_voted",
                                                 "> decision_made"};
        QVERIFY(lines.size() > beginning.size());
        lines.resize(beginning.size());
        QCOMPARE(lines, beginning);
        QCOMPARE(stage.kernel.events(), std::uint64_t{3});
        QCOMPARE(stage.venue.submitted.size(), std::size_t{1});
        QVERIFY(stage.venue.submittedAt.front() == at(60));
        QVERIFY(stage.pool.hadRules);
        QVERIFY(stage.pool.budget == Duration::max()); // no deadline, all the time there is
    }

    void timeNeverGoesBack()
    {
        Stage stage;
        stage.kernel.process(at(10), trade(10, "100"));
        stage.kernel.process(at(5), trade(5, "100"));
        stage.kernel.processTrade(at(4), trade(4, "100"));
        QVERIFY((stage.log.times == std::vector<Timestamp>{at(10), at(10), at(10)}));
        QVERIFY(stage.bench.engine->now() == at(10));
    }

    void agentsLearnWhatCameOfTheirVotes()
    {
        Stage stage;
        stage.bar(0, "100");
        const Order order = stage.venue.submitted.front();
        VenueReport fill;
        fill.kind = ReportKind::Filled;
        fill.clientId = order.clientId;
        fill.price = *Price::parse("100");
        fill.quantity = order.quantity;
        fill.venueFillId = "1";
        stage.kernel.process(at(61), fill);
        stage.pool.onAsk = [&](AskId ask, AgentId agent) {
            stage.kernel.process(at(120), engine::event::AgentVoted{ask, agent, vote(Action::Sell), {}});
        };
        stage.bar(60, "101");
        QCOMPARE(stage.venue.submitted.size(), std::size_t{2});
        fill.clientId = stage.venue.submitted.back().clientId;
        fill.venueFillId = "2";
        stage.kernel.process(at(121), fill);
        QCOMPARE(stage.pool.outcomes.size(), std::size_t{2});
        QVERIFY(stage.pool.outcomes[1].first == AgentId(2));
        QVERIFY(stage.pool.outcomes[0].second.voted == Action::Buy);
    }

    void theJournalHoldsEverythingInOrder()
    {
        const QTemporaryDir folder;
        std::vector<std::string> seen;
        {
            Stage stage(journalIn(folder, SyncPolicy::AtClose), false);
            for (int i = 0; i < 5; ++i) {
                stage.kernel.processTrade(at(i * 20), trade(i * 20, "100"));
                stage.bar(100 + i * 60, "100");
            }
            seen = stage.log.lines;
            QVERIFY(stage.journal->close().ok());
        }
        QCOMPARE(namesIn(folder), seen);
    }

    void anOrderLeavesOnlyWhenItIsOnDisk()
    {
        const QTemporaryDir folder;
        Stage stage(journalIn(folder));
        stage.bar(0, "100");
        QVERIFY(stage.kernel.hasWaiting());
        QVERIFY(stage.venue.submitted.empty());
        QVERIFY(stage.journal->waitDurable(stage.journal->lastSequence()).ok());
        QVERIFY(stage.venue.submitted.empty());
        stage.kernel.releaseDurable();
        QCOMPARE(stage.venue.submitted.size(), std::size_t{1});
        QVERIFY(!stage.kernel.hasWaiting());
        stage.kernel.releaseDurable();
        QCOMPARE(stage.venue.submitted.size(), std::size_t{1});
    }

    // S1: the kill switch must work when nothing else does.
    void whenTheDiskIsFullNothingLeavesButCancels()
    {
        const QTemporaryDir folder;
        const auto disk = std::make_shared<FailingDisk>();
        Stage stage(journalIn(folder, SyncPolicy::EachGroup, disk));
        stage.bar(0, "100");
        QVERIFY(stage.journal->waitDurable(stage.journal->lastSequence()).ok());
        stage.kernel.releaseDurable();
        const Order working = stage.venue.submitted.front();

        disk->syncFails = true;
        stage.kernel.process(at(61), trade(61, "100"));
        stage.journal->commit();
        QVERIFY(!stage.journal->waitDurable(stage.journal->lastSequence()).ok());
        stage.kernel.process(at(62), trade(62, "100"));
        QVERIFY(stage.kernel.journalFailed());
        QCOMPARE(stage.log.failures.size(), std::size_t{1});
        QVERIFY(stage.bench.engine->desk().haltState().halted);
        QVERIFY((stage.venue.cancelled == std::vector<std::string>{working.clientId}));
        stage.bar(60, "100");
        QVERIFY(!stage.kernel.hasWaiting());
        QCOMPARE(stage.venue.submitted.size(), std::size_t{1});

        const Result<ReserveContent> reserve =
            readReserve(folder.filePath(QStringLiteral("journal/reserve.csj")).toStdString());
        QVERIFY(reserve.ok());
        QCOMPARE(reserve->records.size(), std::size_t{1});
        QCOMPARE(recordTypeName(reserve->records.front().type), std::string_view("cancel"));
    }

    void whatWaitsWhenTheDiskFailsNeverLeaves()
    {
        const QTemporaryDir folder;
        const auto disk = std::make_shared<FailingDisk>();
        Stage stage(journalIn(folder, SyncPolicy::EachGroup, disk));
        disk->syncFails = true;
        stage.bar(0, "100");
        QVERIFY(!stage.journal->waitDurable(stage.journal->lastSequence()).ok());
        stage.kernel.releaseDurable();
        QVERIFY(!stage.kernel.hasWaiting());
        QVERIFY(stage.venue.submitted.empty());
        QVERIFY(stage.bench.engine->desk().haltState().halted);
        QVERIFY(stage.kernel.journalFailed());
    }

    // The fast way for trades leaves the same journal as the ordinary one.
    void processTradeIsProcess()
    {
        const QTemporaryDir fast;
        const QTemporaryDir slow;
        std::string heads[2];
        for (const bool ordinary : {false, true}) {
            Stage stage(journalIn(ordinary ? slow : fast, SyncPolicy::AtClose), false);
            for (int i = 0; i < 2'000; ++i) {
                const Trade next = trade(i * 7, i % 3 == 0 ? "100" : "101");
                while (stage.bench.engine->nextWake() && *stage.bench.engine->nextWake() <= at(i * 7)) {
                    const Timestamp due = *stage.bench.engine->nextWake();
                    stage.kernel.process(due, engine::event::Timer{due});
                }
                if (ordinary) {
                    stage.kernel.process(at(i * 7), next);
                } else {
                    stage.kernel.processTrade(at(i * 7), next);
                }
            }
            heads[ordinary ? 1 : 0] = testing::take(stage.journal->close()).text();
            QVERIFY(!stage.pool.asks.empty());
        }
        QCOMPARE(heads[0], heads[1]);
    }
};

QTEST_GUILESS_MAIN(TestKernel)
#include "tst_kernel.moc"
