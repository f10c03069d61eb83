// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

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
        const control::SessionStatus paused = take(answer(session.engine->setFeedPaused(true)));
        QVERIFY(paused.feedPaused);
        const Timestamp stands = session.status().now;
        const std::uint64_t frames = session.frames;
        QVERIFY(waitFor([&] { return session.frames > frames + 10; }));
        QVERIFY(session.status().now == stands);
        take(answer(session.engine->setFeedPaused(false)));
        QVERIFY(waitFor([&] { return session.seen.status.now > stands; }));
        QVERIFY(!answer(session.engine->setSpeed(-1)).ok());
    }

    void itsEndFinishesTheSession()
    {
        QTemporaryDir folder;
        PaperSession session(folder.path().toStdString(), replaySettings(written(folder, trades(500)), "max"));
        take(session.start());
        QVERIFY(waitFor([&] { return session.seen.status.state == control::RunState::Finished; }));
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
        QVERIFY(waitFor([&] { return session.seen.status.state == control::RunState::Finished; }));
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
