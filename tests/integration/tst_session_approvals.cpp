// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "codec/binary_writer.h"
#include "support/paper_session.h"

#include <QtTest/QtTest>

namespace coinswarm::test {

namespace {

/// Fast until an approval comes, then slow enough to answer it.
struct Supervised : PaperSession {
    explicit Supervised(const std::string &folder)
        : PaperSession(folder, {"feed.speed=600", "approval.rule=all", "approval.expiry=10m", "approval.band_bps=2000"})
    {}

    api::Approval nextApproval()
    {
        take(answer(engine->setFeedPaused(false)));
        if (!waitFor([&] { return pendingApproval() != nullptr; }, std::chrono::seconds(60))) {
            throw std::runtime_error("no approval came: " + story());
        }
        take(answer(engine->setFeedPaused(true)));
        return *pendingApproval();
    }
    Result<api::Approval> say(const api::Approval &approval, bool yes, const std::string &reason = {})
    {
        return answer(engine->answerApproval({approval.id, approval.orderHash, yes, "ann", reason}));
    }
    bool reaches(OrderId id, OrderState state)
    {
        take(answer(engine->setFeedPaused(false)));
        return waitFor([&] { return order(id) != nullptr && order(id)->state == state; });
    }
};

} // namespace

class TestSessionApprovals : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anAnswerToSomethingElseIsRefused()
    {
        QTemporaryDir folder;
        Supervised session(folder.path().toStdString());
        take(session.start());
        api::Approval approval = session.nextApproval();
        approval.orderHash[0] = approval.orderHash[0] == '0' ? '1' : '0';
        const Result<api::Approval> said = session.say(approval, true);
        QVERIFY(!said.ok());
        QVERIFY(said.error().kind == ErrorKind::Refused);
        QVERIFY(session.order(approval.order)->state == OrderState::AwaitingApproval);
    }

    void aRejectionNeedsAReason()
    {
        QTemporaryDir folder;
        Supervised session(folder.path().toStdString());
        take(session.start());
        const api::Approval approval = session.nextApproval();
        QVERIFY(!session.say(approval, false).ok());
        const api::Approval rejected = take(session.say(approval, false, "too much at once"));
        QVERIFY(rejected.state == api::ApprovalState::Rejected);
        QVERIFY(session.reaches(approval.order, OrderState::Rejected));
        QVERIFY(session.order(approval.order)->reason.find("too much at once") != std::string::npos);
    }

    void nobodyAnswers()
    {
        QTemporaryDir folder;
        Supervised session(folder.path().toStdString());
        session.settings.push_back("approval.expiry=1s");
        take(session.start());
        // Watched from the outside only: the order must end by itself and never reach the venue.
        QVERIFY(waitFor(
            [&] { return session.anyOrder([](const Order &o) { return o.state == OrderState::Expired; }) != nullptr; },
            std::chrono::seconds(60)));
        QVERIFY(session.seen.fills.empty());
    }

    void whatWasApprovedIsFilledAndCanBeExplainedAlsoAfterARestart()
    {
        QTemporaryDir folder;
        Supervised session(folder.path().toStdString());
        take(session.start());
        const api::Approval asked = session.nextApproval();
        const api::Approval approved = take(session.say(asked, true));
        QVERIFY(approved.state == api::ApprovalState::Approved);
        QVERIFY(session.reaches(asked.order, OrderState::Filled));
        take(answer(session.engine->setFeedPaused(true)));
        const api::Explanation live = take(answer(session.engine->explain(asked.order)));
        checkChain(live, asked);

        take(session.start());
        const api::Explanation later = take(answer(session.engine->explain(asked.order)));
        checkChain(later, asked);
        QCOMPARE(later.fills.size(), live.fills.size());
        QVERIFY(codec::encoded(later.state) == codec::encoded(live.state));
        // Its stop goes on after the restart and is still explained from the beginning. On a busy machine it may have
        // been reached before anybody looked.
        const auto isItsStop = [&](const Order &o) {
            return o.parent == asked.order && o.purpose == OrderPurpose::StopLoss
                && (o.state == OrderState::Accepted || o.state == OrderState::Filled);
        };
        QVERIFY(waitFor([&] { return session.anyOrder(isItsStop) != nullptr; }));
        const Order *stop = session.anyOrder(isItsStop);
        const api::Explanation protection = take(answer(session.engine->explain(stop->id)));
        QVERIFY(protection.parent.has_value());
        QVERIFY(protection.decision.id == live.decision.id);
        QVERIFY(!protection.decision.votes.empty());
        QVERIFY(!session.seen.fills.empty());
    }

    void theKillSwitchWithdrawsWhatWaitsAndSaysSoInNumbers()
    {
        QTemporaryDir folder;
        Supervised session(folder.path().toStdString());
        take(session.start());
        const api::Approval first = session.nextApproval();
        QVERIFY(take(session.say(first, true)).state == api::ApprovalState::Approved);
        QVERIFY(session.reaches(first.order, OrderState::Filled));
        const api::Approval waiting = session.nextApproval();
        const api::SessionStatus before = session.status();
        const api::HaltReport report = take(answer(session.engine->halt("ann", "enough")));
        QCOMPARE(report.approvalsWithdrawn, before.pendingApprovals);
        QCOMPARE(report.positionsLeftOpen, before.openPositions);
        QCOMPARE(report.ordersCancelled + report.protectiveOrdersKept, before.openOrders);
        QVERIFY(session.status().state == api::RunState::Halted);
        QVERIFY(!session.say(waiting, true).ok());
        take(answer(session.engine->setFeedPaused(false)));
        const std::size_t fills = session.seen.fills.size();
        QVERIFY(waitFor(
            [&] {
                return session.anyOrder([](const Order &o) {
                    return o.purpose == OrderPurpose::Entry && o.state == OrderState::Denied;
                }) != nullptr;
            },
            std::chrono::seconds(60)));
        for (std::size_t i = fills; i < session.seen.fills.size(); ++i) {
            QVERIFY(session.order(session.seen.fills[i].order)->reduceOnly);
        }
        const api::SessionStatus resumed = take(answer(session.engine->resume("ann")));
        QVERIFY(resumed.state == api::RunState::Running);
        QVERIFY(waitFor([&] { return session.pendingApproval() != nullptr; }, std::chrono::seconds(60)));
    }

private:
    static void checkChain(const api::Explanation &story, const api::Approval &asked)
    {
        QVERIFY(story.order.state == OrderState::Filled);
        QVERIFY(!story.fills.empty());
        QVERIFY(story.approval.has_value());
        QVERIFY(story.approval->id == asked.id);
        QCOMPARE(story.approval->decidedBy, std::vector<std::string>{"ann"});
        QVERIFY(story.riskReports.size() >= 2); // at proposal and again at release
        QVERIFY(!story.riskReports.front().checks.empty());
        QVERIFY(story.decision.id == story.order.decision);
        QCOMPARE(story.decision.votes.size(), story.agents.size());
        for (const CountedVote &vote : story.decision.votes) {
            QVERIFY(vote.status != VoteStatus::Voted || !vote.vote.reasons.empty());
        }
        QVERIFY(!story.indicators.empty());
        QVERIFY(story.state.ask == story.decision.ask);
        QVERIFY(story.state.candle.close.isPositive());
    }
};

} // namespace coinswarm::test

QTEST_GUILESS_MAIN(coinswarm::test::TestSessionApprovals)
#include "tst_session_approvals.moc"
