// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "backtest/performance.h"

#include <QtTest/QtTest>

#include <cmath>

using namespace coinswarm;
using namespace coinswarm::backtest;

namespace {

const Timestamp kStart{1'704'067'200'000'000'000};
constexpr Duration kHour = std::chrono::hours(1);

Account worth(double equity, double peak = 0)
{
    Account account;
    account.equity = *Money::fromDouble(equity);
    account.drawdown = peak > equity ? *Ratio::fromDouble((peak - equity) / peak) : Ratio();
    return account;
}

Fill fill(Side side, const char *price, const char *quantity, const char *fee = "0")
{
    Fill made;
    made.side = side;
    made.price = *Price::parse(price);
    made.quantity = *Quantity::parse(quantity);
    made.notional = notional(made.price, made.quantity);
    made.fee = *Money::parse(fee);
    return made;
}

RoundTrip trip(const char *pnl)
{
    RoundTrip trade;
    trade.pnl = *Money::parse(pnl);
    return trade;
}

/// One bar an hour; the equity at the end of each day is given.
PerformanceReport run(const std::vector<double> &days)
{
    PerformanceTracker tracker(Money::fromInteger(1'000));
    double before = 1'000;
    for (std::size_t day = 0; day < days.size(); ++day) {
        for (int hour = 1; hour <= 24; ++hour) {
            tracker.onBar(kStart + kHour * (static_cast<int>(day) * 24 + hour),
                          worth(before + (days[day] - before) * hour / 24));
        }
        before = days[day];
    }
    return tracker.report();
}

bool near(double a, double b)
{
    return std::fabs(a - b) <= 1e-9 * std::max({1.0, std::fabs(a), std::fabs(b)});
}

} // namespace

/// The definitions of docs/performance-figures.md, each against numbers worked out by hand.
class TestPerformance : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothingHappened()
    {
        const PerformanceReport report = PerformanceTracker(Money::fromInteger(1'000)).report();
        QVERIFY(report.netPnl.isZero());
        QVERIFY(!report.sharpe && !report.winRate && !report.averageSlippageBps);
        QCOMPARE(report.turnover, 0.0);
    }

    void whatHappensAfterTheLastBarCounts()
    {
        PerformanceTracker tracker(Money::fromInteger(1'000));
        tracker.onBar(kStart + kHour, worth(1'000));
        tracker.onFill(fill(Side::Buy, "100", "1", "0.1"), {});
        tracker.onEnd(worth(900, 1'000));
        const PerformanceReport report = tracker.report();
        QCOMPARE(report.bars, std::uint64_t{1});
        QVERIFY(report.netPnl == Money::fromInteger(-100));
        QVERIFY(near(report.maxDrawdown, 0.1));
    }

    void sharpeIsOfDailyReturns()
    {
        std::vector<double> days;
        std::vector<double> returns;
        double equity = 1'000;
        for (int day = 0; day < 30; ++day) {
            const double next = equity + (day % 3 == 0 ? -5 : 7);
            returns.push_back(next / equity - 1);
            equity = next;
            days.push_back(equity);
        }
        double mean = 0;
        for (const double r : returns) {
            mean += r / 30;
        }
        double squares = 0;
        for (const double r : returns) {
            squares += (r - mean) * (r - mean);
        }
        const double expected = mean / std::sqrt(squares / 29) * std::sqrt(365.0);
        const PerformanceReport report = run(days);
        QCOMPARE(report.bars, std::uint64_t{30 * 24});
        QVERIFY(report.sharpe.has_value());
        QVERIFY2(near(*report.sharpe, expected), qPrintable(QString::number(*report.sharpe)));
        QVERIFY(near(report.netPnl.toDouble(), equity - 1'000));
    }

    void sharpeNeedsTwentyDaysAndVariation_data()
    {
        QTest::addColumn<int>("days");
        QTest::addColumn<bool>("moves");
        QTest::addColumn<bool>("known");
        QTest::newRow("19 days") << 19 << true << false;
        QTest::newRow("20 days") << 20 << true << true;
        QTest::newRow("nothing moves") << 40 << false << false;
    }
    void sharpeNeedsTwentyDaysAndVariation()
    {
        QFETCH(int, days);
        QFETCH(bool, moves);
        QFETCH(bool, known);
        std::vector<double> equity;
        for (int day = 0; day < days; ++day) {
            equity.push_back(moves ? 1'000 + day % 2 * 10 : 1'000);
        }
        QCOMPARE(run(equity).sharpe.has_value(), known);
    }

    void aLosingRunHasANegativeSharpe()
    {
        std::vector<double> days;
        for (int day = 0; day < 25; ++day) {
            days.push_back(1'000 - day * 4 - day % 2);
        }
        QVERIFY(*run(days).sharpe < 0);
    }

    void drawdownIsTheLargestEverSeen()
    {
        PerformanceTracker tracker(Money::fromInteger(1'000));
        tracker.onBar(kStart + kHour, worth(1'000, 1'000));
        tracker.onBar(kStart + kHour * 2, worth(900, 1'200));
        tracker.onBar(kStart + kHour * 3, worth(1'300, 1'300));
        tracker.onBar(kStart + kHour * 4, worth(1'200, 1'300));
        QCOMPARE(tracker.report().maxDrawdown, 0.25);
    }

    void tradesFeesAndWinRate()
    {
        PerformanceTracker tracker(Money::fromInteger(1'000));
        for (const char *pnl : {"5", "-3", "0", "0.00000001"}) {
            tracker.onRoundTrip(trip(pnl));
        }
        tracker.onOrderSent();
        tracker.onFill(fill(Side::Buy, "100", "1", "0.1"), Price::fromInteger(100));
        tracker.onFill(fill(Side::Sell, "100", "1", "-0.02"), Price::fromInteger(100));
        const PerformanceReport report = tracker.report();
        QCOMPARE(report.trades, std::uint64_t{4});
        QCOMPARE(*report.winRate, 0.5); // what earned nothing has not won
        QCOMPARE(report.orders, std::uint64_t{1});
        QCOMPARE(report.fills, std::uint64_t{2});
        QCOMPARE(toString(report.fees), std::string("0.08"));
    }

    void slippageIsWeightedByNotionalAndPositiveWhenWorse_data()
    {
        QTest::addColumn<bool>("buy");
        QTest::addColumn<QString>("price");
        QTest::addColumn<double>("bps");
        QTest::newRow("bought dearer") << true << "100.1" << 10.0;
        QTest::newRow("bought cheaper") << true << "99.9" << -10.0;
        QTest::newRow("sold cheaper") << false << "99.9" << 10.0;
        QTest::newRow("sold dearer") << false << "100.1" << -10.0;
    }
    void slippageIsWeightedByNotionalAndPositiveWhenWorse()
    {
        QFETCH(bool, buy);
        QFETCH(QString, price);
        QFETCH(double, bps);
        PerformanceTracker tracker(Money::fromInteger(1'000));
        tracker.onFill(fill(buy ? Side::Buy : Side::Sell, price.toStdString().c_str(), "1"), Price::fromInteger(100));
        QVERIFY(near(*tracker.report().averageSlippageBps, bps));
        // A fill at the reference price that is as large halves it.
        tracker.onFill(fill(Side::Buy, price.toStdString().c_str(), "1"), *Price::parse(price.toStdString()));
        QVERIFY(near(*tracker.report().averageSlippageBps, bps / 2));
    }

    void turnoverIsTradedOverMeanEquity()
    {
        PerformanceTracker tracker(Money::fromInteger(1'000));
        tracker.onBar(kStart, worth(1'000));
        tracker.onFill(fill(Side::Buy, "100", "5"), Price::fromInteger(100));
        tracker.onBar(kStart + std::chrono::hours(24 * 73), worth(1'500)); // a fifth of a year
        const PerformanceReport report = tracker.report();
        QVERIFY(near(report.turnover, 500 / 1'250.0));
        QVERIFY(near(report.turnoverPerYear, 500 / 1'250.0 * 5));
    }

    void aBarThatClosesAtMidnightBelongsToTheDayBefore()
    {
        // 20 days, each of which ends exactly at midnight, make 20 returns and not 21.
        std::vector<double> days;
        for (int day = 0; day < 20; ++day) {
            days.push_back(1'000 + (day % 2 == 0 ? 10 : 0));
        }
        std::vector<double> returns;
        double before = 1'000;
        for (const double day : days) {
            returns.push_back(day / before - 1);
            before = day;
        }
        double mean = 0;
        for (const double r : returns) {
            mean += r / 20;
        }
        double squares = 0;
        for (const double r : returns) {
            squares += (r - mean) * (r - mean);
        }
        QVERIFY(near(*run(days).sharpe, mean / std::sqrt(squares / 19) * std::sqrt(365.0)));
    }
};

QTEST_GUILESS_MAIN(TestPerformance)
#include "tst_performance.moc"
