// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "soundness/backtest_fixture.h"

#include <QtTest/QtTest>

using namespace coinswarm;
using namespace coinswarm::backtest;
using namespace coinswarm::engine;
using namespace coinswarm::test;

namespace {

/// Closed trades and what the run held on average, as a share of what it would have been allowed to hold.
struct Exposure {
    double averageShare = 0; ///< over bars with a position
    double averageNotional = 0;
    std::size_t barsHeld = 0;
};

Exposure exposureOf(const Run &run)
{
    Exposure exposure;
    for (const Recorded &record : recordsOf(run)) {
        const auto *ask = record.as<engine::effect::AskAgents>();
        if (ask == nullptr || !ask->state.position.quantity.isPositive() || !ask->state.maximumPosition.isPositive()) {
            continue;
        }
        ++exposure.barsHeld;
        exposure.averageShare += ask->state.position.quantity.toDouble() / ask->state.maximumPosition.toDouble();
        exposure.averageNotional += ask->state.position.quantity.toDouble() * ask->state.price();
    }
    if (exposure.barsHeld > 0) {
        exposure.averageShare /= static_cast<double>(exposure.barsHeld);
        exposure.averageNotional /= static_cast<double>(exposure.barsHeld);
    }
    return exposure;
}

std::size_t entriesOf(const Run &run)
{
    std::size_t entries = 0;
    for (const Recorded &record : recordsOf(run)) {
        const auto *submitted = record.as<SubmittedOrder>();
        entries += submitted != nullptr && submitted->order.purpose == OrderPurpose::Entry ? 1 : 0;
    }
    return entries;
}

const char *const kCommittee[] = {"trend", "mean_reversion", "risk"};

} // namespace

