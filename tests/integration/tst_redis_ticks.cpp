// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "redis_ticks_feed.h"
#include "support/check.h"
#include "support/redis_server.h"
#include "tick_bytes.h"
#include "tick_stream.h"

#include <QtTest/QtTest>

using namespace coinswarm;
using namespace coinswarm::redis;
using namespace coinswarm::redis_ticks;
using namespace coinswarm::test;
using namespace std::chrono_literals;

// Live ticks through a Redis Stream, from the program that writes them to the feed.
class TestRedisTicks : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init()
    {
        m_expected.clear();
        m_trades = 0;
    }
    void cleanup() { m_server.reset(); }
    void ticksComeAsTheyWereWritten();
    void feedBeginsWithWhatComesNext();
    void strangeBytesAreNoTicks();
    void streamWithoutTableIsSaid();
    void killedServerIsSaidAndNothingIsDoubledOrLost();
    void serverThatForgetsDoesNotDouble();
    void entrySentTwiceIsThereOnce();
    void oldestThatAreDroppedAreMissed();
    void anotherWriterIsNoticed();
    void droppedTicksAreCounted();
    void streamBegunAnewIsSaid();
    void slowReaderLosesNothing();
    void checkpointLeadsBack();

private:
    void serve(const QStringList &options = {}) { m_server = take(RedisServer::start(options)); }
    RedisSettings settings() const;
    std::unique_ptr<TickStream> stream(std::size_t kept = 1'000'000, std::size_t mostPending = 100'000) const;
    std::unique_ptr<RedisTicksFeed> feed(bool fromOldest = true) const;
    /// `count` trades, each with a number of its own, that are written and expected.
    void write(TickStream &stream, int count);
    /// Reads until as many are there as are expected, or nothing has come for long.
    std::vector<MarketEvent> readAll(Feed &feed) const;

    std::unique_ptr<RedisServer> m_server;
    std::vector<MarketEvent> m_expected;
    std::uint64_t m_trades = 0;
};

namespace {

Instrument instrument(std::uint32_t id, const char *symbol)
{
    Instrument instrument;
    instrument.id = InstrumentId(id);
    instrument.symbol = symbol;
    instrument.base = instrument.symbol.substr(0, 3);
    instrument.quote = "USDT";
    instrument.shortAllowed = id == 2;
    return instrument;
}

const std::vector<Instrument> kInstruments{instrument(1, "BTC-USDT"), instrument(2, "ETH-USDT")};

} // namespace

void TestRedisTicks::initTestCase()
{
    if (!RedisServer::isAvailable()) {
        QSKIP("SKIPPED: redis-server or redis-cli is not installed");
    }
}

RedisSettings TestRedisTicks::settings() const
{
    RedisSettings settings;
    take(setRedisAddress(settings, m_server->address()));
    settings.commandTimeout = 500ms;
    settings.retryLongestWait = 100ms;
    return settings;
}

std::unique_ptr<TickStream> TestRedisTicks::stream(std::size_t kept, std::size_t mostPending) const
{
    TickStream::Options options;
    options.redis = settings();
    options.kept = kept;
    options.mostPending = mostPending;
    return take(TickStream::open(options, kInstruments));
}

std::unique_ptr<RedisTicksFeed> TestRedisTicks::feed(bool fromOldest) const
{
    RedisTicksFeed::Options options;
    options.redis = settings();
    options.fromOldest = fromOldest;
    auto feed = std::make_unique<RedisTicksFeed>(options);
    take(feed->open());
    return feed;
}

