// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "simulated_feed.h"
#include "simulated_feed_fixture.h"

#include <QtTest/QTest>

#include <cmath>
#include <map>

using namespace coinswarm;
using namespace coinswarm::simulated;
using namespace coinswarm::test;

namespace {

std::vector<double> minuteReturns(const std::vector<Candle> &history, std::uint32_t instrument)
{
    std::vector<double> returns;
    double previous = 0;
    for (const Candle &candle : history) {
        if (candle.instrument.value == instrument) {
            if (previous > 0) {
                returns.push_back(candle.close.toDouble() / previous - 1);
            }
            previous = candle.close.toDouble();
        }
    }
    return returns;
}

double mean(const std::vector<double> &values)
{
    double sum = 0;
    for (const double value : values) {
        sum += value;
    }
    return sum / static_cast<double>(values.size());
}

double centralMoment(const std::vector<double> &values, int order)
{
    const double middle = mean(values);
    double sum = 0;
    for (const double value : values) {
        sum += std::pow(value - middle, order);
    }
    return sum / static_cast<double>(values.size());
}

double autocorrelation(const std::vector<double> &values, std::size_t lag)
{
    const double middle = mean(values);
    double sum = 0;
    for (std::size_t i = lag; i < values.size(); ++i) {
        sum += (values[i] - middle) * (values[i - lag] - middle);
    }
    return sum / static_cast<double>(values.size()) / centralMoment(values, 2);
}

} // namespace

class TestSimulatedFeed : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sameSeedSameMarket();
    void firstNumbersNeverChange();
    void eventsComeInOrderOfTime();
    void historyEndsWhereTheFirstEventBegins();
    void booksStayWholeAndUncrossed();
    void tradesHappenAtTheBook();
    void looksLikeAMarket_data();
    void looksLikeAMarket();
    void marketsMoveTogether();
    void seekGoesForwardAndBackward();
    void aLengthEndsIt();
    void wrongSettingsSayWhatIsExpected_data();
    void wrongSettingsSayWhatIsExpected();
};

