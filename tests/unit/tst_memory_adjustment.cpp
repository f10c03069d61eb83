// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <coinswarm/memory_adjustment.h>

#include <QtTest/QtTest>

using namespace coinswarm;

namespace {

Neighbour episode(Action action, double reward, std::int32_t distance = 0)
{
    Neighbour neighbour;
    neighbour.distance = distance;
    neighbour.tags.action = action;
    neighbour.tags.reward = reward;
    return neighbour;
}

Recall recallOf(std::vector<Neighbour> neighbours)
{
    return {5, std::move(neighbours), {}};
}

} // namespace

class TestMemoryAdjustment : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void factorFollowsTheRewards_data()
    {
        QTest::addColumn<int>("count");
        QTest::addColumn<double>("reward");
        QTest::addColumn<double>("buy");
        QTest::addColumn<double>("sell");
        QTest::newRow("none") << 0 << 0.0 << 1.0 << 1.0;
        QTest::newRow("two say nothing") << 2 << 0.05 << 1.0 << 1.0;
        QTest::newRow("three") << 3 << 0.01 << 1.15 << 0.85;
        QTest::newRow("ten that earned a little") << 10 << 0.002 << 1.1 << 0.9;
        QTest::newRow("ten that earned a lot") << 10 << 0.5 << 1.5 << 0.5;
        QTest::newRow("ten that lost a lot") << 10 << -0.5 << 0.5 << 1.5;
        QTest::newRow("ten for nothing") << 10 << 0.0 << 1.0 << 1.0;
    }
    void factorFollowsTheRewards()
    {
        QFETCH(int, count);
        QFETCH(double, reward);
        QFETCH(double, buy);
        QFETCH(double, sell);
        const Recall recall =
            recallOf(std::vector<Neighbour>(static_cast<std::size_t>(count), episode(Action::Buy, reward)));
        QCOMPARE(memoryAdjustment(recall, Action::Buy).factor, buy);
        QCOMPARE(memoryAdjustment(recall, Action::Sell).factor, sell);
        QCOMPARE(memoryAdjustment(recall, Action::Hold).factor, 1.0);
    }

    void nearEpisodesWeighMore()
    {
        const Recall recall =
            recallOf({episode(Action::Buy, 0.01), episode(Action::Buy, 0.01), episode(Action::Buy, -0.01, 1'000'000),
                      episode(Action::Buy, -0.01, 1'000'000)});
        const MemoryAdjustment memory = memoryAdjustment(recall, Action::Buy);
        QVERIFY(memory.meanReward > 0.009);
        QCOMPARE(memory.episodes, 4U);
        QCOMPARE(memory.won, 2U);
    }

    void promotedPatternsCountMoreAndDeprecatedNotAtAll()
    {
        Recall recall = recallOf({episode(Action::Buy, 0.01), episode(Action::Buy, -0.01), episode(Action::Buy, 0)});
        QCOMPARE(memoryAdjustment(recall, Action::Buy).factor, 1.0);
        recall.neighbours[0].tags.promoted = true;
        QVERIFY(memoryAdjustment(recall, Action::Buy).factor > 1);
        recall.neighbours[0].tags.deprecated = true;
        QCOMPARE(memoryAdjustment(recall, Action::Buy).episodes, 2U);
        QCOMPARE(memoryAdjustment(recall, Action::Buy).factor, 1.0);
    }

    void theOppositeCountsHalf()
    {
        // A sale that lost 1 % speaks for buying, but less than a purchase that earned it speaks.
        const Recall recall =
            recallOf({episode(Action::Sell, -0.01), episode(Action::Buy, 0), episode(Action::Buy, 0)});
        QCOMPARE(memoryAdjustment(recall, Action::Buy).meanReward, 0.01 * 0.5 / 2.5);
    }

    void winLossRatioIsOfTheSameAction()
    {
        Recall recall = recallOf({episode(Action::Buy, 0.03), episode(Action::Buy, -0.01), episode(Action::Sell, 0.5)});
        QVERIFY(!memoryAdjustment(recall, Action::Buy).winLossRatio); // two of them only
        recall.neighbours.push_back(episode(Action::Buy, 0.01));
        QCOMPARE(memoryAdjustment(recall, Action::Buy).winLossRatio.value(), 2.0);
        recall.neighbours.push_back(episode(Action::Buy, 7));
        QCOMPARE(memoryAdjustment(recall, Action::Buy).winLossRatio.value(), 5.0);
        QVERIFY(!memoryAdjustment(recall, Action::Sell).winLossRatio);
    }

    void theReasonHasTheNumbers()
    {
        Recall recall = recallOf(std::vector<Neighbour>(10, episode(Action::Buy, 0.002)));
        recall.neighbours[0].tags.reward = -0.001;
        double confidence = 0.5;
        const std::string reason = adjustByMemory(confidence, memoryAdjustment(recall, Action::Buy), recall);
        QCOMPARE(reason, std::string("10 similar episodes, 9 won, mean +0.17 %: confidence 0.50 × 1.09 = 0.54."));
        QCOMPARE(confidence, 0.5 * memoryAdjustment(recall, Action::Buy).factor);
        confidence = 0.99;
        (void)adjustByMemory(confidence, memoryAdjustment(recall, Action::Buy), recall);
        QCOMPARE(confidence, 1.0);
    }

    void whereMemorySaysNothingConfidenceStays()
    {
        double confidence = 0.5;
        QCOMPARE(adjustByMemory(confidence, {}, {}), std::string());
        Recall away;
        away.unavailable = "it is being rebuilt";
        QCOMPARE(adjustByMemory(confidence, {}, away), std::string("Memory was not used: it is being rebuilt."));
        const Recall few = recallOf({episode(Action::Buy, 1)});
        QCOMPARE(adjustByMemory(confidence, memoryAdjustment(few, Action::Buy), few),
                 std::string("Memory knows 1 similar episode, too few to change the confidence."));
        QCOMPARE(confidence, 0.5);
    }
};

QTEST_GUILESS_MAIN(TestMemoryAdjustment)
#include "tst_memory_adjustment.moc"
