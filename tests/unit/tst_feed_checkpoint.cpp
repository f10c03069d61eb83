// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "simulated_feed_fixture.h"

#include <QtTest/QTest>

#include <algorithm>
#include <random>

using namespace coinswarm;
using namespace coinswarm::simulated;
using namespace coinswarm::test;

namespace {

/// What an uninterrupted feed gives from the first event visible at or after `time`.
std::vector<MarketEvent> from(const std::vector<MarketEvent> &all, Timestamp time, std::size_t count)
{
    const auto first = std::find_if(all.begin(), all.end(), [time](const auto &e) { return visibleAt(e) >= time; });
    const auto left = static_cast<std::size_t>(all.end() - first);
    return {first, first + static_cast<std::ptrdiff_t>(std::min(count, left))};
}

} // namespace

/// A simulated market continues from its checkpoint with the very events that it would have given anyway.
class TestFeedCheckpoint : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void eventsAfterResumingAreTheSame_data()
    {
        QTest::addColumn<QString>("instruments");
        QTest::addColumn<int>("depth");
        QTest::newRow("three markets") << "BTC-USDT,ETH-USDT,SOL-USDT" << 12;
        QTest::newRow("one market, shallow") << "BTC-USDT" << 2;
    }

    void eventsAfterResumingAreTheSame()
    {
        QFETCH(QString, instruments);
        QFETCH(int, depth);
        const SimulationOptions market =
            options({{"instruments", instruments.toStdString()}, {"depth", std::int64_t{depth}}});
        SimulatedFeed straight(market);
        QVERIFY(straight.open().ok());
        const std::vector<MarketEvent> all = events(straight, 150'000);

        std::mt19937 random(5);
        SimulatedFeed running(market);
        QVERIFY(running.open().ok());
        std::size_t read = 0;
        std::string before;
        for (int point = 0; point < 60; ++point) {
            const std::size_t part = 1 + random() % 2'000;
            QCOMPARE(events(running, part).size(), part);
            read += part;
            // A session is as far as it has played, and has read up to 1,024 events ahead of that.
            const std::size_t played = read - std::min<std::size_t>(read, random() % 1'025);
            const Timestamp now = visibleAt(all[played]);
            const std::string checkpoint = running.checkpoint(now);
            QVERIFY(!checkpoint.empty());
            SimulatedFeed continued(market);
            QVERIFY(continued.open().ok());
            QVERIFY(continued.resume(checkpoint, now).ok());
            QVERIFY(events(continued, 500) == from(all, now, 500));
            // A journal goes on for long after the snapshot that its checkpoint is in.
            const Timestamp later = now + std::chrono::minutes(2);
            QVERIFY(continued.resume(checkpoint, later).ok());
            QVERIFY(events(continued, 500) == from(all, later, 500));
            // The next snapshot of a session that was continued has a checkpoint again, and so on.
            const std::string next = continued.checkpoint(later);
            QVERIFY(!next.empty());
            QVERIFY(running.resume(next, later).ok());
            QVERIFY(running.resume(checkpoint, now).ok());
            QCOMPARE(events(running, read - played).size(), read - played);
        }
    }

    void aCheckpointIsFromShortlyBefore()
    {
        SimulatedFeed feed(options());
        QVERIFY(feed.open().ok());
        const std::vector<MarketEvent> all = events(feed, 100'000);
        const Timestamp now = visibleAt(all.back());
        const std::string checkpoint = feed.checkpoint(now);
        SimulatedFeed other(options());
        QVERIFY(other.open().ok());
        QVERIFY(!other.resume(checkpoint, now - std::chrono::minutes(1)).ok());
        QVERIFY(other.resume(checkpoint, now).ok());
        QVERIFY(feed.checkpoint(options().start - Duration(1)).empty());
    }

    void aFeedThatRefusesStandsWhereItStood()
    {
        SimulatedFeed feed(options());
        SimulatedFeed straight(options());
        QVERIFY(feed.open().ok() && straight.open().ok());
        const std::vector<MarketEvent> first = events(straight, 3'000);
        QCOMPARE(events(feed, 1'000).size(), std::size_t{1'000});
        const Timestamp now = visibleAt(first.back());
        std::string damaged = straight.checkpoint(now);
        damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 1);
        const Result<void> resumed = feed.resume(damaged, now);
        QVERIFY(!resumed.ok());
        QCOMPARE(resumed.error().kind, ErrorKind::Corrupt);
        QVERIFY(std::equal(first.begin() + 1'000, first.end(), events(feed, 2'000).begin()));
    }

    void otherSettingsAreRefused_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<double>("value");
        QTest::addColumn<bool>("fits");
        QTest::newRow("seed") << "seed" << 2.0 << false;
        QTest::newRow("depth") << "depth" << 13.0 << false;
        QTest::newRow("history") << "history_bars" << 499.0 << false;
        QTest::newRow("trades") << "trades_per_second" << 5.5 << false;
        QTest::newRow("books") << "books_per_second" << 4.0 << false;
        QTest::newRow("length") << "length_s" << 90'000.0 << true;
        QTest::newRow("speed") << "speed" << 5.0 << true;
    }

    void otherSettingsAreRefused()
    {
        QFETCH(QString, key);
        QFETCH(double, value);
        QFETCH(bool, fits);
        SimulatedFeed feed(options());
        QVERIFY(feed.open().ok());
        const Timestamp now = visibleAt(events(feed, 20'000).back());
        const bool real = key.endsWith(QLatin1String("_second")) || key == QLatin1String("speed");
        SimulatedFeed other(options(
            {{key.toStdString(), real ? SettingValue(value) : SettingValue(static_cast<std::int64_t>(value))}}));
        QVERIFY(other.open().ok());
        const Result<void> resumed = other.resume(feed.checkpoint(now), now);
        QCOMPARE(resumed.ok(), fits);
        if (!fits) {
            QCOMPARE(resumed.error().kind, ErrorKind::Refused);
            QVERIFY(resumed.error().message.find("settings") != std::string::npos);
        }
    }
};

QTEST_GUILESS_MAIN(TestFeedCheckpoint)
#include "tst_feed_checkpoint.moc"
