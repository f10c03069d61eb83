// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "redis_ticks_feed.h"
#include "runtime/wall_clock.h"
#include "support/check.h"
#include "support/redis_server.h"
#include "ticks/tick_publisher.h"

#include <QtTest/QtTest>

#include <thread>

using namespace coinswarm;
using namespace coinswarm::redis;
using namespace coinswarm::redis_ticks;
using namespace coinswarm::runtime;
using namespace coinswarm::test;
using namespace coinswarm::ticks;
using namespace std::chrono_literals;

namespace {

constexpr Timestamp kLongAgo{1'600'000'000'000'000'000};

Instrument instrument()
{
    Instrument instrument;
    instrument.id = InstrumentId(1);
    instrument.symbol = "BTC-USDT";
    return instrument;
}

/// `count` trades, numbered from 1, `step` apart.
std::vector<MarketEvent> trades(std::uint64_t count, Duration step)
{
    std::vector<MarketEvent> all;
    for (std::uint64_t i = 1; i <= count; ++i) {
        all.emplace_back(Trade{InstrumentId(1), Side::Buy, Price::fromInteger(50'000), Quantity::fromRaw(100'000),
                               kLongAgo + step * static_cast<std::int64_t>(i), i});
    }
    return all;
}

/// One of two levels of a whole book.
MarketEvent level(Side side, std::int32_t price, bool first)
{
    return BookDelta{InstrumentId(1),          side,    first, !first, Price::fromInteger(price),
                     Quantity::fromInteger(1), kLongAgo};
}

/// Gives what it was made with, and then ends, has nothing for the time being, or fails.
class ListFeed : public Feed
{
public:
    enum class Then { Ends, Waits, Fails, Throws };

    ListFeed(std::vector<MarketEvent> events, bool live, Then then)
        : m_events(std::move(events)), m_live(live), m_then(then)
    {}

    SourceMetadata metadata() const override { return {}; }
    SourceHealth health() const override { return {}; }
    Result<void> open() override { return {}; }
    std::vector<Instrument> instruments() const override { return {instrument()}; }
    std::vector<Candle> history() override { return {}; }
    Result<std::size_t> read(std::span<MarketEvent> out) override
    {
        const std::size_t count = std::min(out.size(), m_events.size() - m_at);
        std::copy_n(m_events.begin() + static_cast<std::ptrdiff_t>(m_at), count, out.begin());
        m_at += count;
        if (count == 0 && m_then == Then::Fails) {
            return Error{ErrorKind::Corrupt, "line 7 is torn."};
        }
        if (count == 0 && m_then == Then::Throws) {
            throw std::runtime_error("out of luck");
        }
        return count;
    }
    bool isLive() const override { return m_live; }
    std::optional<double> progress() const override { return {}; }
    Result<void> seek(Timestamp) override { return {}; }

private:
    const std::vector<MarketEvent> m_events;
    const bool m_live;
    const Then m_then;
    std::size_t m_at = 0;
};

bool isNear(Timestamp time, Timestamp other, Duration by)
{
    return time - other <= by && other - time <= by;
}

} // namespace

