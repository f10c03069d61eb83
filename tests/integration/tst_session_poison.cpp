// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "backtest/replay.h"
#include "journal/journal_folder.h"
#include "journal/journal_verifier.h"
#include "support/paper_session.h"
#include "support/venue_truth.h"

#include <QtTest/QtTest>

namespace coinswarm::test {

namespace {

/// Trades of a lively market. The one at `poisonAt` nearly fills the volume of its bar; each of the `poisons` behind it
/// overflows it.
std::string writtenMarket(const QTemporaryDir &folder, int count, int poisonAt, int poisons = 1)
{
    plugins::PluginHostOptions options;
    options.folders = {{shippedPlugins(), true}};
    plugins::PluginHost plugins(std::move(options));
    take(plugins.scan());
    const std::unique_ptr<Feed> feed =
        take(plugins.createFeed("simulated", {{"instruments", std::string("BTC-USDT")}}));
    take(feed->open());
    QByteArray rows = "timestamp,price,amount,side\n";
    std::vector<MarketEvent> events(1);
    for (int written = 0; written < count;) {
        take(feed->read(events));
        const auto *trade = std::get_if<Trade>(&events.front());
        if (trade == nullptr) {
            continue;
        }
        const bool huge = written >= poisonAt && written <= poisonAt + poisons;
        rows += QByteArray::number(qlonglong{trade->time.ns / 1'000'000}) + ','
            + QByteArray::fromStdString(toString(trade->price)) + ','
            + (huge ? QByteArray("92233720000") : QByteArray::fromStdString(toString(trade->quantity))) + ','
            + (trade->aggressor == Side::Buy ? "buy" : "sell") + '\n';
        ++written;
    }
    QFile file(folder.filePath(QStringLiteral("BTC-USDT-trades.csv")));
    if (!file.open(QIODevice::WriteOnly) || file.write(rows) != rows.size()) {
        throw std::runtime_error("the file cannot be written");
    }
    return file.fileName().toStdString();
}

std::vector<std::string> settings(const std::string &file, const std::string &speed)
{
    std::vector<std::string> all = busySettings("0", speed);
    std::erase_if(all, [](const std::string &s) { return s.starts_with("feed.settings."); });
    all.push_back("feed.plugin=replay");
    all.push_back("feed.settings.file=" + file);
    all.push_back("risk.max_market_age=1h");
    return all;
}

std::string journalOf(const PaperSession &session)
{
    return session.folder + "/data/sessions/paper/journal";
}

} // namespace

/// An event at which the engine fails must not make it fail for ever.
class TestSessionPoison : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aFailedEngineComesBackHaltedWithoutTheEvent()
    {
        QTemporaryDir folder;
        PaperSession session(folder.path().toStdString(), settings(writtenMarket(folder, 30'000, 15'000), "500"));
        take(session.start());
        QVERIFY2(waitFor([&] { return session.seen.status.state == api::RunState::Failed; }, std::chrono::seconds(120)),
                 session.story().c_str());
        QVERIFY(session.alerted("engine_failed"));
        QVERIFY(!session.seen.fills.empty());
        QVERIFY(!answer(session.engine->resume("ann")).ok());
        session.stop();

        take(session.start());
        QVERIFY2(waitFor([&] { return session.alerted("event_skipped") && session.alerted("reconciled"); }),
                 session.story().c_str());
        const api::SessionStatus restarted = session.status();
        QVERIFY(restarted.state == api::RunState::Halted);
        QVERIFY2(restarted.stateReason.find("left out") != std::string::npos, restarted.stateReason.c_str());
        QVERIFY2(disagreement(session).empty(), disagreement(session).c_str());
        const std::size_t fills = session.seen.fills.size();

        // And once an operator says so, it trades on.
        take(answer(session.engine->resume("ann")));
        QVERIFY2(waitFor([&] { return session.seen.fills.size() > fills; }, std::chrono::seconds(60)),
                 session.story().c_str());
        QVERIFY(session.status().state != api::RunState::Failed);
        session.stop();
        requireSound(session);

        // The next restart knows nothing of it any more.
        take(session.start());
        QVERIFY(session.status().state != api::RunState::Failed);
        QVERIFY(session.status().state != api::RunState::Halted);
        session.stop();
        requireSound(session);
    }

    void aSnapshotIsNeverThatOfAFailedEngine()
    {
        // It goes on to write down the market for several segments after it has failed.
        QTemporaryDir folder;
        PaperSession session(folder.path().toStdString(), settings(writtenMarket(folder, 40'000, 9'000), "max"));
        session.settings.push_back("journal.segment_mebibytes=1");
        take(session.start());
        QVERIFY(waitFor([&] { return session.seen.status.progress == 1; }, std::chrono::seconds(60)));
        QVERIFY(session.seen.status.state == api::RunState::Failed);
        session.stop();
        QVERIFY(take(journal::listJournal(journalOf(session))).segments.size() > 2);
        requireSound(session);

        take(session.start());
        QVERIFY(waitFor([&] { return session.alerted("event_skipped"); }));
        QVERIFY(session.status().state == api::RunState::Halted);
        session.stop();
        requireSound(session);
    }

    void twoSuchEventsAreLeftOut()
    {
        QTemporaryDir folder;
        PaperSession session(folder.path().toStdString(), settings(writtenMarket(folder, 12'000, 9'000, 2), "max"));
        take(session.start());
        QVERIFY(waitFor([&] { return session.seen.status.progress == 1; }, std::chrono::seconds(60)));
        session.stop();
        take(session.start());
        QVERIFY(waitFor([&] { return session.alerted("event_skipped"); }));
        QVERIFY(session.status().state == api::RunState::Halted);
        QCOMPARE(std::count_if(session.seen.alerts.begin(), session.seen.alerts.end(),
                               [](const auto &alert) { return alert.code == "event_skipped"; }),
                 2);
        session.stop();
        requireSound(session);
    }

    void anEngineThatFailsAtEverythingIsRefusedWithASentence()
    {
        QTemporaryDir folder;
        PaperSession session(folder.path().toStdString(), settings(writtenMarket(folder, 12'000, 9'000, 9), "max"));
        take(session.start());
        QVERIFY(waitFor([&] { return session.seen.status.progress == 1; }, std::chrono::seconds(60)));
        session.stop();
        const Result<void> started = session.start();
        QVERIFY(!started.ok());
        QVERIFY2(started.error().message.find("--fresh") != std::string::npos, started.error().message.c_str());
    }

private:
    static void requireSound(const PaperSession &session)
    {
        QCOMPARE(journal::verifyJournal(journalOf(session)).status, journal::JournalStatus::Sound);
        const backtest::ReplayReport replayed = take(backtest::replayJournal(journalOf(session), {}));
        QVERIFY2(replayed.identical,
                 (replayed.difference + "\n" + replayed.recorded + "\n" + replayed.replayed).c_str());
    }

    static std::string disagreement(PaperSession &session)
    {
        VenueTruth truth = readVenueTruth(session.folder + "/data/sessions/paper");
        return positionDisagreement(truth, take(answer(session.engine->snapshot())).positions,
                                    session.info.instruments);
    }
};

} // namespace coinswarm::test

QTEST_GUILESS_MAIN(coinswarm::test::TestSessionPoison)
#include "tst_session_poison.moc"