/// E8: markets with a name, and what must be true of the swarm in each. Every figure is measured on the run.
class TestScenarios : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // The fast average crosses the slow one for good: the trend agent buys after the cross, not before, and earns.
    void goldenCross()
    {
        const int quiet = 300;
        BarSeries series(11);
        series.range(quiet, 400).walk(600, 600, 700);
        const Run run = m_rig.run(series.bars(), BacktestRig::onlyAgents({"trend"}));
        std::optional<Timestamp> bought;
        bool crossed = false;
        for (const Recorded &record : recordsOf(run)) {
            if (const auto *made = record.as<engine::effect::DecisionMade>(); made != nullptr && !bought
                && record.now.milliseconds() > kMarketStart + quiet * kBarMs && made->decision.action == Action::Buy)
            {
                bought = record.now;
                crossed =
                    made->decision.votes.front().vote.reasons.front().find("is above SMA(20)") != std::string::npos;
            }
        }
        QVERIFY2(bought.has_value(), "the cross was not bought");
        QVERIFY(crossed);
        const auto bars = (bought->milliseconds() - kMarketStart) / kBarMs - quiet;
        qInfo("bought %lld bars after the trend began; net %s, drawdown %.2f %%", static_cast<long long>(bars),
              toString(run.result.performance.netPnl).c_str(), run.result.performance.maxDrawdown * 100);
        QVERIFY(bars <= 40);
        QVERIFY(run.result.performance.netPnl.isPositive());
    }

    // A market that always comes back has no trend to follow.
    void meanReversion_data()
    {
        QTest::addColumn<quint64>("seed");
        for (const quint64 seed : {1U, 2U, 3U}) {
            QTest::addRow("seed %llu", seed) << seed;
        }
    }
    void meanReversion()
    {
        QFETCH(quint64, seed);
        BarSeries series(seed);
        series.range(1'000, 900);
        const Run run = m_rig.run(series.bars(), BacktestRig::onlyAgents({"trend"}));
        const std::size_t entries = entriesOf(run);
        qInfo("the trend agent traded %zu times in 1,000 bars; net %s, drawdown %.2f %%", entries,
              toString(run.result.performance.netPnl).c_str(), run.result.performance.maxDrawdown * 100);
        QVERIFY(run.result.decisions > 900);
        QVERIFY(entries < 10);
        QVERIFY(run.result.performance.maxDrawdown < 0.10);
    }

    // The wilder the market, the smaller the stake.
    void highVolatility()
    {
        BarSeries calm(21);
        calm.walk(1'500, 150, 700);
        BarSeries wild(21);
        wild.walk(1'500, 150, 7'000);
        const Run quiet = m_rig.run(calm.bars());
        const Run restless = m_rig.run(wild.bars());
        const Exposure small = exposureOf(restless);
        const Exposure usual = exposureOf(quiet);
        qInfo("held on average: calm %.0f (%.1f %% of the largest allowed), wild %.0f (%.1f %%)", usual.averageNotional,
              usual.averageShare * 100, small.averageNotional, small.averageShare * 100);
        QVERIFY(usual.barsHeld > 50);
        QVERIFY(small.barsHeld > 20);
        QVERIFY(small.averageShare < 0.5);
        QVERIFY(small.averageNotional < usual.averageNotional);
    }

    // E7: up, down, sideways and wild in one run; the classifier notices and no drawdown goes beyond 20 %.
    void regimes()
    {
        BarSeries series(31);
        series.range(500, 700).walk(700, 400, 900).walk(700, -400, 900).range(600, 3'500).walk(500, -500, 3'000);
        const Run run = m_rig.run(series.bars());
        std::set<TrendRegime> trends;
        std::set<VolatilityRegime> volatilities;
        std::map<RegimeId, Timestamp> open;
        std::size_t ended = 0;
        for (const Recorded &record : recordsOf(run)) {
            const auto *changed = record.as<engine::effect::RegimeChanged>();
            if (changed == nullptr) {
                continue;
            }
            const Regime &regime = changed->regime;
            trends.insert(regime.trend);
            volatilities.insert(regime.volatility);
            if (regime.end == Timestamp()) {
                open[regime.id] = regime.start;
                QVERIFY2(open.size() == 1, "two regimes at a time");
            } else {
                ++ended;
                QVERIFY(open.contains(regime.id));
                QVERIFY(regime.end > regime.start);
                open.erase(regime.id);
            }
        }
        qInfo("%zu regimes ended; net %s, drawdown %.2f %%", ended, toString(run.result.performance.netPnl).c_str(),
              run.result.performance.maxDrawdown * 100);
        QVERIFY(trends.contains(TrendRegime::Up) && trends.contains(TrendRegime::Down)
                && trends.contains(TrendRegime::Range));
        QVERIFY(volatilities.contains(VolatilityRegime::High));
        QVERIFY(run.result.performance.maxDrawdown < 0.20);
    }

    // E5: fees and slippage are charged, and are not absurd.
    void costsAreReal()
    {
        const Run run = m_rig.run(BarSeries(51).walk(700, 300, 1'500).walk(700, -300, 1'500).range(600, 1'500).bars());
        const PerformanceReport &performance = run.result.performance;
        QVERIFY(performance.fills > 20);
        QVERIFY(performance.fees.isPositive());
        double fees = 0;
        double traded = 0;
        for (const auto &row : rowsOf(run.fills)) {
            traded += std::stod(row[4]) * std::stod(row[5]);
            fees += std::stod(row[6]);
        }
        QVERIFY(fees / traded > 0.000'99 && fees / traded < 0.001'01);
        QVERIFY(performance.averageSlippageBps.has_value());
        qInfo("average slippage %.2f bp", *performance.averageSlippageBps);
        QVERIFY(*performance.averageSlippageBps > 0 && *performance.averageSlippageBps < 50);
    }

    // A report that is made by running an agent is only worth something if the agent ran.
    void everyAgentAnsweredEveryQuestion()
    {
        const Run run = m_rig.run(BarSeries(61).walk(400, 100, 1'000).bars());
        std::size_t decisions = 0;
        for (const Recorded &record : recordsOf(run)) {
            QVERIFY(record.as<engine::event::AgentFailed>() == nullptr);
            if (const auto *made = record.as<engine::effect::DecisionMade>()) {
                ++decisions;
                QCOMPARE(made->decision.votes.size(), std::size(kCommittee));
                for (const CountedVote &vote : made->decision.votes) {
                    QVERIFY(vote.status == VoteStatus::Voted || vote.status == VoteStatus::WarmingUp);
                    QVERIFY(vote.status == VoteStatus::WarmingUp || !vote.vote.reasons.empty());
                }
            }
        }
        QVERIFY(decisions > 350);
    }

private:
    BacktestRig m_rig;
};

QTEST_GUILESS_MAIN(TestScenarios)
#include "tst_scenarios.moc"
