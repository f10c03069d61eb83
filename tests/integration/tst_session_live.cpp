// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/record_codec.h"
#include "journal/journal_folder.h"
#include "journal/journal_reader.h"
#include "runtime/wall_clock.h"
#include "support/paper_session.h"
#include "support/redis_server.h"
#include "tick_stream.h"

#include <QtTest/QtTest>

namespace coinswarm::test {

namespace {

/// The trades in the journal of a session, in order.
std::vector<Trade> playedTrades(const std::string &folder)
{
    std::vector<Trade> played;
    journal::JournalReader reader = take(journal::JournalReader::open(folder + "/data/sessions/paper/journal"));
    while (const std::optional<journal::RecordView> record = take(reader.next())) {
        if (engine::isEventType(record->header.type)) {
            const engine::EventBody event = take(engine::decodeEvent(record->header.type, record->payload));
            if (const auto *trade = std::get_if<Trade>(&event)) {
                played.push_back(*trade);
            }
        }
    }
    return played;
}

} // namespace

/// A session whose market is live: ticks that another program writes into Redis.
class TestSessionLive : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!RedisServer::isAvailable()) {
            QSKIP("SKIPPED: redis-server or redis-cli is not installed");
        }
    }

    void ticksArePlayedAsTheyComeAndNoneTwice()
    {
        const std::unique_ptr<RedisServer> server =
            take(RedisServer::start({QStringLiteral("--appendonly"), QStringLiteral("yes")}));
        Instrument instrument;
        instrument.id = InstrumentId(1);
        instrument.symbol = "BTC-USDT";
        instrument.base = "BTC";
        instrument.quote = "USDT";
        redis_ticks::TickStream::Options options;
        take(redis::setRedisAddress(options.redis, server->address()));
        const auto ticks = take(redis_ticks::TickStream::open(options, {instrument}));
        QTemporaryDir folder;
        PaperSession session(folder.path().toStdString(),
                             {"feed.plugin=redis_ticks", "feed.settings.address=" + server->address()});
        take(session.start());
        // Nothing has come yet, and time goes by all the same.
        QCOMPARE(session.status().progress, -1.0);
        std::vector<Trade> written;
        const auto write = [&](int count) {
            std::vector<MarketEvent> events;
            for (int i = 0; i < count; ++i) {
                written.push_back(Trade{instrument.id, Side::Buy, Price::fromInteger(50'000),
                                        Quantity::fromRaw(100'000), runtime::wallNow(), written.size() + 1});
                events.emplace_back(written.back());
            }
            take(ticks->publish(events));
        };
        const auto played = [&](std::int32_t bid) {
            // Behind everything written before.
            take(ticks->publish(std::vector<MarketEvent>{Quote{instrument.id, Price::fromInteger(bid),
                                                               Price::fromInteger(bid + 1), Quantity::fromInteger(1),
                                                               Quantity::fromInteger(1), runtime::wallNow()}}));
            return waitFor([&] {
                return std::any_of(session.seen.quotes.begin(), session.seen.quotes.end(),
                                   [&](const Quote &quote) { return quote.bid == Price::fromInteger(bid); });
            });
        };
        for (int i = 0; i < 20; ++i) {
            write(10);
        }
        QVERIFY2(played(49'000), session.story().c_str());
        QVERIFY(session.status().now >= written.back().time);
        QVERIFY(!session.status().degraded);

        // The session goes on behind what it has played, with what came while it was away.
        session.stop();
        write(100);
        take(session.start());
        write(50);
        QVERIFY2(played(49'500), session.story().c_str());

        // The server dies and comes back.
        server->kill();
        QVERIFY(waitFor([&] { return session.seen.status.feedHealth.state == SourceState::Degraded; }));
        QVERIFY(!session.seen.status.feedHealth.detail.empty());
        take(server->restart());
        write(50);
        QVERIFY2(played(49'700), session.story().c_str());
        session.stop();
        QVERIFY(playedTrades(folder.path().toStdString()) == written);
    }
};

} // namespace coinswarm::test

QTEST_GUILESS_MAIN(coinswarm::test::TestSessionLive)
#include "tst_session_live.moc"
