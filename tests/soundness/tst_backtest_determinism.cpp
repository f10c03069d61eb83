// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "soundness/backtest_fixture.h"

#include <QtCore/QTemporaryFile>
#include <QtTest/QtTest>

using namespace coinswarm;
using namespace coinswarm::test;

namespace {

void compareRuns(const Run &first, const Run &second)
{
    QCOMPARE(second.result.decisionsSha256, first.result.decisionsSha256);
    QCOMPARE(second.result.journalHead, first.result.journalHead);
    QVERIFY(second.fills == first.fills);
    QVERIFY(second.equity == first.equity);
    QCOMPARE(second.result.events, first.result.events);
    QVERIFY(second.result.performance.netPnl == first.result.performance.netPnl);
    QVERIFY(second.result.performance.sharpe == first.result.performance.sharpe);
}

} // namespace

/// B5 (c9s/bbgo#1007, Lean#4878): the same input gave another result on the next run.
class TestBacktestDeterminism : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sixRecordedMonthsTwice()
    {
        NEED_SHARED_DATA(file, "bars/binance_spot_BTCUSDT_5m_2024H1.csv.gz");
        const Run first = m_rig.runFile(file);
        const Run second = m_rig.runFile(file);
        QCOMPARE(first.result.performance.bars, std::uint64_t{52'416});
        QVERIFY(first.result.performance.fills > 0);
        QVERIFY(!first.result.journalHead.empty());
        compareRuns(first, second);

        const Run unjournaled = m_rig.runFile(file, {}, false);
        QVERIFY(unjournaled.result.journalHead.empty());
        QCOMPARE(unjournaled.result.decisionsSha256, first.result.decisionsSha256);
        QVERIFY(unjournaled.equity == first.equity);
    }

    void aMadeMarketWithPluginsLoadedAfresh()
    {
        // One file for both: where the data lay is in the journal's header and so in its head.
        QTemporaryFile file;
        QVERIFY(file.open());
        const std::string csv = csvOf(BarSeries(7).walk(800, 200, 1'500).range(700, 1'200).bars());
        QVERIFY(file.write(csv.data(), static_cast<qint64>(csv.size())) == static_cast<qint64>(csv.size()));
        file.close();
        const std::string name = file.fileName().toStdString();
        const Run first = m_rig.runFile(name);
        BacktestRig fresh;
        compareRuns(first, fresh.runFile(name));
        QCOMPARE(m_rig.runFile(name, {}, false).result.decisionsSha256, first.result.decisionsSha256);
    }

    void settingsThatMatterChangeTheHash()
    {
        const std::vector<Bar> bars = BarSeries(7).walk(800, 200, 1'500).range(700, 1'200).bars();
        const std::string plain = m_rig.run(bars, {}, false).result.decisionsSha256;
        const auto dearer = [](config::Configuration &c) {
            c.venue.settings["taker_fee_bps"] = BacktestRig::real("25.0");
        };
        QVERIFY(m_rig.run(bars, dearer, false).result.decisionsSha256 != plain);
        const auto other = [](config::Configuration &c) { c.committee.threshold = 0.6; };
        QVERIFY(m_rig.run(bars, other, false).result.decisionsSha256 != plain);
    }

private:
    BacktestRig m_rig;
};

QTEST_GUILESS_MAIN(TestBacktestDeterminism)
#include "tst_backtest_determinism.moc"
