// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/record_codec.h"
#include "journal/journal_folder.h"
#include "journal/journal_reader.h"
#include "support/paper_session.h"

#include <QtTest/QtTest>

namespace coinswarm::test {

namespace {

/// Trades one second apart; `gapAfter` rows later they go on `gap` seconds later.
QByteArray trades(int count, int gapAfter = -1, int gap = 0)
{
    QByteArray rows = "timestamp,price,amount,side\n";
    qint64 seconds = 1'704'067'200;
    for (int i = 0; i < count; ++i) {
        seconds += i == gapAfter ? gap : 1;
        rows += QByteArray::number(seconds * 1'000) + ',' + QByteArray::number(40'000 + i % 7) + ",0.5,"
            + (i % 2 == 0 ? "buy" : "sell") + '\n';
    }
    return rows;
}

std::string written(const QTemporaryDir &folder, const QByteArray &text)
{
    QFile file(folder.filePath(QStringLiteral("BTC-USDT-trades.csv")));
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size()) {
        throw std::runtime_error("the file cannot be written");
    }
    return file.fileName().toStdString();
}

/// The market events in the journal of a session, in order.
std::vector<MarketEvent> playedMarket(const std::string &folder)
{
    std::vector<MarketEvent> played;
    journal::JournalReader reader = take(journal::JournalReader::open(folder + "/data/sessions/paper/journal"));
    while (const std::optional<journal::RecordView> record = take(reader.next())) {
        if (engine::isEventType(record->header.type)) {
            const engine::EventBody event = take(engine::decodeEvent(record->header.type, record->payload));
            if (const auto *trade = std::get_if<Trade>(&event)) {
                played.push_back(*trade);
            } else if (const auto *delta = std::get_if<BookDelta>(&event)) {
                played.push_back(*delta);
            }
        }
    }
    return played;
}

/// The first events of busySettings()' market from a feed that nobody interrupts.
std::vector<MarketEvent> uninterruptedMarket(std::size_t count)
{
    const BusyMarket market;
    std::vector<MarketEvent> events(count);
    for (std::size_t done = 0; done < count;) {
        done += take(market.feed->read(std::span(events).subspan(done)));
    }
    return events;
}

std::vector<std::string> replaySettings(const std::string &file, const std::string &speed)
{
    return {"feed.plugin=replay", "feed.speed=" + speed, "feed.settings.file=" + file};
}

} // namespace

