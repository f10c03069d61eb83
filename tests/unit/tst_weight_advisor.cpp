// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "codec/binary_reader.h"
#include "codec/binary_writer.h"
#include "decision/weight_advisor.h"

#include <QtTest/QtTest>

using namespace coinswarm;
using namespace coinswarm::decision;

namespace {

Decision entry(std::uint64_t id, std::initializer_list<Action> actions)
{
    Decision decision;
    decision.id = DecisionId(id);
    for (const Action action : actions) {
        CountedVote vote;
        vote.status = VoteStatus::Voted;
        vote.vote.action = action;
        decision.votes.push_back(vote);
    }
    return decision;
}

/// A trade of 1 at 100 that earned `pnl`.
RoundTrip trip(std::uint64_t decision, Side side, const char *pnl)
{
    RoundTrip trade;
    trade.decision = DecisionId(decision);
    trade.side = side;
    trade.quantity = Quantity::fromInteger(1);
    trade.entryPrice = Price::fromInteger(100);
    trade.pnl = *Money::parse(pnl);
    return trade;
}

double sumOf(const WeightAdvisor &advisor)
{
    double sum = 0;
    for (const AgentRecord &record : advisor.records()) {
        sum += record.suggestedWeight;
    }
    return sum;
}

} // namespace

class TestWeightAdvisor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Two agents at 0.5 each; the first voted for the trade, the second held or voted against it.
    void scores_data()
    {
        QTest::addColumn<int>("second");
        QTest::addColumn<bool>("shortTrade");
        QTest::addColumn<QString>("pnl");
        QTest::addColumn<double>("first"); ///< suggested weight
        QTest::addColumn<quint32>("hits"); ///< of the first and, times ten, of the second
        const int hold = static_cast<int>(Action::Hold);
        const int sell = static_cast<int>(Action::Sell);
        QTest::newRow("earned 1 %") << hold << false << "1" << 1.1 / 2.1 << 1U;
        QTest::newRow("more than 1 % counts as 1 %") << hold << false << "50" << 1.1 / 2.1 << 1U;
        QTest::newRow("earned half a percent") << hold << false << "0.5" << 1.05 / 2.05 << 1U;
        QTest::newRow("lost 1 %") << hold << false << "-1" << 0.9 / 1.9 << 0U;
        QTest::newRow("the other was against it, and right") << sell << false << "-1" << 0.9 / 2.0 << 10U;
        QTest::newRow("the other was against it, and wrong") << sell << false << "1" << 1.1 / 2.0 << 1U;
        QTest::newRow("a short that earned") << sell << true << "1" << 0.9 / 2.0 << 10U;
        QTest::newRow("nothing earned is no hit") << hold << false << "0" << 0.5 << 0U;
    }
    void scores()
    {
        QFETCH(int, second);
        QFETCH(bool, shortTrade);
        QFETCH(QString, pnl);
        QFETCH(double, first);
        QFETCH(quint32, hits);
        WeightAdvisor advisor({0.5, 0.5});
        advisor.onEntry(entry(7, {Action::Buy, static_cast<Action>(second)}));
        advisor.onRoundTrip(trip(7, shortTrade ? Side::Sell : Side::Buy, pnl.toStdString().c_str()));
        QVERIFY2(qAbs(advisor.records()[0].suggestedWeight - first) < 1e-12,
                 qPrintable(QString::number(advisor.records()[0].suggestedWeight)));
        QVERIFY(qAbs(sumOf(advisor) - 1) < 1e-12);
        QCOMPARE(advisor.records()[0].hits + 10 * advisor.records()[1].hits, hits);
        QCOMPARE(advisor.records()[0].scoredTrades, 1U);
        QCOMPARE(advisor.records()[1].scoredTrades, second == static_cast<int>(Action::Hold) ? 0U : 1U);
    }

    void unknownTradesChangeNothing()
    {
        WeightAdvisor advisor({0.6, 0.4});
        advisor.onEntry(entry(1, {Action::Buy, Action::Buy}));
        advisor.onRoundTrip(trip(2, Side::Buy, "5"));
        QCOMPARE(advisor.records()[0].suggestedWeight, 0.6);
        advisor.onRoundTrip(trip(1, Side::Buy, "5"));
        const double once = advisor.records()[0].suggestedWeight;
        advisor.onRoundTrip(trip(1, Side::Buy, "5")); // forgotten by now
        QCOMPARE(advisor.records()[0].suggestedWeight, once);
        QCOMPARE(advisor.records()[0].scoredTrades, 1U);
    }

    void noWeightFallsBelowAHundredth()
    {
        WeightAdvisor advisor({0.5, 0.5});
        for (std::uint64_t id = 1; id <= 200; ++id) {
            advisor.onEntry(entry(id, {Action::Buy, Action::Sell}));
            advisor.onRoundTrip(trip(id, Side::Buy, "-2"));
        }
        QCOMPARE(advisor.records()[0].suggestedWeight, 0.01);
        QVERIFY(advisor.records()[1].suggestedWeight > 0.98);
        // And it can come back.
        for (std::uint64_t id = 201; id <= 260; ++id) {
            advisor.onEntry(entry(id, {Action::Buy, Action::Sell}));
            advisor.onRoundTrip(trip(id, Side::Buy, "2"));
        }
        QVERIFY(advisor.records()[0].suggestedWeight > 0.9);
    }

    void whatWasVotedAtEntry()
    {
        WeightAdvisor advisor({0.5, 0.5});
        Decision decision = entry(3, {Action::Buy, Action::Sell});
        decision.votes[1].status = VoteStatus::Abstained;
        advisor.onEntry(decision);
        QVERIFY(advisor.votedAtEntry(DecisionId(3), AgentId(1)) == Action::Buy);
        QVERIFY(advisor.votedAtEntry(DecisionId(3), AgentId(2)) == Action::Hold);
        QVERIFY(advisor.votedAtEntry(DecisionId(3), AgentId(3)) == Action::Hold);
        QVERIFY(advisor.votedAtEntry(DecisionId(3), AgentId()) == Action::Hold);
        QVERIFY(advisor.votedAtEntry(DecisionId(4), AgentId(1)) == Action::Hold);
    }

    void entriesThatNeverTradedDoNotPileUp()
    {
        WeightAdvisor advisor({1});
        for (std::uint64_t id = 1; id <= 5'000; ++id) {
            advisor.onEntry(entry(id, {Action::Buy}));
        }
        QVERIFY(advisor.votedAtEntry(DecisionId(4'000), AgentId(1)) == Action::Hold);
        QVERIFY(advisor.votedAtEntry(DecisionId(4'001), AgentId(1)) == Action::Buy);
    }

    void stateRoundTrips()
    {
        WeightAdvisor advisor({0.5, 0.5});
        advisor.onEntry(entry(1, {Action::Buy, Action::Hold}));
        advisor.onEntry(entry(2, {Action::Sell, Action::Buy}));
        advisor.onRoundTrip(trip(1, Side::Buy, "0.3"));
        const std::vector<std::byte> saved = codec::encoded(advisor);
        WeightAdvisor restored({0.1, 0.9});
        codec::BinaryReader reader(saved);
        restored.visitState(reader);
        restored.onRoundTrip(trip(2, Side::Buy, "1"));
        advisor.onRoundTrip(trip(2, Side::Buy, "1"));
        QVERIFY(codec::encoded(restored) == codec::encoded(advisor));
    }
};

QTEST_GUILESS_MAIN(TestWeightAdvisor)
#include "tst_weight_advisor.moc"
