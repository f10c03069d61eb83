// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "desk_bench.h"

#include <QtTest/QtTest>

#include <limits>

using namespace coinswarm;
using namespace coinswarm::api;
using namespace coinswarm::test;
using namespace coinswarm::trading;
using namespace std::chrono_literals;

/// Operators and venues are given time of the wall clock, however fast the market is played.
class TestPace : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aTimeIsLongerWhereTheMarketIsFaster_data()
    {
        QTest::addColumn<double>("speed");
        QTest::addColumn<double>("seconds");
        QTest::newRow("as recorded") << 1.0 << 60.0;
        QTest::newRow("fast") << 60.0 << 3'600.0;
        QTest::newRow("with a fraction") << 1.5 << 90.0;
        QTest::newRow("slow") << 0.01 << 60.0;
        QTest::newRow("as fast as possible") << 0.0 << 60.0;
        QTest::newRow("not a number") << std::numeric_limits<double>::quiet_NaN() << 60.0;
        QTest::newRow("the fastest") << 100'000.0 << 6'000'000.0;
    }
    void aTimeIsLongerWhereTheMarketIsFaster()
    {
        QFETCH(double, speed);
        QFETCH(double, seconds);
        SAME(at(0) + Pace::ofSpeed(speed).sessionTime(60s), at(seconds));
    }

    void theLongestTimesAreCutAndDoNotOverflow()
    {
        const Pace fastest = Pace::ofSpeed(std::numeric_limits<double>::max());
        QVERIFY(fastest.sessionTime(Duration::max()) > Duration(24h * 365));
        QVERIFY(fastest.rescaled(Duration::max(), Pace{}) > Duration(24h * 365));
        QVERIFY(at(0) < at(0) + fastest.sessionTime(24h));
    }

    void anApprovalKeepsTheTimeItHasLeft()
    {
        Bench bench(Bench::asking());
        bench.desk.setPace(Pace::ofSpeed(60), at(0));
        bench.propose(decide(Action::Buy, "0.1", "900"), 0);
        const Approval asked = bench.heard.approvals.back();
        SAME(asked.expires, at(3'600));

        bench.desk.setPace(Pace::ofSpeed(600), at(1'800)); // half a minute is left
        const Approval faster = bench.heard.approvals.back();
        SAME(faster.id, asked.id);
        SAME(faster.expires, at(1'800 + 18'000));
        SAME(bench.desk.nextWake(), faster.expires);

        bench.desk.setPace(Pace::ofSpeed(1), at(1'800));
        SAME(bench.heard.approvals.back().expires, at(1'830));
        bench.tick("1000", 1'829);
        bench.desk.onTimer(at(1'830));
        SAME(bench.heard.approvals.back().state, ApprovalState::Expired);
    }

    void anAnswerMustKnowTheTimeThatIsApproved()
    {
        Bench bench(Bench::asking());
        bench.propose(decide(Action::Buy, "0.1", "900"), 0);
        const Approval asked = bench.heard.approvals.back();
        bench.desk.setPace(Pace::ofSpeed(60), at(1));
        const OperatorDecision old{asked.id, asked.orderHash, true, "ann", ""};
        SAME(bench.desk.onOperator(old, at(2)).refusal, ApprovalRefusal::WrongHash);
        const OperatorDecision present{asked.id, bench.heard.approvals.back().orderHash, true, "ann", ""};
        SAME(bench.desk.onOperator(present, at(2)).refusal, ApprovalRefusal::None);
        SAME(bench.heard.submitted.size(), std::size_t{1});
    }

    void theVenueIsGivenTimeOfTheWallClock()
    {
        Bench bench;
        bench.desk.setPace(Pace::ofSpeed(60), at(0));
        bench.propose(decide(Action::Buy, "0.1", "900"), 0);
        bench.desk.onTimer(at(299));
        SAME(bench.heard.queried.size(), std::size_t{0});
        bench.desk.setPace(Pace::ofSpeed(120), at(150)); // two and a half seconds of five are left
        bench.desk.onTimer(at(449));
        SAME(bench.heard.queried.size(), std::size_t{0});
        bench.desk.onTimer(at(450));
        SAME(bench.heard.queried.size(), std::size_t{1});
    }

    void savedAndRestoredItKeepsThePace()
    {
        Bench bench(Bench::asking());
        bench.desk.setPace(Pace::ofSpeed(60), at(0));
        bench.propose(decide(Action::Buy, "0.1", "900"), 0);
        Bench next(Bench::asking());
        restore(next.desk, saved(bench.desk));
        SAME(next.desk.pace().perMille, std::int64_t{60'000});
        next.desk.setPace(Pace::ofSpeed(60), at(10));
        SAME(next.heard.approvals.size(), std::size_t{0});
        next.desk.setPace(Pace::ofSpeed(120), at(0));
        SAME(next.heard.approvals.back().expires, at(7'200));
    }
};

QTEST_GUILESS_MAIN(TestPace)
#include "tst_pace.moc"
