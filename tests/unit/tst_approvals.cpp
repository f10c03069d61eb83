// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "desk_bench.h"

#include "trading/approvals.h"

#include <QtTest/QtTest>

using namespace coinswarm;
using namespace coinswarm::api;
using namespace coinswarm::test;
using namespace coinswarm::trading;

namespace {

Order entry()
{
    Order order;
    order.id = OrderId(5);
    order.clientId = "cs-t-5";
    order.instrument = InstrumentId(1);
    order.quantity = quantity("1");
    order.referencePrice = price("1000");
    return order;
}

OperatorDecision yes(const Approval &approval, const char *name = "ann")
{
    return {approval.id, approval.orderHash, true, name, ""};
}

OperatorDecision no(const Approval &approval, const char *reason = "too late in the day")
{
    return {approval.id, approval.orderHash, false, "ann", reason};
}

} // namespace

class TestApprovals : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aRequestCarriesBandTimeAndHash()
    {
        Approvals queue{ApprovalPolicy{}};
        const Approval &asked = queue.request(entry(), price("1000"), money("12"), at(0));
        SAME(asked.bandLow, price("995"));
        SAME(asked.bandHigh, price("1005"));
        SAME(asked.expires, at(60));
        SAME(asked.worstCase, money("12"));
        SAME(asked.orderHash.size(), std::size_t(64));
        QVERIFY(queue.hasPending(InstrumentId(1)));
        SAME(queue.nextExpiry(), std::optional<Timestamp>(at(60)));
    }

    void theHashChangesWithAnythingThatIsShown()
    {
        Approvals first{ApprovalPolicy{}};
        Approvals second{ApprovalPolicy{}};
        Order other = entry();
        other.protectiveTarget = price("1100");
        const std::string base = first.request(entry(), price("1000"), money("12"), at(0)).orderHash;
        QVERIFY(base != second.request(other, price("1000"), money("12"), at(0)).orderHash);
        QVERIFY(base != Approvals(ApprovalPolicy{}).request(entry(), price("1000"), money("13"), at(0)).orderHash);
        QVERIFY(base != Approvals(ApprovalPolicy{}).request(entry(), price("1001"), money("12"), at(0)).orderHash);
        SAME(base, Approvals(ApprovalPolicy{}).request(entry(), price("1000"), money("12"), at(0)).orderHash);
    }

    void answers_data()
    {
        QTest::addColumn<std::function<OperatorDecision(const Approval &)>>("answer");
        QTest::addColumn<QString>("last");
        QTest::addColumn<double>("seconds");
        QTest::addColumn<QString>("refusal");
        QTest::addColumn<QString>("state");
        using Answer = std::function<OperatorDecision(const Approval &)>;
        const auto row = [](const char *name, Answer answer, const char *last, double seconds, const char *refusal,
                            const char *state) {
            QTest::newRow(name) << answer << QString::fromLatin1(last) << seconds << QString::fromLatin1(refusal)
                                << QString::fromLatin1(state);
        };
        row(
            "yes", [](const Approval &a) { return yes(a); }, "1000", 1, "none", "approved");
        row(
            "yes at the edge of the band", [](const Approval &a) { return yes(a); }, "1005", 1, "none", "approved");
        row(
            "no", [](const Approval &a) { return no(a); }, "1000", 1, "none", "rejected");
        row(
            "no, outside the band", [](const Approval &a) { return no(a); }, "2000", 1, "none", "rejected");
        row(
            "no without a reason", [](const Approval &a) { return no(a, ""); }, "1000", 1, "no_reason", "pending");
        row(
            "nameless", [](const Approval &a) { return yes(a, ""); }, "1000", 1, "no_operator", "pending");
        row(
            "another hash",
            [](const Approval &a) {
                auto d = yes(a);
                d.orderHash[0] = d.orderHash[0] == '0' ? '1' : '0';
                return d;
            },
            "1000", 1, "wrong_hash", "pending");
        row(
            "one moment too late", [](const Approval &a) { return yes(a); }, "1000", 60, "expired", "expired");
        row(
            "outside the band", [](const Approval &a) { return yes(a); }, "1005.01", 1, "outside_band", "outside_band");
    }
    void answers()
    {
        QFETCH(std::function<OperatorDecision(const Approval &)>, answer);
        QFETCH(QString, last);
        QFETCH(double, seconds);
        QFETCH(QString, refusal);
        QFETCH(QString, state);
        Approvals queue{ApprovalPolicy{}};
        const Approval asked = queue.request(entry(), price("1000"), money("12"), at(0));
        const auto outcome = queue.decide(answer(asked), *Price::parse(last.toStdString()), at(seconds));
        SAME(std::string(enumName(outcome.refusal)), refusal.toStdString());
        SAME(std::string(enumName(outcome.approval.state)), state.toStdString());
        SAME(outcome.text.empty(), outcome.refusal == ApprovalRefusal::None);
    }

    void theSecondAnswerToADecidedApprovalIsRefused()
    {
        Approvals queue{ApprovalPolicy{}};
        const Approval asked = queue.request(entry(), price("1000"), money("12"), at(0));
        queue.decide(no(asked), price("1000"), at(1));
        SAME(queue.decide(yes(asked), price("1000"), at(2)).refusal, ApprovalRefusal::AlreadyDecided);
        SAME(queue.decide({ApprovalId(99), "", true, "ann", ""}, price("1000"), at(2)).refusal,
             ApprovalRefusal::UnknownApproval);
    }

    void racesFollowTheOrderOfEvents()
    {
        Approvals queue{ApprovalPolicy{}};
        const Approval asked = queue.request(entry(), price("1000"), money("12"), at(0));
        SAME(queue.expire(at(60)), std::vector<ApprovalId>{asked.id});
        SAME(queue.decide(yes(asked), price("1000"), at(60)).refusal, ApprovalRefusal::Expired);
        const Approval second = queue.request(entry(), price("1000"), money("12"), at(61));
        SAME(queue.decide(yes(second), price("1000"), at(62)).refusal, ApprovalRefusal::None);
        QVERIFY(queue.expire(at(500)).empty());
        QVERIFY(queue.onPrice(InstrumentId(1), price("2000"), at(500)).empty());
    }

    void S6_oneOperatorCannotBeTwo()
    {
        ApprovalPolicy policy;
        policy.twoOperatorsAbove = money("999");
        Approvals queue{policy};
        const Approval asked = queue.request(entry(), price("1000"), money("12"), at(0));
        SAME(queue.decide(yes(asked, "ann"), price("1000"), at(1)).approval.state, ApprovalState::Pending);
        SAME(queue.decide(yes(asked, "ann"), price("1000"), at(2)).refusal, ApprovalRefusal::SameOperator);
        const auto done = queue.decide(yes(asked, "bob"), price("1000"), at(3));
        SAME(done.approval.state, ApprovalState::Approved);
        SAME(done.approval.decidedBy, (std::vector<std::string>{"ann", "bob"}));
    }

    void leavingTheBandEndsIt()
    {
        Approvals queue{ApprovalPolicy{}};
        const Approval asked = queue.request(entry(), price("1000"), money("12"), at(0));
        QVERIFY(queue.onPrice(InstrumentId(2), price("1"), at(1)).empty());
        QVERIFY(queue.onPrice(InstrumentId(1), price("1005"), at(1)).empty());
        SAME(queue.onPrice(InstrumentId(1), price("994.99"), at(2)), std::vector<ApprovalId>{asked.id});
        SAME(queue.find(asked.id)->state, ApprovalState::OutsideBand);
        QVERIFY(!queue.hasPending(InstrumentId(1)));
    }

    void S6_afterARestartNothingIsApprovedBlindly()
    {
        Approvals before{ApprovalPolicy{}};
        const Approval asked = before.request(entry(), price("1000"), money("12"), at(0));
        Approvals queue{ApprovalPolicy{}};
        const auto bytes = codec::encoded(before);
        codec::BinaryReader(bytes).read(queue);
        queue.awaitPrices();
        SAME(queue.decide(yes(asked), price("1000"), at(5)).refusal, ApprovalRefusal::AwaitingPrice);

        Approvals inside = queue;
        SAME(inside.revalidate(asked.id, entry(), price("1001"), money("12"), at(6)).size(), std::size_t(1));
        SAME(inside.decide(yes(asked), price("1001"), at(7)).refusal, ApprovalRefusal::None);

        Approvals late = queue;
        late.revalidate(asked.id, entry(), price("1001"), money("12"), at(60));
        SAME(late.find(asked.id)->state, ApprovalState::Expired);

        Approvals moved = queue;
        const auto changed = moved.revalidate(asked.id, entry(), price("1010"), money("13"), at(6));
        SAME(changed.size(), std::size_t(2));
        const Approval &next = *moved.find(changed[1]);
        SAME(moved.find(asked.id)->state, ApprovalState::Superseded);
        SAME(moved.find(asked.id)->supersededBy, next.id);
        SAME(next.referencePrice, price("1010"));
        SAME(next.expires, at(60));
        QVERIFY(next.orderHash != asked.orderHash);
        SAME(moved.decide(yes(asked), price("1010"), at(7)).refusal, ApprovalRefusal::AlreadyDecided);
        SAME(moved.decide(yes(next), price("1010"), at(8)).refusal, ApprovalRefusal::None);
    }
};

QTEST_GUILESS_MAIN(TestApprovals)
#include "tst_approvals.moc"