void TestRedisTicks::write(TickStream &stream, int count)
{
    std::vector<MarketEvent> events;
    for (int i = 0; i < count; ++i) {
        ++m_trades;
        events.emplace_back(Trade{InstrumentId(static_cast<std::uint32_t>(1 + m_trades % 2)), Side::Sell,
                                  Price::fromInteger(50'000), Quantity::fromRaw(5),
                                  Timestamp{static_cast<std::int64_t>(m_trades)}, m_trades});
    }
    m_expected.insert(m_expected.end(), events.begin(), events.end());
    // What fails is kept there and sent with the next.
    static_cast<void>(stream.publish(events));
}

std::vector<MarketEvent> TestRedisTicks::readAll(Feed &feed) const
{
    std::vector<MarketEvent> all;
    std::vector<MarketEvent> part(1'000);
    waitFor([&] {
        const std::size_t count = take(feed.read(part));
        all.insert(all.end(), part.begin(), part.begin() + static_cast<std::ptrdiff_t>(count));
        return all.size() >= m_expected.size();
    });
    return all;
}

void TestRedisTicks::ticksComeAsTheyWereWritten()
{
    serve();
    const auto ticks = stream();
    const auto reader = feed();
    QVERIFY(reader->isLive());
    QCOMPARE(reader->instruments(), kInstruments);
    std::array<MarketEvent, 8> out;
    QCOMPARE(take(reader->read(out)), std::size_t{0});
    m_expected = {
        Trade{InstrumentId(1), Side::Buy, Price::fromRaw(-1), Quantity::fromRaw(2), Timestamp{3}, 4},
        Quote{InstrumentId(2), Price::fromRaw(5), Price::fromRaw(6), Quantity::fromRaw(7), Quantity::fromRaw(8),
              Timestamp{9}},
        BookDelta{InstrumentId(1), Side::Sell, true, false, Price::fromRaw(10), Quantity::fromRaw(0), Timestamp{11}},
        Candle{InstrumentId(2), Interval{60}, Timestamp{12}, Price::fromRaw(13), Price::fromRaw(14), Price::fromRaw(15),
               Price::fromRaw(16), Quantity::fromRaw(17), 18}};
    take(ticks->publish(m_expected));
    QVERIFY(readAll(*reader) == m_expected);
    // The reading thread says how it is a moment after it has handed over.
    QVERIFY(waitFor([&] { return reader->health().state == SourceState::Healthy; }));
    const SourceHealth health = reader->health();
    QCOMPARE(health.delivered, std::uint64_t{4});
    QCOMPARE(health.errors, std::uint64_t{0});
    QCOMPARE(health.lastData.ns, std::int64_t{60'000'000'012});
}

void TestRedisTicks::feedBeginsWithWhatComesNext()
{
    serve();
    const auto ticks = stream();
    write(*ticks, 10);
    m_expected.clear();
    const auto reader = feed(false);
    // Written after open() and before the first read.
    write(*ticks, 10);
    QVERIFY(readAll(*reader) == m_expected);
    QCOMPARE(reader->health().errors, std::uint64_t{0});
}

void TestRedisTicks::strangeBytesAreNoTicks()
{
    const std::string good = eventBytes(Trade{InstrumentId(1), Side::Buy, {}, {}, {}, 7});
    QVERIFY(eventFrom(good).has_value());
    for (std::size_t size = 0; size < good.size(); ++size) {
        QVERIFY(!eventFrom(std::string_view(good).substr(0, size)).has_value());
    }
    QVERIFY(!eventFrom(good + "x").has_value());
    std::string other = good;
    other[0] = 4;
    QVERIFY(!eventFrom(other).has_value());
    other = good;
    other[5] = 2; // a side
    QVERIFY(!eventFrom(other).has_value());
    serve();
    const auto ticks = stream();
    write(*ticks, 3);
    m_server->ask({QStringLiteral("xadd"), QStringLiteral("coinswarm:ticks"), QStringLiteral("18000000000000000-0"),
                   QStringLiteral("e"), QStringLiteral("strange")});
    const auto reader = feed();
    QVERIFY(readAll(*reader) == m_expected);
    QTRY_VERIFY(reader->health().errors > 0);
    QCOMPARE(reader->health().state, SourceState::Degraded);
    QVERIFY(reader->health().detail.find("no market event") != std::string::npos);
}

void TestRedisTicks::streamWithoutTableIsSaid()
{
    serve();
    RedisTicksFeed::Options options;
    options.redis = settings();
    RedisTicksFeed empty(options);
    QCOMPARE(empty.open().error().kind, ErrorKind::NotFound);
    m_server->ask({QStringLiteral("hset"), QStringLiteral("coinswarm:ticks:instruments"), QStringLiteral("2"),
                   QStringLiteral("strange")});
    QCOMPARE(empty.open().error().kind, ErrorKind::Corrupt);
    m_server->kill();
    QCOMPARE(empty.open().error().kind, ErrorKind::Unavailable);
}

void TestRedisTicks::killedServerIsSaidAndNothingIsDoubledOrLost()
{
    serve({QStringLiteral("--appendonly"), QStringLiteral("yes"), QStringLiteral("--appendfsync"),
           QStringLiteral("always")});
    const auto ticks = stream();
    const auto reader = feed();
    write(*ticks, 500);
    std::vector<MarketEvent> got = readAll(*reader);
    m_server->kill();
    QTRY_COMPARE(reader->health().state, SourceState::Degraded);
    QVERIFY(!reader->health().detail.empty());
    write(*ticks, 500);
    QCOMPARE(ticks->pending(), std::size_t{500});
    take(m_server->restart());
    take(ticks->publish({}));
    QCOMPARE(ticks->pending(), std::size_t{0});
    write(*ticks, 500);
    QVERIFY(waitFor([&] {
        std::array<MarketEvent, 100> part;
        const std::size_t count = take(reader->read(part));
        got.insert(got.end(), part.begin(), part.begin() + static_cast<std::ptrdiff_t>(count));
        return got.size() >= m_expected.size();
    }));
    QVERIFY(got == m_expected);
    QCOMPARE(reader->health().state, SourceState::Healthy);
    QCOMPARE(reader->health().errors, std::uint64_t{0});
}

void TestRedisTicks::serverThatForgetsDoesNotDouble()
{
    serve();
    const auto ticks = stream();
    const auto reader = feed();
    write(*ticks, 100);
    std::vector<MarketEvent> got = readAll(*reader);
    take(m_server->restart());
    write(*ticks, 50); // connects again
    take(ticks->publish({}));
    QVERIFY(waitFor([&] {
        std::array<MarketEvent, 100> part;
        const std::size_t count = take(reader->read(part));
        got.insert(got.end(), part.begin(), part.begin() + static_cast<std::ptrdiff_t>(count));
        return got.size() >= m_expected.size();
    }));
    QVERIFY(got == m_expected);
    QCOMPARE(reader->health().errors, std::uint64_t{0});
    // A feed that begins now finds the table of instruments again.
    QCOMPARE(feed()->instruments(), kInstruments);
}

void TestRedisTicks::entrySentTwiceIsThereOnce()
{
    serve();
    const auto ticks = stream();
    write(*ticks, 10);
    m_server->pause();
    write(*ticks, 10); // reaches the server's socket, and is not answered in time
    QCOMPARE(ticks->pending(), std::size_t{10});
    m_server->resume();
    QTRY_COMPARE(m_server->ask({QStringLiteral("xlen"), QStringLiteral("coinswarm:ticks")}), QStringLiteral("20"));
    write(*ticks, 10);
    QCOMPARE(ticks->pending(), std::size_t{0});
    QCOMPARE(m_server->ask({QStringLiteral("xlen"), QStringLiteral("coinswarm:ticks")}), QStringLiteral("30"));
    QVERIFY(readAll(*feed()) == m_expected);
}

void TestRedisTicks::oldestThatAreDroppedAreMissed()
{
    serve();
    const auto ticks = stream(1'000'000, 100);
    QCOMPARE(ticks->room(), std::size_t{100});
    QCOMPARE(ticks->makeRoom(100), std::size_t{0});
    write(*ticks, 10);
    const auto reader = feed();
    QVERIFY(readAll(*reader) == m_expected);
    m_server->kill();
    write(*ticks, 80);
    write(*ticks, 30);
    QCOMPARE(ticks->pending(), std::size_t{80}); // what does not fit is refused whole
    m_expected.resize(m_expected.size() - 30);
    QCOMPARE(ticks->makeRoom(30), std::size_t{10});
    write(*ticks, 30);
    QCOMPARE(ticks->room(), std::size_t{0});
    take(m_server->restart());
    take(ticks->send());
    m_expected.erase(m_expected.begin(), m_expected.begin() + 20);
    QVERIFY(readAll(*reader) == m_expected);
    QCOMPARE(reader->health().errors, std::uint64_t{10});
    // More than can ever wait leaves an empty queue.
    m_server->kill();
    write(*ticks, 5);
    QCOMPARE(ticks->makeRoom(1'000), std::size_t{5});
    QCOMPARE(ticks->pending(), std::size_t{0});
    QCOMPARE(ticks->add(std::vector<MarketEvent>(101)).error().kind, ErrorKind::Refused);
}

void TestRedisTicks::anotherWriterIsNoticed()
{
    serve();
    const auto ticks = stream();
    write(*ticks, 10);
    const auto other = stream();
    write(*ticks, 10);
    const Result<void> sent = other->publish(std::vector<MarketEvent>{Quote{InstrumentId(1), {}, {}, {}, {}, {}}});
    QCOMPARE(sent.error().kind, ErrorKind::Refused);
    QVERIFY(sent.error().message.find("Another program writes") != std::string::npos);
    QVERIFY(other->isOvertaken());
    QCOMPARE(other->written(), std::uint64_t{0});
    // It does not come between any more.
    QCOMPARE(other->send().error().message, sent.error().message);
    write(*ticks, 10);
    QVERIFY(!ticks->isOvertaken());
    QCOMPARE(m_server->ask({QStringLiteral("xlen"), QStringLiteral("coinswarm:ticks")}), QStringLiteral("30"));
    // A stream that was begun anew with higher numbers.
    m_server->ask({QStringLiteral("del"), QStringLiteral("coinswarm:ticks")});
    const auto later = stream();
    write(*later, 10);
    QCOMPARE(ticks->publish(std::vector<MarketEvent>{Quote{InstrumentId(1), {}, {}, {}, {}, {}}}).error().kind,
             ErrorKind::Refused);
    QVERIFY(ticks->isOvertaken());
}

void TestRedisTicks::droppedTicksAreCounted()
{
    serve();
    const auto ticks = stream(200);
    const auto reader = feed();
    write(*ticks, 100);
    QCOMPARE(readAll(*reader).size(), std::size_t{100});
    const std::string place = reader->checkpoint(Timestamp{101});
    QVERIFY(!place.empty());
    write(*ticks, 5'000);
    const auto late = feed();
    take(late->resume(place, Timestamp{0}));
    std::vector<MarketEvent> part(1'000);
    std::size_t got = 0;
    QVERIFY(waitFor([&] {
        const std::size_t count = take(late->read(part));
        got += count;
        return count > 0 && part[count - 1] == m_expected.back();
    }));
    // Those behind the checkpoint, which is the first event.
    QCOMPARE(late->health().errors + got, std::uint64_t{5'099});
    QVERIFY(got < 1'000);
    QCOMPARE(late->health().state, SourceState::Degraded);
    QVERIFY(late->health().detail.find("dropped") != std::string::npos);
}

void TestRedisTicks::streamBegunAnewIsSaid()
{
    serve();
    {
        const auto ticks = stream();
        write(*ticks, 10);
    }
    const auto reader = feed();
    QVERIFY(readAll(*reader) == m_expected);
    m_server->ask({QStringLiteral("flushall")});
    const auto ticks = stream();
    m_expected.clear();
    write(*ticks, 10);
    QVERIFY(readAll(*reader) == m_expected);
    QCOMPARE(reader->health().errors, std::uint64_t{1});
    QVERIFY(reader->health().detail.find("begun anew") != std::string::npos);
}

void TestRedisTicks::slowReaderLosesNothing()
{
    serve();
    const auto ticks = stream();
    const auto reader = feed();
    std::array<MarketEvent, 1> one;
    QCOMPARE(take(reader->read(one)), std::size_t{0});
    for (int i = 0; i < 15; ++i) {
        write(*ticks, 10'000);
    }
    // It stops fetching when enough waits, and goes on when that is taken.
    QTRY_VERIFY(reader->health().delivered >= 65'536);
    QVERIFY(reader->health().delivered < 150'000);
    QVERIFY(readAll(*reader) == m_expected);
    QCOMPARE(reader->health().errors, std::uint64_t{0});
}

void TestRedisTicks::checkpointLeadsBack()
{
    serve();
    const auto ticks = stream();
    const auto first = feed();
    write(*ticks, 2'000);
    QVERIFY(readAll(*first) == m_expected);
    for (const std::int64_t time : {1, 2, 300, 1'999, 2'000}) {
        const auto second = feed(false);
        const std::string checkpoint = first->checkpoint(Timestamp{time});
        QCOMPARE(checkpoint.empty(), time == 1); // nothing lies before the first
        take(checkpoint.empty() ? second->seek(Timestamp{time}) : second->resume(checkpoint, Timestamp{time}));
        std::array<MarketEvent, 1> next;
        QVERIFY(waitFor([&] { return take(second->read(next)) == 1; }));
        QCOMPARE(visibleAt(next[0]).ns, std::int64_t{time});
    }
    const auto moved = feed(false);
    take(moved->seek(Timestamp{700}));
    std::array<MarketEvent, 1> next;
    QVERIFY(waitFor([&] { return take(moved->read(next)) == 1; }));
    QCOMPARE(visibleAt(next[0]).ns, std::int64_t{700});
    QCOMPARE(moved->resume("12x", Timestamp{0}).error().kind, ErrorKind::Corrupt);
}

QTEST_GUILESS_MAIN(TestRedisTicks)
#include "tst_redis_ticks.moc"
