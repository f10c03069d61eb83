// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "codec/binary_writer.h"
#include "soundness/backtest_fixture.h"

#include <QtTest/QtTest>

using namespace coinswarm;
using namespace coinswarm::engine;
using namespace coinswarm::test;

namespace {

std::vector<Bar> market()
{
    return BarSeries(42).range(300, 1'000).walk(500, 300, 1'200).walk(400, -400, 2'000).range(800, 1'400).bars();
}

/// Everything that was decided and done before `end`, as text.
std::vector<std::string> actsBefore(const Run &run, Timestamp end)
{
    std::vector<std::string> acts;
    for (const Recorded &record : recordsOf(run)) {
        if (record.now >= end) {
            break;
        }
        const auto *effect = std::get_if<RecordedEffect>(&record.what);
        if (effect == nullptr) {
            continue;
        }
        std::vector<std::byte> bytes;
        codec::BinaryWriter writer(bytes);
        std::visit([&](const auto &e) { writer.write(e); }, *effect);
        acts.push_back(std::to_string(record.now.ns) + ' ' + std::to_string(effect->index()) + ' '
                       + std::string(reinterpret_cast<const char *>(bytes.data()), bytes.size()));
    }
    return acts;
}

Timestamp openTimeOf(const std::vector<Bar> &bars, std::size_t index)
{
    return Timestamp::fromMilliseconds(bars[index].openMs);
}

} // namespace

/// B4 (Lean#4445, TradingAgents#175): the same bar decided and filled; indicators looked ahead.
class TestLookahead : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_whole = m_rig.run(market()); }

    void cuttingOffTheFutureChangesNothingBefore_data()
    {
        QTest::addColumn<int>("kept");
        for (const int kept : {350, 777, 1'200, 1'201, 1'999}) {
            QTest::addRow("%d bars", kept) << kept;
        }
    }
    void cuttingOffTheFutureChangesNothingBefore()
    {
        QFETCH(int, kept);
        const std::vector<Bar> bars = market();
        const Timestamp end = openTimeOf(bars, static_cast<std::size_t>(kept));
        const std::vector<Bar> past(bars.begin(), bars.begin() + kept);
        const std::vector<std::string> expected = actsBefore(m_whole, end);
        QVERIFY(expected.size() > 100);
        QVERIFY(actsBefore(m_rig.run(past), end) == expected);
    }

    void anotherFutureChangesNothingBefore()
    {
        std::vector<Bar> bars = market();
        const Timestamp end = openTimeOf(bars, 1'000);
        const std::vector<std::string> expected = actsBefore(m_whole, end);
        for (std::size_t i = 1'000; i < bars.size(); ++i) {
            for (std::int64_t *price : {&bars[i].open, &bars[i].high, &bars[i].low, &bars[i].close}) {
                *price += *price / 50;
            }
        }
        const Run other = m_rig.run(bars);
        QVERIFY(actsBefore(other, end) == expected);
        QVERIFY(other.result.decisionsSha256 != m_whole.result.decisionsSha256);
    }

    // A week later the hours and days are the same ones, so everything must happen exactly a week later.
    void shiftingTheMarketShiftsTheFills()
    {
        constexpr std::int64_t week = 7 * 86'400'000LL;
        std::vector<Bar> bars = market();
        for (Bar &bar : bars) {
            bar.openMs += week;
        }
        const auto fills = rowsOf(m_whole.fills);
        auto shifted = rowsOf(m_rig.run(bars).fills);
        QVERIFY(fills.size() > 10);
        QCOMPARE(shifted.size(), fills.size());
        for (std::size_t i = 0; i < fills.size(); ++i) {
            QCOMPARE(std::stoll(shifted[i][0]) - week, std::stoll(fills[i][0]));
            shifted[i][0] = fills[i][0];
            QVERIFY(shifted[i] == fills[i]);
        }
    }

    void noFillIsInsideTheBarThatWasDecidedOn()
    {
        const std::vector<Bar> bars = market();
        std::map<OrderId, Order> sent;
        std::size_t fills = 0;
        for (const Recorded &record : recordsOf(m_whole)) {
            if (const auto *submitted = record.as<SubmittedOrder>()) {
                sent[submitted->order.id] = submitted->order;
            } else if (const auto *booked = record.as<engine::effect::FillBooked>()) {
                ++fills;
                const Fill &fill = booked->fill;
                QVERIFY(sent.contains(fill.order));
                const Order &order = sent[fill.order];
                QVERIFY(fill.time > order.created);
                const auto index = static_cast<std::size_t>((fill.time.milliseconds() - kMarketStart) / kBarMs);
                QVERIFY(index < bars.size());
                const Bar &bar = bars[index];
                QVERIFY(bar.openMs >= order.created.milliseconds());
                // Within the bar that it happened in, but for the slippage of 2 bp against it.
                const auto scaled = [](std::int64_t cents, std::int64_t millionths) {
                    return Price::fromRaw(cents * millionths);
                };
                QVERIFY(fill.price >= scaled(bar.low, 999'799) && fill.price <= scaled(bar.high, 1'000'201));
            }
        }
        QVERIFY(fills > 10);
    }

    void agentsSeeNothingThatIsNotOver()
    {
        const std::vector<Bar> bars = market();
        std::size_t asked = 0;
        for (const Recorded &record : recordsOf(m_whole)) {
            if (const auto *ask = record.as<engine::effect::AskAgents>()) {
                ++asked;
                QVERIFY(ask->state.candle.closeTime() <= record.now);
                QVERIFY(ask->state.now == record.now);
                const Bar &bar = bars[ask->state.bars - 1];
                QCOMPARE(ask->state.candle.openTime.milliseconds(), bar.openMs);
                QCOMPARE(ask->state.candle.close.raw, bar.close * 1'000'000);
            }
        }
        QVERIFY(asked > 1'900);
    }

private:
    BacktestRig m_rig;
    Run m_whole;
};

QTEST_GUILESS_MAIN(TestLookahead)
#include "tst_lookahead.moc"