/// The market of a session: its speed, its end, its silences and its defects.
class TestSessionFeed : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void itsSpeedCanBeChangedAndItCanBePaused()
    {
        QTemporaryDir folder;
        PaperSession session(folder.path().toStdString(), {"feed.speed=1"});
        take(session.start());
        QVERIFY(take(answer(session.engine->setSpeed(600))).speed == 600);
        const Timestamp begin = session.status().now;
        QVERIFY(waitFor([&] { return session.seen.status.now > begin + std::chrono::minutes(10); }));
        const api::SessionStatus paused = take(answer(session.engine->setFeedPaused(true)));
        QVERIFY(paused.feedPaused);
        const Timestamp stands = session.status().now;
        const std::uint64_t frames = session.frames;
        QVERIFY(waitFor([&] { return session.frames > frames + 10; }));
        QVERIFY(session.status().now == stands);
        take(answer(session.engine->setFeedPaused(false)));
        QVERIFY(waitFor([&] { return session.seen.status.now > stands; }));
        QVERIFY(!answer(session.engine->setSpeed(-1)).ok());
    }

    void itCanBePlayedOnToAMomentAheadButNotBack()
    {
        QTemporaryDir folder;
        PaperSession session(folder.path().toStdString(), {"feed.speed=1"});
        take(session.start());
        const Timestamp begin = session.status().now;
        const Timestamp there = begin + std::chrono::hours(2);
        QVERIFY(take(answer(session.engine->playUntil(there))).playingUntil == there);
        QVERIFY(waitFor([&] { return session.seen.status.feedPaused; }));
        const api::SessionStatus arrived = session.status();
        // The newest event is not later, and not much earlier: this market is never silent for a minute.
        QVERIFY2(arrived.now <= there && arrived.now > there - std::chrono::minutes(1), toString(arrived.now).c_str());
        QVERIFY(arrived.playingUntil == Timestamp());
        QVERIFY(arrived.speed == 1);
        QVERIFY(!session.seen.decisions.empty());
        QVERIFY(answer(session.engine->playUntil(begin)).error().message.find("stays decided") != std::string::npos);

        // What is on its way can be stopped, and then goes on from there at the pace it had.
        take(answer(session.engine->playUntil(there + std::chrono::hours(24 * 3'650))));
        QVERIFY(waitFor([&] { return session.seen.status.now > there + std::chrono::hours(1); }));
        take(answer(session.engine->setFeedPaused(true)));
        const Timestamp stopped = session.status().now;
        QVERIFY(session.status().playingUntil == Timestamp());
        take(answer(session.engine->setFeedPaused(false)));
        QVERIFY(waitFor([&] { return session.seen.status.now > stopped; }));
        QVERIFY(session.status().now < stopped + std::chrono::minutes(30));
    }

    void playingOnEndsWithTheMarket()
    {
        QTemporaryDir folder;
        PaperSession session(folder.path().toStdString(), replaySettings(written(folder, trades(500)), "1"));
        take(session.start());
        take(answer(session.engine->playUntil(session.status().now + std::chrono::hours(1'000))));
        QVERIFY(waitFor([&] { return session.seen.status.state == api::RunState::Finished; }));
        QVERIFY(session.status().playingUntil == Timestamp());
        QVERIFY(!answer(session.engine->playUntil(session.status().now + std::chrono::hours(1))).ok());
    }

    void itsEndFinishesTheSession()
    {
        QTemporaryDir folder;
        PaperSession session(folder.path().toStdString(), replaySettings(written(folder, trades(500)), "max"));
        take(session.start());
        QVERIFY(waitFor([&] { return session.seen.status.state == api::RunState::Finished; }));
        QVERIFY(!session.seen.status.degraded);
        QCOMPARE(session.seen.status.progress, 1.0);
        QVERIFY(session.alerted("feed_ended"));
        QVERIFY(!session.alerted("market_silent"));
    }

    void aRestartGoesOnWhereTheMarketWas()
    {
        QTemporaryDir folder;
        PaperSession session(folder.path().toStdString(), replaySettings(written(folder, trades(2'000)), "600"));
        take(session.start());
        QVERIFY(waitFor([&] { return session.seen.status.progress > 0.2; }));
        take(answer(session.engine->setFeedPaused(true)));
        const std::uint64_t delivered = session.status().feedHealth.delivered;
        QVERIFY(delivered > 0 && delivered < 2'000);
        const Timestamp then = session.status().now;
        session.settings[1] = "feed.speed=max";
        take(session.start());
        QVERIFY(waitFor([&] { return session.seen.status.state == api::RunState::Finished; }));
        // Every trade once: the volume of all bars is that of the file.
        Quantity volume;
        for (const Candle &bar : take(answer(session.engine->candles({InstrumentId(1), Interval{60}, 1'000})))) {
            volume += bar.volume;
        }
        for (const Candle &open : take(answer(session.engine->snapshot())).openCandles) {
            if (open.interval == Interval{60}) {
                volume += open.volume;
            }
        }
        QVERIFY(session.status().now > then);
        QCOMPARE(toString(volume), std::string("1000"));
    }

    void aSimulatedMarketGoesOnExactlyWhereItWas()
    {
        QTemporaryDir folder;
        PaperSession session(folder.path().toStdString(), busySettings("0", "600"));
        session.settings.push_back("journal.segment_mebibytes=1"); // many snapshots
        for (int round = 0; round < 4; ++round) {
            take(session.start());
            const std::uint64_t events = session.status().events;
            QVERIFY(waitFor([&] { return session.seen.status.events > events + 25'000; }, std::chrono::seconds(60)));
            session.stop();
            QVERIFY(!session.alerted("feed_checkpoint"));
        }
        QVERIFY(take(journal::listJournal(folder.path().toStdString() + "/data/sessions/paper/journal")).segments.size()
                > 6);
        const std::vector<MarketEvent> played = playedMarket(session.folder);
        QVERIFY(played.size() > 80'000);
        QVERIFY(played == uninterruptedMarket(played.size()));
    }

    void aMarketWithOtherSettingsIsSaidAloud()
    {
        QTemporaryDir folder;
        PaperSession session(folder.path().toStdString(), busySettings("0", "600"));
        for (int round = 0; round < 2; ++round) { // the second segment begins with a snapshot
            take(session.start());
            const std::uint64_t events = session.status().events;
            QVERIFY(waitFor([&] { return session.seen.status.events > events + 2'000; }));
            session.stop();
        }
        session.settings.push_back("feed.settings.seed=99");
        take(session.start());
        QVERIFY(waitFor([&] { return session.alerted("feed_checkpoint"); }));
        const std::uint64_t events = session.status().events;
        QVERIFY(waitFor([&] { return session.seen.status.events > events + 500; }));
    }

    void aDefectInTheMiddleDegradesTheSessionWithASentence()
    {
        QTemporaryDir folder;
        QByteArray rows = trades(40'000);
        rows += "1704107300000,-5,1,buy\n" + trades(10).mid(28);
        PaperSession session(folder.path().toStdString(), replaySettings(written(folder, rows), "max"));
        const Result<void> started = session.start();
        if (!started.ok()) {
            // Found at the start already: then the sentence must name the line.
            QVERIFY2(started.error().message.find("40002") != std::string::npos, started.error().message.c_str());
            return;
        }
        QVERIFY(waitFor([&] { return session.seen.status.degraded; }, std::chrono::seconds(60)));
        QVERIFY2(session.seen.status.degradedReason.find("40002") != std::string::npos,
                 session.seen.status.degradedReason.c_str());
    }

    void L12_aSilentMarketIsSaidAloud()
    {
        QTemporaryDir folder;
        PaperSession session(folder.path().toStdString(),
                             replaySettings(written(folder, trades(400, 200, 1'200)), "600"));
        take(session.start());
        QVERIFY(waitFor([&] { return session.alerted("market_silent"); }));
        QVERIFY(waitFor([&] { return session.alerted("market_back"); }));
    }
};

} // namespace coinswarm::test

QTEST_GUILESS_MAIN(coinswarm::test::TestSessionFeed)
#include "tst_session_feed.moc"
