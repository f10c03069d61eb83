// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "desk_bench.h"

#include "trading/kill_switch_self_test.h"

#include <QtTest/QtTest>

using namespace coinswarm;
using namespace coinswarm::api;
using namespace coinswarm::test;
using namespace coinswarm::trading;

namespace {

OperatorDecision answer(const Approval &approval, bool approve, const char *name = "ann")
{
    return {approval.id, approval.orderHash, approve, name, approve ? "" : "no"};
}

} // namespace

class TestTradingDesk : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aDecisionBecomesAFilledPositionWithStopAndTarget()
    {
        Bench bench;
        const Order entry = bench.buy("1", "990.004", "1030", 1);
        SAME(entry.type, OrderType::Market);
        SAME(entry.protectiveStop, price("990")); // on the tick
        SAME(bench.state(entry.id), OrderState::Filled);
        SAME(bench.held(), quantity("1"));
        const Order stop = bench.heard.last(OrderPurpose::StopLoss);
        const Order target = bench.heard.last(OrderPurpose::TakeProfit);
        SAME(stop.quantity, quantity("1"));
        SAME(stop.stopPrice, price("990"));
        QVERIFY(stop.reduceOnly && target.reduceOnly);
        SAME(stop.side, Side::Sell);
        SAME(stop.parent, entry.id);
        SAME(target.stopPrice, price("1030"));
        QVERIFY(bench.heard.broken.empty());
    }

    void whatADecisionMeans_data()
    {
        QTest::addColumn<QString>("position");
        QTest::addColumn<int>("action");
        QTest::addColumn<bool>("shortAllowed");
        QTest::addColumn<QString>("expected");
        QTest::newRow("hold") << "flat" << int(Action::Hold) << false << "nothing";
        QTest::newRow("buy when flat") << "flat" << int(Action::Buy) << false << "entry";
        QTest::newRow("sell when flat on spot") << "flat" << int(Action::Sell) << false << "nothing";
        QTest::newRow("sell when flat with shorts") << "flat" << int(Action::Sell) << true << "entry";
        QTest::newRow("buy when long") << "long" << int(Action::Buy) << false << "nothing";
        QTest::newRow("sell when long") << "long" << int(Action::Sell) << false << "exit";
        QTest::newRow("sell when long with shorts") << "long" << int(Action::Sell) << true << "exit";
    }
    void whatADecisionMeans()
    {
        QFETCH(QString, position);
        QFETCH(int, action);
        QFETCH(bool, shortAllowed);
        QFETCH(QString, expected);
        Bench bench(Bench::quiet(), shortAllowed);
        if (position == QLatin1String("long")) {
            bench.buy("1", "0.01", "0", 1);
        }
        bench.heard.submitted.clear();
        // A stop so near that the default loss limit lets the size pass, on the side the action needs.
        const char *stop = action == int(Action::Sell) ? "1010" : "990";
        const auto id = bench.propose(decide(static_cast<Action>(action), "1", stop), 2);
        SAME(id.has_value(), expected != QLatin1String("nothing"));
        if (id) {
            SAME(bench.desk.order(*id)->purpose,
                 expected == QLatin1String("exit") ? OrderPurpose::Exit : OrderPurpose::Entry);
            QVERIFY(bench.desk.order(*id)->state != OrderState::Denied);
        }
    }

    void aSecondEntryWaitsItsTurnAndTheOppositeWithdrawsTheFirst()
    {
        Bench bench(Bench::asking());
        const auto first = bench.propose(decide(Action::Buy, "1", "990"), 1);
        QVERIFY(!bench.propose(decide(Action::Buy, "1", "990"), 2).has_value());
        SAME(bench.state(*first), OrderState::AwaitingApproval);
        QVERIFY(!bench.propose(decide(Action::Sell), 3).has_value());
        SAME(bench.state(*first), OrderState::Cancelled);
        SAME(bench.heard.approvals.back().state, ApprovalState::Superseded);
        QVERIFY(bench.propose(decide(Action::Buy, "1", "990"), 4).has_value());
    }

    void anExitWaitsUntilStopAndTargetAreGone()
    {
        Bench bench;
        bench.buy("1", "990", "1030", 1);
        bench.accept(OrderPurpose::StopLoss, 1);
        bench.accept(OrderPurpose::TakeProfit, 1);
        const auto exit = bench.propose(decide(Action::Sell), 2);
        SAME(bench.state(*exit), OrderState::WaitingForCancels);
        SAME(bench.heard.cancelled.size(), std::size_t(2));
        bench.say(report(ReportKind::Cancelled, bench.heard.last(OrderPurpose::StopLoss)), 3);
        SAME(bench.state(*exit), OrderState::WaitingForCancels);
        bench.say(report(ReportKind::Cancelled, bench.heard.last(OrderPurpose::TakeProfit)), 3);
        SAME(bench.state(*exit), OrderState::Submitting);
        SAME(bench.heard.last(OrderPurpose::Exit).quantity, quantity("1"));
        bench.say(filled(bench.heard.last(OrderPurpose::Exit), "1005", "1", "x"), 4);
        SAME(bench.held(), Quantity());
        SAME(bench.heard.trips.size(), std::size_t(1));
        SAME(bench.heard.trips[0].regime, RegimeId(7));
        QVERIFY(bench.desk.openOrders().empty());
        QVERIFY(bench.desk.protection(InstrumentId(1)) == nullptr);
    }

    void anExitWhoseStopFilledMeanwhileIsWithdrawn()
    {
        Bench bench;
        bench.buy("1", "990", "0", 1);
        bench.accept(OrderPurpose::StopLoss, 1);
        const auto exit = bench.propose(decide(Action::Sell), 2);
        bench.say(filled(bench.heard.last(OrderPurpose::StopLoss), "989", "1", "s"), 3);
        SAME(bench.state(*exit), OrderState::Cancelled);
        SAME(bench.heard.sent(OrderPurpose::Exit), std::size_t(0));
        SAME(bench.held(), Quantity());
    }

    void anExitWhoseStopPartlyFilledSellsTheRest()
    {
        Bench bench;
        bench.buy("1", "990", "0", 1);
        const Order stop = bench.heard.last(OrderPurpose::StopLoss);
        bench.accept(OrderPurpose::StopLoss, 1);
        bench.propose(decide(Action::Sell), 2);
        bench.say(filled(stop, "989", "0.4", "s"), 3);
        bench.say(report(ReportKind::Cancelled, stop), 3);
        SAME(bench.heard.last(OrderPurpose::Exit).quantity, quantity("0.6"));
    }

    void whenOneProtectiveOrderFillsTheOtherIsCancelled()
    {
        Bench bench;
        bench.buy("1", "990", "1030", 1);
        const Order stop = bench.heard.last(OrderPurpose::StopLoss);
        bench.say(filled(bench.heard.last(OrderPurpose::TakeProfit), "1030", "1", "t"), 2);
        SAME(bench.heard.cancelled, std::vector<OrderId>{stop.id});
        bench.say(report(ReportKind::Cancelled, stop), 3);
        QVERIFY(bench.desk.protection(InstrumentId(1)) == nullptr);
        SAME(bench.heard.sent(OrderPurpose::StopLoss), std::size_t(1));
    }

    void aPartlyFilledTargetShrinksTheStop()
    {
        Bench bench;
        bench.buy("1", "990", "1030", 1);
        const Order stop = bench.heard.last(OrderPurpose::StopLoss);
        bench.say(filled(bench.heard.last(OrderPurpose::TakeProfit), "1030", "0.4", "t"), 2);
        SAME(bench.heard.cancelled, std::vector<OrderId>{stop.id});
        SAME(bench.heard.sent(OrderPurpose::StopLoss), std::size_t(1)); // not two stops at once
        bench.say(report(ReportKind::Cancelled, stop), 3);
        SAME(bench.heard.sent(OrderPurpose::StopLoss), std::size_t(2));
        SAME(bench.heard.last(OrderPurpose::StopLoss).quantity, quantity("0.6"));
    }

    void fillsOfAWorkingEntryAreProtectedTogether()
    {
        Bench bench;
        bench.propose(decide(Action::Buy, "1", "990"), 1);
        const Order entry = bench.heard.submitted.back();
        bench.say(filled(entry, "1000", "0.3", "a"), 1);
        bench.say(filled(entry, "1000", "0.2", "b"), 1.1);
        SAME(bench.heard.sent(OrderPurpose::StopLoss), std::size_t(0));
        QVERIFY(bench.desk.nextWake() <= at(1.25));
        bench.desk.onTimer(at(1.25));
        SAME(bench.heard.last(OrderPurpose::StopLoss).quantity, quantity("0.5"));
        bench.say(filled(entry, "1000", "0.5", "c"), 2);
        SAME(bench.heard.sent(OrderPurpose::StopLoss), std::size_t(2));
        SAME(bench.heard.last(OrderPurpose::StopLoss).quantity, quantity("0.5"));
        QVERIFY(bench.heard.broken.empty());
    }

    void S3_aRefusedStopIsAlertedAndNeitherRepeatedNorSoldBlindly()
    {
        Bench bench;
        bench.buy("1", "990", "0", 1);
        bench.say(report(ReportKind::Rejected, bench.heard.last(OrderPurpose::StopLoss), "stop too near"), 2);
        SAME(bench.heard.alertCount("stop_refused"), std::size_t(1));
        for (int i = 3; i < 200; ++i) {
            bench.tick("1000", i);
            bench.desk.onTimer(at(i));
        }
        SAME(bench.heard.sent(OrderPurpose::StopLoss), std::size_t(1));
        SAME(bench.heard.sent(OrderPurpose::Exit), std::size_t(0));
        SAME(bench.heard.alertCount("position_unprotected"), std::size_t(3)); // it keeps asking
        QVERIFY(bench.desk.restoreProtection(InstrumentId(1), "ann", at(201)).ok());
        SAME(bench.heard.sent(OrderPurpose::StopLoss), std::size_t(2));
    }

    void S3_flatteningIsAChoiceOfTheConfiguration()
    {
        DeskConfig config = Bench::quiet();
        config.flattenWhenStopRefused = true;
        Bench bench(config);
        bench.buy("1", "990", "0", 1);
        bench.say(report(ReportKind::Rejected, bench.heard.last(OrderPurpose::StopLoss), "stop too near"), 2);
        SAME(bench.heard.sent(OrderPurpose::Exit), std::size_t(1));
    }

    void L9_aStopThatEndedAtTheVenueIsNotAddedAgain()
    {
        Bench bench;
        bench.buy("1", "990", "0", 1);
        const Order stop = bench.heard.last(OrderPurpose::StopLoss);
        bench.accept(OrderPurpose::StopLoss, 1);
        bench.say(report(ReportKind::Cancelled, stop, "position closed by user"), 2);
        bench.desk.onTimer(at(300));
        SAME(bench.heard.alertCount("stop_ended_by_venue"), std::size_t(1));
        SAME(bench.heard.sent(OrderPurpose::StopLoss), std::size_t(1));
        bench.desk.onVenuePosition(InstrumentId(1), Quantity(), at(301)); // closed by hand indeed
        SAME(bench.heard.alertCount("position_mismatch"), std::size_t(1));
        QVERIFY(!bench.desk.restoreProtection(InstrumentId(1), "ann", at(302)).ok());
        SAME(bench.heard.sent(OrderPurpose::StopLoss), std::size_t(1));
    }

    void L13_aStopThatVanishedIsRestoredOnceTheVenueConfirmsThePosition()
    {
        Bench bench;
        bench.buy("1", "990", "0", 1);
        const Order stop = bench.heard.last(OrderPurpose::StopLoss);
        bench.accept(OrderPurpose::StopLoss, 1);
        bench.desk.reconcile(at(10));
        bench.say(report(ReportKind::NotFound, stop), 11);
        SAME(bench.heard.alertCount("stop_ended_by_venue"), std::size_t(1));
        SAME(bench.heard.sent(OrderPurpose::StopLoss), std::size_t(1));
        bench.desk.onVenuePosition(InstrumentId(1), quantity("1"), at(12));
        SAME(bench.heard.sent(OrderPurpose::StopLoss), std::size_t(2));
    }

    void L13_aStopThatNeverArrivedIsPlacedAnew()
    {
        Bench before;
        before.buy("1", "990", "0", 1);
        const Order stop = before.heard.last(OrderPurpose::StopLoss);
        Bench after;
        restore(after.desk, saved(before.desk));
        after.desk.reconcile(at(10));
        after.tick("1000", 10);
        after.say(report(ReportKind::NotFound, stop), 11); // it was on its way when the process died
        SAME(after.heard.alertCount("stop_lost"), std::size_t(1));
        SAME(after.heard.sent(OrderPurpose::StopLoss), std::size_t(1));
        QVERIFY(after.heard.last(OrderPurpose::StopLoss).clientId != stop.clientId);
    }

    void L2_aSubmitThatTimesOutIsAskedForAndNeverSentAgain()
    {
        Bench bench;
        const auto id = bench.propose(decide(Action::Buy, "1", "990"), 1);
        SAME(bench.desk.nextWake(), at(6));
        bench.desk.onTimer(at(6));
        SAME(bench.state(*id), OrderState::Unknown);
        SAME(bench.heard.queried, std::vector<OrderId>{*id});
        QVERIFY(!bench.propose(decide(Action::Buy, "1", "990"), 7).has_value()); // it counts as pending
        const Order entry = bench.heard.submitted.back();
        bench.say(filled(entry, "1000", "1", "a"), 8); // it was live
        SAME(bench.held(), quantity("1"));
        SAME(bench.heard.submitted.size(), std::size_t(2)); // the entry and its stop
    }

    void L7_aFillReplayedAfterARestartIsBookedOnce()
    {
        Bench before;
        const Order entry = before.buy("1", "990", "0", 1);
        Bench after;
        restore(after.desk, saved(before.desk));
        after.desk.reconcile(at(10));
        after.say(filled(entry, "1000", "1", "f1"), 11);
        SAME(after.held(), quantity("1"));
        SAME(after.heard.alertCount("duplicate_fill"), std::size_t(1));
        QVERIFY(after.heard.fills.empty());
    }

    void L8_noStopIsPlacedOnAnEntryThatOnlySeemedFilled()
    {
        Bench before;
        before.propose(decide(Action::Buy, "1", "990", "1030"), 1);
        const Order entry = before.heard.submitted.back();
        Bench after;
        restore(after.desk, saved(before.desk));
        after.desk.reconcile(at(10));
        SAME(after.heard.queried, std::vector<OrderId>{entry.id});
        after.desk.onTimer(at(12));
        QVERIFY(after.heard.submitted.empty());
        after.say(working(entry), 13);
        QVERIFY(!after.desk.isReconciling());
        SAME(after.state(entry.id), OrderState::Accepted);
        QVERIFY(after.heard.submitted.empty());
        SAME(after.held(), Quantity());
        after.say(filled(entry, "1000", "1", "late"), 14);
        SAME(after.heard.last(OrderPurpose::StopLoss).quantity, quantity("1"));
    }

    void L5_nothingGoesOutBeforeTheVenueHasAnsweredForEverything()
    {
        Bench before;
        before.propose(decide(Action::Buy, "1", "990"), 1);
        before.propose(decide(Action::Buy, "1", "99", "0", 2), 1);
        const Order first = before.heard.submitted[0];
        const Order second = before.heard.submitted[1];
        Bench after;
        restore(after.desk, saved(before.desk));
        after.tick("1000", 10);
        after.desk.reconcile(at(10));
        after.say(filled(first, "1000", "1", "a"), 11); // a missed fill, booked once and for real
        SAME(after.held(), quantity("1"));
        QVERIFY(after.heard.submitted.empty()); // not even its stop
        const auto denied = after.propose(decide(Action::Sell), 12);
        SAME(after.state(*denied), OrderState::Denied);
        after.say(report(ReportKind::NotFound, second), 13);
        SAME(after.state(second.id), OrderState::VenueRejected);
        SAME(after.heard.sent(OrderPurpose::StopLoss), std::size_t(1));
        SAME(after.heard.alertCount("reconciled"), std::size_t(1));
        SAME(after.heard.fills.size(), std::size_t(1));
    }

    void L4_anExitEndsWhenItsStopCannotBeCancelled()
    {
        Bench bench;
        bench.buy("1", "990", "0", 1);
        const Order stop = bench.heard.last(OrderPurpose::StopLoss);
        bench.accept(OrderPurpose::StopLoss, 1);
        const auto exit = bench.propose(decide(Action::Sell), 2);
        for (int i = 0; i < 10; ++i) {
            bench.say(report(ReportKind::CancelRejected, stop, "busy"), 3 + i);
            bench.say(working(stop), 3.5 + i);
        }
        SAME(bench.heard.cancelled.size(), std::size_t(3));
        SAME(bench.state(*exit), OrderState::Cancelled);
        SAME(bench.state(stop.id), OrderState::Accepted);
        SAME(bench.heard.alertCount("cancel_failed"), std::size_t(1));
    }

    void L4_anOrderThatIsNeverCancelledIsAskedLessAndLessOften()
    {
        DeskConfig config = Bench::quiet();
        config.entryType = OrderType::Limit;
        config.entryLifetime = std::chrono::minutes(1);
        Bench bench(config);
        const auto id = bench.propose(decide(Action::Buy, "1", "990"), 1);
        const Order entry = bench.heard.last(OrderPurpose::Entry);
        bench.accept(OrderPurpose::Entry, 1);
        std::vector<double> asked;
        int timers = 0;
        const double hours = 4 * 3'600;
        // The venue refuses every cancel, and says each time that the order works. Only due timers are delivered.
        for (double now = 1; now < hours; ++timers) {
            const Timestamp wake = bench.desk.nextWake();
            now = std::max(now, static_cast<double>((wake - at(0)).count()) / 1e9);
            const std::size_t before = bench.heard.cancelled.size();
            const std::size_t queries = bench.heard.queried.size();
            bench.desk.onTimer(at(now));
            if (bench.heard.cancelled.size() > before) {
                asked.push_back(now);
                for (int answer = 0; answer < 3; ++answer) {
                    bench.say(report(ReportKind::CancelRejected, entry, "busy"), now);
                    bench.say(working(entry), now);
                }
            } else if (bench.heard.queried.size() > queries) {
                bench.say(working(entry), now);
            }
        }
        SAME(bench.state(*id), OrderState::Accepted);
        // 30 s, 1, 2, 4 and 8 minutes, then every 15.
        QVERIFY(asked.size() >= 8);
        for (std::size_t i = 1; i < asked.size(); ++i) {
            const double expected = std::min(30.0 * static_cast<double>(1 << std::min<std::size_t>(i - 1, 10)), 900.0);
            SAME(asked[i] - asked[i - 1], expected);
        }
        QVERIFY(timers < 2'000); // no timer asks for itself
        SAME(bench.heard.alertCount("cancel_failed"), std::size_t(1));
        SAME(bench.heard.alertCount("cancel_given_up"), std::size_t(1));
        const std::string reason = bench.desk.order(*id)->reason;
        QVERIFY2(reason.find("does not cancel it") != std::string::npos, reason.c_str());
        // Neither an opposite decision asks in between, …
        const std::size_t before = bench.heard.cancelled.size();
        bench.propose(decide(Action::Sell), asked.back() + 10);
        SAME(bench.heard.cancelled.size(), before);
        // … but the kill switch does.
        bench.desk.halt("enough", at(asked.back() + 20));
        SAME(bench.heard.cancelled.size(), before + 1);
    }

    void L4_noExitWaitsForACancelThatRests()
    {
        Bench bench;
        bench.buy("1", "990", "0", 1);
        const Order stop = bench.heard.last(OrderPurpose::StopLoss);
        bench.accept(OrderPurpose::StopLoss, 1);
        bench.propose(decide(Action::Sell), 2);
        for (int i = 0; i < 3; ++i) {
            bench.say(report(ReportKind::CancelRejected, stop, "busy"), 3);
            bench.say(working(stop), 3);
        }
        SAME(bench.heard.alertCount("cancel_failed"), std::size_t(1));
        const std::size_t cancels = bench.heard.cancelled.size();
        const auto again = bench.propose(decide(Action::Sell), 5);
        SAME(bench.state(*again), OrderState::Denied);
        SAME(bench.heard.cancelled.size(), cancels);
        SAME(bench.state(stop.id), OrderState::Accepted);
        // After the rest it is tried again.
        bench.desk.onTimer(at(40));
        const auto later = bench.propose(decide(Action::Sell), 41);
        SAME(bench.state(*later), OrderState::WaitingForCancels);
        SAME(bench.heard.cancelled.size(), cancels + 1);
    }

    void S6_anApprovedOrderIsJudgedAgainAtRelease()
    {
        Bench bench(Bench::asking());
        const auto id = bench.propose(decide(Action::Buy, "1", "990"), 1);
        SAME(bench.state(*id), OrderState::AwaitingApproval);
        QVERIFY(bench.heard.submitted.empty());
        const Approval asked = bench.heard.approvals.back();
        SAME(asked.worstCase, money("11.99"));
        bench.desk.setPaused(true, "lunch", at(2));
        const ApprovalOutcome denied = bench.desk.onOperator(answer(asked, true), at(3));
        SAME(denied.refusal, ApprovalRefusal::RiskDenied);
        SAME(bench.state(*id), OrderState::Denied);
        QVERIFY(!denied.approval.release.passed);
        bench.desk.setPaused(false, "", at(4));
        const auto second = bench.propose(decide(Action::Buy, "1", "990"), 5);
        const Approval again = bench.heard.approvals.back();
        SAME(bench.desk.onOperator(answer(again, true), at(6)).refusal, ApprovalRefusal::None);
        SAME(bench.state(*second), OrderState::Submitting);
        SAME(bench.heard.approvalsUsed.back(), again.id);
        SAME(bench.heard.approvals.back().release.checks.size(), kDenialCodes);
        // Approving the entry has approved its stop.
        bench.say(filled(bench.heard.submitted.back(), "1000", "1", "a"), 7);
        SAME(bench.heard.sent(OrderPurpose::StopLoss), std::size_t(1));
        SAME(bench.heard.approvalsUsed.back(), again.id);
    }

    void approvalsEndWithTimePriceAndRejection()
    {
        Bench bench(Bench::asking());
        const auto expired = bench.propose(decide(Action::Buy, "1", "990"), 1);
        SAME(bench.desk.nextWake(), at(61));
        bench.desk.onTimer(at(61));
        SAME(bench.state(*expired), OrderState::Expired);
        bench.tick("1000", 61);
        const auto left = bench.propose(decide(Action::Buy, "1", "990"), 62);
        bench.tick("1006", 63);
        SAME(bench.state(*left), OrderState::Expired);
        const auto rejected = bench.propose(decide(Action::Buy, "1", "990"), 64);
        bench.desk.onOperator(answer(bench.heard.approvals.back(), false), at(65));
        SAME(bench.state(*rejected), OrderState::Rejected);
        QVERIFY(bench.heard.submitted.empty());
        QVERIFY(bench.heard.broken.empty());
    }

    void S6_aPendingApprovalSurvivesARestartAndIsRepriced()
    {
        Bench before(Bench::asking());
        const auto id = before.propose(decide(Action::Buy, "1", "990"), 1);
        const Approval asked = before.heard.approvals.back();
        Bench after(Bench::asking());
        restore(after.desk, saved(before.desk));
        after.desk.reconcile(at(5));
        SAME(after.desk.onOperator(answer(asked, true), at(6)).refusal, ApprovalRefusal::AwaitingPrice);
        after.tick("1010", 7);
        const Approval repriced = after.heard.approvals.back();
        SAME(repriced.state, ApprovalState::Pending);
        QVERIFY(repriced.id != asked.id);
        SAME(after.desk.onOperator(answer(asked, true), at(8)).refusal, ApprovalRefusal::AlreadyDecided);
        SAME(after.desk.onOperator(answer(repriced, true), at(9)).refusal, ApprovalRefusal::None);
        SAME(after.state(*id), OrderState::Submitting);
    }

    void limitsCountWhatIsPending()
    {
        DeskConfig config = Bench::asking();
        config.limits.maxTradesPerDay = 1;
        Bench bench(config);
        bench.propose(decide(Action::Buy, "1", "990"), 1);
        const auto second = bench.propose(decide(Action::Buy, "1", "99", "0", 2), 2);
        SAME(bench.state(*second), OrderState::Denied);
        QVERIFY(bench.desk.order(*second)->reason.find("number of entries today 2") != std::string::npos);
    }

    void S1_theKillSwitchCancelsBlocksAndKeepsProtection()
    {
        Bench bench;
        bench.buy("1", "990", "0", 1);
        bench.accept(OrderPurpose::StopLoss, 1);
        const auto working = bench.propose(decide(Action::Buy, "1", "99", "0", 2), 2);
        const HaltOutcome outcome = bench.desk.halt("drill", at(3));
        SAME(outcome.ordersCancelled, 1U);
        SAME(outcome.protectiveOrdersKept, 1U);
        SAME(outcome.positionsLeftOpen, 1U);
        SAME(bench.heard.cancelled, std::vector<OrderId>{*working});
        QVERIFY(bench.heard.halts.back().halted);
        bench.say(report(ReportKind::Cancelled, *bench.desk.order(*working)), 4);
        const auto denied = bench.propose(decide(Action::Buy, "1", "99", "0", 2), 5);
        SAME(bench.state(*denied), OrderState::Denied);
        const auto exit = bench.propose(decide(Action::Sell), 6); // reducing is permitted
        SAME(bench.state(*exit), OrderState::WaitingForCancels);
        QVERIFY(bench.desk.resume("ann", at(7)).ok());
        QVERIFY(!bench.desk.resume("ann", at(7)).ok());
        const auto allowed = bench.propose(decide(Action::Buy, "1", "99", "0", 2), 8);
        SAME(bench.state(*allowed), OrderState::Submitting);
    }

    void S1_theKillSwitchGoesOnWhenOneStepFails()
    {
        Bench bench;
        bench.propose(decide(Action::Buy, "1", "990"), 1);
        bench.propose(decide(Action::Buy, "1", "99", "0", 2), 1);
        bench.heard.throwOnCancel = true;
        const HaltOutcome outcome = bench.desk.halt("drill", at(2));
        SAME(bench.heard.cancelled.size(), std::size_t(2));
        SAME(outcome.failures, 1U);
        SAME(bench.heard.alertCount("halt_step_failed"), std::size_t(1));
        QVERIFY(bench.desk.haltState().halted);
    }

    void theKillSwitchWithdrawsWhatWaitsForApproval()
    {
        Bench bench(Bench::asking());
        const auto id = bench.propose(decide(Action::Buy, "1", "990"), 1);
        const Approval asked = bench.heard.approvals.back();
        const HaltOutcome outcome = bench.desk.halt("drill", at(2));
        SAME(outcome.approvalsWithdrawn, 1U);
        SAME(bench.state(*id), OrderState::Cancelled);
        SAME(bench.desk.order(*id)->reason, std::string("drill"));
        SAME(bench.desk.onOperator(answer(asked, true), at(3)).refusal, ApprovalRefusal::Halted);
        QVERIFY(bench.heard.submitted.empty());
    }

    void protectionCancelledByTheKillSwitchComesBackWhenItIsRearmed()
    {
        DeskConfig config = Bench::quiet();
        config.keepProtectiveOnHalt = false;
        Bench bench(config);
        bench.buy("1", "990", "0", 1);
        const Order stop = bench.heard.last(OrderPurpose::StopLoss);
        SAME(bench.desk.halt("drill", at(2)).ordersCancelled, 1U);
        bench.say(report(ReportKind::Cancelled, stop), 3);
        SAME(bench.heard.sent(OrderPurpose::StopLoss), std::size_t(1));
        QVERIFY(bench.desk.resume("ann", at(4)).ok());
        SAME(bench.heard.sent(OrderPurpose::StopLoss), std::size_t(2));
    }

    void S1_theKillSwitchTestsItself()
    {
        const auto passed = selfTestKillSwitch(DeskConfig());
        QVERIFY2(passed.ok(), passed.ok() ? "" : passed.error().message.c_str());
        DeskConfig broken; // limits under which not even the test order passes
        broken.limits.maxOrderNotional = Money::fromRaw(1);
        QVERIFY(!selfTestKillSwitch(broken).ok());
    }

    void limitEntriesRestAtTheNearSideAndEndInTime()
    {
        DeskConfig config = Bench::quiet();
        config.entryType = OrderType::Limit;
        Bench bench(config);
        Decision decision = decide(Action::Buy, "1", "990");
        const auto id =
            bench.desk.propose(decision, {price("1000"), price("999.507"), price("1000.5"), at(1)}, {}, at(1));
        SAME(bench.desk.order(*id)->limitPrice, price("999.5"));
        bench.accept(OrderPurpose::Entry, 1);
        SAME(bench.desk.nextWake(), at(301));
        bench.desk.onTimer(at(301));
        SAME(bench.state(*id), OrderState::CancelRequested);
    }

    void aRestTooSmallToSellDoesNotBlockTheInstrument()
    {
        Bench bench;
        bench.buy("1", "990", "0", 1);
        bench.say(filled(bench.heard.last(OrderPurpose::StopLoss), "990", "0.99999", "s"), 2);
        bench.say(report(ReportKind::Cancelled, bench.heard.last(OrderPurpose::StopLoss)), 3);
        SAME(bench.held(), quantity("0.00001"));
        QVERIFY(!bench.propose(decide(Action::Sell), 4).has_value());
        const auto next = bench.propose(decide(Action::Buy, "1", "990"), 5);
        SAME(bench.state(*next), OrderState::Submitting);
        bench.say(filled(bench.heard.submitted.back(), "1000", "1", "b"), 6);
        SAME(bench.heard.last(OrderPurpose::StopLoss).quantity, quantity("1.00001"));
    }

    void anOrderOfSomebodyElseIsReportedAndNotAdopted()
    {
        Bench bench;
        Order stranger;
        stranger.clientId = "hand-made";
        bench.say(filled(stranger, "1000", "1", "a"), 1);
        SAME(bench.held(), Quantity());
        SAME(bench.heard.alertCount("unknown_order"), std::size_t(1));
    }

    void theConfigurationIsChecked()
    {
        QVERIFY(validate(DeskConfig()).ok());
        DeskConfig config;
        config.orders.session = "two words";
        QVERIFY(!validate(config).ok());
        config = {};
        config.startingCash = Money();
        QVERIFY(!validate(config).ok());
        config = {};
        config.postOnly = true;
        QVERIFY(!validate(config).ok());
    }

    void savedAndRestoredMidLifeItContinuesIdentically()
    {
        Bench first;
        first.buy("1", "990", "1030", 1);
        first.propose(decide(Action::Buy, "1", "99", "0", 2), 2);
        const Order open = first.heard.submitted.back();
        Bench second;
        restore(second.desk, saved(first.desk));
        SAME(saved(second.desk), saved(first.desk));
        const Decision exit = decide(Action::Sell);
        for (Bench *bench : {&first, &second}) {
            bench->tick("1005", 3);
            bench->say(filled(open, "100", "0.5", "o1"), 4);
            bench->desk.onTimer(at(20));
            bench->propose(exit, 21);
        }
        SAME(saved(second.desk), saved(first.desk));
        SAME(second.desk.nextWake(), first.desk.nextWake());
    }
};

QTEST_GUILESS_MAIN(TestTradingDesk)
#include "tst_trading_desk.moc"