/// What writes the events of a feed into Redis, with a server that is killed and comes back.
class TestTickPublisher : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!RedisServer::isAvailable()) {
            QSKIP("SKIPPED: redis-server or redis-cli is not installed");
        }
    }
    void init() { m_lines.clear(); }
    void cleanup() { m_server.reset(); }

    void playedMarketIsAsOfNowAndGoesByTheClock()
    {
        serve();
        const Timestamp begin = wallNow();
        const auto market = trades(20, 10ms);
        const TickReport report = publisher(market, false)->run([] { return false; });
        QVERIFY(wallNow() - begin >= 190ms);
        QCOMPARE(report.end, EndReason::FeedEnded);
        QVERIFY(report.inGoodOrder());
        QCOMPARE(report.read, std::uint64_t{20});
        QCOMPARE(report.written, std::uint64_t{20});
        const std::vector<MarketEvent> written = inRedis(20);
        const Duration shift = visibleAt(written[0]) - visibleAt(market[0]);
        QVERIFY(isNear(visibleAt(written[0]), begin, 5s));
        for (std::size_t i = 0; i < market.size(); ++i) {
            Trade expected = std::get<Trade>(market[i]);
            expected.time = expected.time + shift;
            QVERIFY(written[i] == MarketEvent(expected));
            // Nobody's clock has to wait for a tick.
            QVERIFY(visibleAt(written[i]) <= wallNow());
        }
    }

    /// From the moment that a tick is due to its being in the hands of who reads the feed.
    void ticksReachAReaderWithinFiftyMilliseconds()
    {
        serve();
        const auto played = publisher(trades(1'000, 2ms), false);
        const auto reader = feed();
        std::thread writer([&] { played->run([] { return false; }); });
        std::vector<Duration> late;
        std::vector<MarketEvent> part(100);
        const QDeadlineTimer limit(20s);
        while (late.size() < 1'000 && !limit.hasExpired()) {
            const std::size_t count = take(reader->read(part));
            for (std::size_t i = 0; i < count; ++i) {
                late.push_back(wallNow() - visibleAt(part[i]));
            }
            std::this_thread::yield();
        }
        writer.join();
        QCOMPARE(late.size(), std::size_t{1'000});
        std::sort(late.begin(), late.end());
        const auto milliseconds = [&](std::size_t at) {
            return std::chrono::duration<double, std::milli>(late[at]).count();
        };
        qInfo("ticks came after %.3f ms (median), %.3f ms (P99)", milliseconds(500), milliseconds(990));
        // The median, because a busy machine may stop anybody for longer now and then.
        QVERIFY(milliseconds(500) < 50);
    }

    void barsAsOfNowBeginWhereBarsBegin()
    {
        serve();
        Candle bar;
        bar.instrument = InstrumentId(1);
        bar.interval = Interval{3'600};
        bar.openTime = Timestamp{1'600'002'000'000'000'000}; // an hour
        const TickReport report = publisher({bar}, false)->run([] { return false; });
        QCOMPARE(report.written, std::uint64_t{1});
        const auto written = std::get<Candle>(inRedis(1)[0]);
        QCOMPARE(written.openTime.ns % Duration(1h).count(), std::int64_t{0});
        QVERIFY(written.closeTime() <= wallNow());
        QVERIFY(wallNow() - written.closeTime() <= 1h + 1min);
    }

    void recordedTimesAreKeptAtAnySpeed()
    {
        serve();
        const auto market = trades(5'000, 1s);
        TickSource::Options source;
        source.recordedTimes = true;
        source.speed = 0;
        QCOMPARE(publisher(market, false, source)->run([] { return false; }).written, std::uint64_t{5'000});
        QVERIFY(inRedis(5'000) == market);
    }

    void liveEventsAreWrittenAsTheyAre()
    {
        serve();
        const auto market = trades(3'000, 1s);
        const auto live = publisher(market, true);
        bool stop = false;
        const TickReport report = live->run([&] {
            stop = m_server->ask({QStringLiteral("xlen"), QStringLiteral("coinswarm:ticks")}) == QLatin1String("3000");
            return stop;
        });
        QCOMPARE(report.end, EndReason::Stopped);
        QVERIFY(report.inGoodOrder());
        QVERIFY(inRedis(3'000) == market);
    }

    void playedMarketWaitsForRedis()
    {
        serve();
        const auto market = trades(2'000, 1ms);
        const auto played = publisher(market, false, {}, ListFeed::Then::Ends, 300);
        m_server->kill();
        const TickReport report = played->run([&] {
            if (!m_lines.empty() && m_lines.back().find("the market waits too") != std::string::npos) {
                take(m_server->restart());
                m_lines.emplace_back();
            }
            return false;
        });
        QCOMPARE(report.written, std::uint64_t{2'000});
        QCOMPARE(report.dropped, std::uint64_t{0});
        QCOMPARE(report.outages, std::uint64_t{1});
        QVERIFY(said("Up to 300 events wait here"));
        QVERIFY(said("none was dropped"));
        QCOMPARE(m_lines.size(), std::size_t{4});
        QCOMPARE(inRedis(2'000).size(), std::size_t{2'000});
    }

    void oldestOfALiveMarketAreDroppedAndMissedByReaders()
    {
        serve({QStringLiteral("--appendonly"), QStringLiteral("yes"), QStringLiteral("--appendfsync"),
               QStringLiteral("always")});
        auto market = trades(5'000, 1ms);
        // Books that readers will have missed.
        market.insert(market.begin(), {level(Side::Buy, 49'999, true), level(Side::Sell, 50'001, false)});
        {
            // Something for the reader to have read before.
            publisher(trades(10, 0ms), true)->run([&] { return !m_lines.empty() || length() == 10; });
        }
        const auto reader = feed();
        QCOMPARE(read(*reader, 10).size(), std::size_t{10});
        const auto live = publisher(market, true, {}, ListFeed::Then::Waits, 1'200);
        m_server->kill();
        const TickReport report = live->run([&] {
            if (!m_lines.empty() && m_lines.back().find("readers see the gap") != std::string::npos) {
                m_lines.emplace_back();
                m_turns = 0;
            }
            // All of the market has come by then.
            if (++m_turns == 50 && m_lines.size() > 2) {
                take(m_server->restart());
            }
            return said("had been dropped") && length() == 10 + 1'202;
        });
        QCOMPARE(report.read, std::uint64_t{5'002});
        QCOMPARE(report.dropped, std::uint64_t{3'802});
        QCOMPARE(report.books, std::uint64_t{2});
        QCOMPARE(report.written, std::uint64_t{1'202});
        QVERIFY(report.inGoodOrder());
        QVERIFY(said("3802 events had been dropped"));
        const std::vector<MarketEvent> got = read(*reader, 1'202);
        QCOMPARE(got.size(), std::size_t{1'202});
        QVERIFY(std::equal(got.begin(), got.end() - 2, market.end() - 1'200, market.end()));
        auto bid = std::get<BookDelta>(market[0]);
        auto ask = std::get<BookDelta>(market[1]);
        bid.time = ask.time = visibleAt(market.back());
        QVERIFY(got[1'200] == MarketEvent(bid));
        QVERIFY(got[1'201] == MarketEvent(ask));
        QCOMPARE(reader->health().errors, std::uint64_t{3'802});
    }

    void feedThatFailsEndsIt_data()
    {
        QTest::addColumn<int>("then");
        QTest::addColumn<QString>("text");
        QTest::newRow("fails") << static_cast<int>(ListFeed::Then::Fails) << QStringLiteral("line 7 is torn");
        QTest::newRow("throws") << static_cast<int>(ListFeed::Then::Throws) << QStringLiteral("out of luck");
    }
    void feedThatFailsEndsIt()
    {
        QFETCH(int, then);
        QFETCH(QString, text);
        serve();
        const TickReport report =
            publisher(trades(10, 0ms), true, {}, static_cast<ListFeed::Then>(then))->run([] { return false; });
        QCOMPARE(report.end, EndReason::FeedFailed);
        QVERIFY(QString::fromStdString(report.detail).contains(text));
        // What came before is written all the same.
        QCOMPARE(report.written, std::uint64_t{10});
        QVERIFY(!report.inGoodOrder());
    }

    void anotherWriterEndsIt()
    {
        serve();
        const auto one = publisher(trades(10, 0ms), true);
        one->run([this] { return length() == 10; });
        const auto two = publisher(trades(7, 0ms), true);
        const auto three = publisher(trades(8, 1ms), true);
        two->run([this] { return length() == 17; });
        const TickReport report = three->run([] { return false; });
        QCOMPARE(report.end, EndReason::Overtaken);
        QVERIFY(QString::fromStdString(report.detail).contains(QStringLiteral("Another program writes")));
        QVERIFY(!report.inGoodOrder());
    }

    void whatCannotBeSentAtTheEndIsSaid()
    {
        serve();
        const auto live = publisher(trades(10, 0ms), true);
        m_server->kill();
        QElapsedTimer timer;
        timer.start();
        const TickReport report = live->run([this] { return !m_lines.empty(); });
        QVERIFY(timer.elapsed() < 10'000);
        QCOMPARE(report.unsent, std::uint64_t{10});
        QCOMPARE(report.written, std::uint64_t{0});
        QVERIFY(!report.inGoodOrder());
    }

    void emptyServerGetsItsTableAgainWithoutAnEvent()
    {
        serve();
        const auto live = publisher({}, true);
        take(m_server->restart());
        const TickReport report = live->run([this] {
            return m_server->ask({QStringLiteral("hlen"), QStringLiteral("coinswarm:ticks:instruments")})
                == QLatin1String("1");
        });
        QVERIFY(report.inGoodOrder());
    }

private:
    void serve(const QStringList &options = {}) { m_server = take(RedisServer::start(options)); }

    std::unique_ptr<TickPublisher> publisher(std::vector<MarketEvent> events, bool live,
                                             const TickSource::Options &source = {},
                                             std::optional<ListFeed::Then> then = {}, std::size_t mostPending = 100'000)
    {
        TickStream::Options options;
        take(setRedisAddress(options.redis, m_server->address()));
        options.redis.retryLongestWait = 100ms;
        options.mostPending = mostPending;
        auto feed = std::make_unique<ListFeed>(std::move(events), live,
                                               then.value_or(live ? ListFeed::Then::Waits : ListFeed::Then::Ends));
        return std::make_unique<TickPublisher>(TickSource(std::move(feed), source),
                                               take(TickStream::open(options, {instrument()})),
                                               [this](const std::string &line) { m_lines.push_back(line); });
    }

    std::unique_ptr<RedisTicksFeed> feed() const
    {
        RedisTicksFeed::Options options;
        take(setRedisAddress(options.redis, m_server->address()));
        options.redis.retryLongestWait = 100ms;
        options.fromOldest = true;
        auto feed = std::make_unique<RedisTicksFeed>(options);
        take(feed->open());
        return feed;
    }

    /// As many as are wanted, or fewer if they do not come in time.
    static std::vector<MarketEvent> read(Feed &feed, std::size_t wanted)
    {
        std::vector<MarketEvent> all;
        std::vector<MarketEvent> part(1'000);
        waitFor([&] {
            const std::size_t count = take(feed.read(part));
            all.insert(all.end(), part.begin(), part.begin() + static_cast<std::ptrdiff_t>(count));
            return all.size() >= wanted;
        });
        return all;
    }
    std::vector<MarketEvent> inRedis(std::size_t wanted) const { return read(*feed(), wanted); }

    int length() const { return m_server->ask({QStringLiteral("xlen"), QStringLiteral("coinswarm:ticks")}).toInt(); }
    bool said(const std::string &text) const
    {
        return std::any_of(m_lines.begin(), m_lines.end(),
                           [&](const std::string &line) { return line.find(text) != std::string::npos; });
    }

    std::unique_ptr<RedisServer> m_server;
    std::vector<std::string> m_lines;
    int m_turns = 0;
};

QTEST_GUILESS_MAIN(TestTickPublisher)
#include "tst_tick_publisher.moc"
