// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "soundness/backtest_fixture.h"

#include <QtTest/QtTest>

using namespace coinswarm;
using namespace coinswarm::api;
using namespace coinswarm::engine;
using namespace coinswarm::test;
using namespace coinswarm::trading;

namespace {

const Money kStart = Money::fromInteger(10'000);

/// Books the fills again, from the file alone, and compares with every line of the equity file, to the last unit.
void recount(const Run &run, const std::vector<std::pair<std::int64_t, Price>> &closes)
{
    const auto fills = rowsOf(run.fills);
    const auto lines = rowsOf(run.equity);
    QCOMPARE(lines.size(), closes.size());
    QVERIFY(fills.size() > 10);

    Money cash = kStart;
    Money fees;
    Money peak = kStart;
    Quantity held;
    std::size_t next = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::int64_t at = std::stoll(lines[i][0]);
        for (; next < fills.size() && std::stoll(fills[next][0]) < at; ++next) {
            const Price price = *Price::parse(fills[next][5]);
            const Quantity quantity = *Quantity::parse(fills[next][4]);
            const Money fee = *Money::parse(fills[next][6]);
            const bool buy = fills[next][3] == "buy";
            held += buy ? quantity : -quantity;
            cash -= (buy ? notional(price, quantity) : -notional(price, quantity)) + fee;
            fees += fee;
            QVERIFY2(!held.isNegative(), "a spot account went short");
        }
        QCOMPARE(at, closes[i].first);
        QCOMPARE(lines[i][2], toString(cash));
        QCOMPARE(lines[i][3], toString(held));
        const Money equity = cash + notional(closes[i].second, held);
        QCOMPARE(lines[i][1], toString(equity));
        QVERIFY2(!cash.isNegative(), "cash was lent");
        peak = std::max(peak, equity);
    }
    QCOMPARE(next, fills.size());
    QVERIFY(run.result.performance.fees == fees);
    QCOMPARE(toString(run.result.performance.netPnl), toString(cash + notional(closes.back().second, held) - kStart));
}

std::vector<std::pair<std::int64_t, Price>> closesOf(const Run &run)
{
    std::vector<std::pair<std::int64_t, Price>> closes;
    for (const Recorded &record : recordsOf(run)) {
        if (const auto *bar = record.as<Candle>()) {
            closes.emplace_back(bar->closeTime().milliseconds(), bar->close);
        }
    }
    return closes;
}

} // namespace

/// Cash moves by fills and fees alone; equity is cash and what is held at the last close. Checked from the outside, after
/// every bar; in debug builds the portfolio checks itself after every event as well.
class TestCashConservation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sixRecordedMonths()
    {
        NEED_SHARED_DATA(file, "bars/binance_spot_BTCUSDT_5m_2024H1.csv.gz");
        const Run run = m_rig.runFile(file);
        recount(run, closesOf(run));
    }

    void madeMarkets_data()
    {
        QTest::addColumn<quint64>("seed");
        for (const quint64 seed : {1U, 2U, 3U}) {
            QTest::addRow("seed %llu", seed) << seed;
        }
    }
    void madeMarkets()
    {
        QFETCH(quint64, seed);
        const Run run =
            m_rig.run(BarSeries(seed).walk(500, 250, 1'500).walk(500, -250, 2'500).range(1'000, 1'500).bars());
        recount(run, closesOf(run));
    }

    // E3: whatever is decided, no order that left broke a limit when it was checked.
    void everyOrderThatLeftHadPassedEveryCheck()
    {
        const Run run = m_rig.run(BarSeries(5).walk(700, 300, 2'000).range(900, 2'000).bars());
        std::map<OrderId, RiskReport> reports;
        std::size_t sent = 0;
        for (const Recorded &record : recordsOf(run)) {
            if (const auto *checked = record.as<engine::effect::RiskChecked>()) {
                reports[checked->report.order] = checked->report;
            } else if (const auto *submitted = record.as<SubmittedOrder>()) {
                ++sent;
                QVERIFY(reports.contains(submitted->order.id));
                for (const RiskCheck &check : reports[submitted->order.id].checks) {
                    QVERIFY(check.passed);
                }
                const RiskLimits limits;
                QVERIFY(submitted->order.reduceOnly
                        || notional(submitted->order.referencePrice, submitted->order.quantity)
                            <= limits.maxOrderNotional);
            }
        }
        QVERIFY(sent > 20);
    }

private:
    BacktestRig m_rig;
};

QTEST_GUILESS_MAIN(TestCashConservation)
#include "tst_cash_conservation.moc"