void TestSimulatedFeed::sameSeedSameMarket()
{
    SimulatedFeed one(options());
    SimulatedFeed two(options());
    SimulatedFeed other(options({{"seed", std::int64_t{2}}}));
    QVERIFY(one.open().ok() && two.open().ok() && other.open().ok());
    QVERIFY(one.history() == two.history());
    const std::vector<MarketEvent> first = events(one, 20'000);
    QVERIFY(first == events(two, 20'000));
    QVERIFY(first != events(other, 20'000));
}

void TestSimulatedFeed::firstNumbersNeverChange()
{
    // From the authors' reference implementation: xoshiro256++ with the first four outputs of splitmix64(0) as state.
    MarketRandom random(0);
    QCOMPARE(random.bits(), std::uint64_t{0x53175D61490B23DF});
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < 100'000; ++i) {
        const double x = random.normal();
        sum += x;
        squares += x * x;
    }
    QVERIFY(std::abs(sum / 1e5) < 0.01);
    QVERIFY(std::abs(squares / 1e5 - 1) < 0.02);
}

void TestSimulatedFeed::eventsComeInOrderOfTime()
{
    SimulatedFeed feed(options());
    QVERIFY(feed.open().ok());
    const std::vector<MarketEvent> all = events(feed, 50'000);
    QVERIFY(std::is_sorted(all.begin(), all.end(),
                           [](const auto &a, const auto &b) { return visibleAt(a) < visibleAt(b); }));
    QCOMPARE(visibleAt(all.front()).ns, options().start.ns);
}

void TestSimulatedFeed::historyEndsWhereTheFirstEventBegins()
{
    SimulatedFeed feed(options());
    QVERIFY(feed.open().ok());
    const std::vector<Candle> history = feed.history();
    QCOMPARE(history.size(), std::size_t{1'500});
    QCOMPARE(history.back().closeTime().ns, options().start.ns);
    for (const Candle &candle : history) {
        QVERIFY(candle.high >= std::max(candle.open, candle.close)
                && candle.low <= std::min(candle.open, candle.close));
        QVERIFY(candle.low.isPositive() && candle.volume.isPositive());
    }
    const std::vector<MarketEvent> first = events(feed, 3'000);
    const auto trade = std::find_if(first.begin(), first.end(), [](const MarketEvent &event) {
        const auto *t = std::get_if<Trade>(&event);
        return t != nullptr && t->instrument.value == 1;
    });
    QVERIFY(trade != first.end());
    const double step = std::get<Trade>(*trade).price.toDouble() / history[1'497].close.toDouble();
    QVERIFY(step > 0.995 && step < 1.005);
}

void TestSimulatedFeed::booksStayWholeAndUncrossed()
{
    SimulatedFeed feed(options());
    QVERIFY(feed.open().ok());
    std::map<std::pair<std::uint32_t, Side>, std::map<Price, Quantity>> books;
    for (const MarketEvent &event : events(feed, 100'000)) {
        const auto *delta = std::get_if<BookDelta>(&event);
        if (delta == nullptr) {
            continue;
        }
        const std::uint32_t id = delta->instrument.value;
        auto &bids = books[{id, Side::Buy}];
        auto &asks = books[{id, Side::Sell}];
        if (delta->clears) {
            bids.clear();
            asks.clear();
        }
        auto &side = delta->side == Side::Buy ? bids : asks;
        if (delta->quantity.isZero()) {
            QCOMPARE(side.erase(delta->price), std::size_t{1});
        } else {
            side[delta->price] = delta->quantity;
        }
        if (delta->completes) {
            QCOMPARE(bids.size(), std::size_t{12});
            QCOMPARE(asks.size(), std::size_t{12});
            QVERIFY(bids.rbegin()->first < asks.begin()->first);
        }
    }
    QCOMPARE(books.size(), std::size_t{6});
}

void TestSimulatedFeed::tradesHappenAtTheBook()
{
    SimulatedFeed feed(options());
    QVERIFY(feed.open().ok());
    std::size_t trades = 0;
    std::size_t buys = 0;
    Money largest;
    Money sum;
    for (const MarketEvent &event : events(feed, 400'000)) {
        if (const auto *trade = std::get_if<Trade>(&event)) {
            ++trades;
            buys += trade->aggressor == Side::Buy ? 1U : 0U;
            const Money value = notional(trade->price, trade->quantity);
            QVERIFY(value.isPositive());
            largest = std::max(largest, value);
            sum += value;
        }
    }
    const double share = static_cast<double>(buys) / static_cast<double>(trades);
    QVERIFY2(share > 0.4 && share < 0.6, qPrintable(QString::number(share)));
    QVERIFY(largest.toDouble() > 8 * sum.toDouble() / static_cast<double>(trades));
}

void TestSimulatedFeed::looksLikeAMarket_data()
{
    QTest::addColumn<int>("seed");
    for (const int seed : {1, 2, 3, 34, 77}) {
        QTest::addRow("seed %d", seed) << seed;
    }
}

void TestSimulatedFeed::looksLikeAMarket()
{
    QFETCH(int, seed);
    const SimulatedMarket market(options({{"seed", std::int64_t{seed}}, {"history_bars", std::int64_t{20'000}}}));
    for (const SimulatedInstrument &instrument : options().instruments) {
        const std::uint32_t id = instrument.instrument.id.value;
        const std::vector<double> returns = minuteReturns(market.history(), id);
        std::vector<double> sizes;
        for (const double value : returns) {
            sizes.push_back(std::abs(value));
        }
        const double variance = centralMoment(returns, 2);
        QVERIFY(centralMoment(returns, 4) / (variance * variance) > 5); // a normal distribution has 3
        QVERIFY(autocorrelation(sizes, 1) > 0.15);
        QVERIFY(autocorrelation(sizes, 10) > 0.08);
        QVERIFY(std::abs(autocorrelation(returns, 1)) < 0.15);
        double lowest = 1e18;
        double highest = 0;
        for (const Candle &candle : market.history()) {
            if (candle.instrument.value == id) {
                lowest = std::min(lowest, candle.low.toDouble());
                highest = std::max(highest, candle.high.toDouble());
            }
        }
        QVERIFY(lowest > 0.5 * instrument.startPrice);
        QVERIFY(highest < 2 * instrument.startPrice);
        QVERIFY(highest > 1.05 * lowest);
    }
}

void TestSimulatedFeed::marketsMoveTogether()
{
    const SimulatedMarket market(options({{"history_bars", std::int64_t{5'000}}}));
    const std::vector<double> btc = minuteReturns(market.history(), 1);
    const std::vector<double> eth = minuteReturns(market.history(), 2);
    double sum = 0;
    for (std::size_t i = 0; i < btc.size(); ++i) {
        sum += (btc[i] - mean(btc)) * (eth[i] - mean(eth));
    }
    const double correlation =
        sum / static_cast<double>(btc.size()) / std::sqrt(centralMoment(btc, 2) * centralMoment(eth, 2));
    QVERIFY2(correlation > 0.25 && correlation < 0.9, qPrintable(QString::number(correlation)));
}

void TestSimulatedFeed::seekGoesForwardAndBackward()
{
    SimulatedFeed feed(options());
    QVERIFY(feed.open().ok());
    std::vector<MarketEvent> straight = events(feed, 5'000);
    for (const std::size_t target : {3'000U, 1'000U, 4'000U}) {
        const Timestamp time = visibleAt(straight[target]);
        QVERIFY(feed.seek(time).ok());
        const std::vector<MarketEvent> after = events(feed, 100);
        const auto first = std::find_if(straight.begin(), straight.end(),
                                        [time](const MarketEvent &e) { return visibleAt(e) >= time; });
        QVERIFY(std::equal(after.begin(), after.end(), first));
    }
}

void TestSimulatedFeed::aLengthEndsIt()
{
    SimulatedFeed feed(options({{"length_s", std::int64_t{10}}}));
    QVERIFY(feed.open().ok());
    std::vector<MarketEvent> buffer(100'000);
    const Result<std::size_t> count = feed.read(buffer);
    QVERIFY(count.ok() && *count > 1'000);
    QVERIFY(visibleAt(buffer[*count - 1]) < options().start + std::chrono::seconds(10));
    QCOMPARE(*feed.read(buffer), std::size_t{0});
    QCOMPARE(*feed.progress(), 1.0);
    QCOMPARE(feed.health().state, SourceState::Finished);
}

void TestSimulatedFeed::wrongSettingsSayWhatIsExpected_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("value");
    QTest::newRow("no pair") << "instruments"
                             << "BTC";
    QTest::newRow("none") << "instruments"
                          << "";
    QTest::newRow("no price") << "start_prices"
                              << "BTC";
    QTest::newRow("zero price") << "start_prices"
                                << "BTC=0";
    QTest::newRow("start") << "start"
                           << "yesterday";
    QTest::newRow("31 February") << "start"
                                 << "2025-02-31T00:00Z";
}

void TestSimulatedFeed::wrongSettingsSayWhatIsExpected()
{
    QFETCH(QString, key);
    QFETCH(QString, value);
    const Result<SimulationOptions> result = simulationOptions(settings({{key.toStdString(), value.toStdString()}}));
    QVERIFY(!result.ok());
    QVERIFY(result.error().message.find('"' + key.toStdString() + '"') != std::string::npos);
    QVERIFY(result.error().message.find(" as in ") != std::string::npos
            || result.error().message.find(" such as ") != std::string::npos);
}

QTEST_GUILESS_MAIN(TestSimulatedFeed)
#include "tst_simulated_feed.moc"
