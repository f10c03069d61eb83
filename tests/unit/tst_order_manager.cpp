// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "desk_bench.h"

#include "trading/order_manager.h"
#include "trading/order_states.h"

#include <QtTest/QtTest>

using namespace coinswarm;
using namespace coinswarm::test;
using namespace coinswarm::trading;

namespace {

struct Book {
    explicit Book(OrderSettings settings = {}) : orders(std::move(settings)) {}
    /// An order of 1 that is on its way to the venue since second 0.
    Order send()
    {
        Order draft;
        draft.instrument = InstrumentId(1);
        draft.quantity = quantity("1");
        const OrderId id = orders.create(draft, AgentId(2), RegimeId(3), at(0));
        if (!orders.beginSubmit(id, at(0))) {
            qFatal("a proposed order could not be sent");
        }
        return orders.find(id)->order;
    }
    ReportOutcome say(const VenueReport &report, double seconds = 1) { return orders.apply(report, at(seconds)); }
    OrderState state(const Order &order) const { return orders.find(order.id)->order.state; }

    OrderManager orders;
};

} // namespace

class TestOrderManager : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void clientIdsAreUniqueAndFound()
    {
        OrderSettings settings;
        settings.session = "paper-1";
        Book book(settings);
        const Order first = book.send();
        const Order second = book.send();
        SAME(first.clientId, std::string("cs-paper-1-1"));
        SAME(second.clientId, std::string("cs-paper-1-2"));
        SAME(book.orders.findByClientId("cs-paper-1-2")->order.id, second.id);
        for (const char *other : {"cs-paper-2-2", "2", "", "cs-paper-1-", "cs-paper-1-2x", "cs-paper-1-99"}) {
            QVERIFY2(book.orders.findByClientId(other) == nullptr, other);
        }
    }

    void finalStatesAreLeftOnlyOnTheVenuesProof()
    {
        for (int from = 0; from < 14; ++from) {
            for (int to = 0; to < 14; ++to) {
                const auto a = static_cast<OrderState>(from);
                const auto b = static_cast<OrderState>(to);
                if (isFinal(a) && isLegalTransition(a, b)) {
                    QVERIFY(a == OrderState::Cancelled || a == OrderState::VenueRejected);
                    QVERIFY(b == OrderState::Filled || b == OrderState::CancelRequested);
                }
                QVERIFY(b != OrderState::Proposed || !isLegalTransition(a, b));
                QVERIFY(a != b || !isLegalTransition(a, b));
            }
        }
    }

    void anIllegalTransitionIsRefusedAndChangesNothing()
    {
        Book book;
        const Order order = book.send();
        const auto refused = book.orders.transition(order.id, OrderState::AwaitingApproval, "", at(1));
        QVERIFY(!refused.ok());
        SAME(refused.error().kind, ErrorKind::Refused);
        SAME(book.state(order), OrderState::Submitting);
    }

    void partialFillsAddUp()
    {
        Book book;
        const Order order = book.send();
        book.say(report(ReportKind::Accepted, order));
        QVERIFY(book.say(filled(order, "100", "0.4", "a", "0.04")).fill.has_value());
        SAME(book.state(order), OrderState::PartlyFilled);
        book.say(filled(order, "101", "0.6", "b", "0.06"));
        const Order done = book.orders.find(order.id)->order;
        SAME(done.state, OrderState::Filled);
        SAME(done.filledNotional, money("100.6"));
        SAME(done.fees, money("0.1"));
        QVERIFY(book.orders.active().empty());
    }

    void aFillBeforeItsAcceptanceCounts()
    {
        Book book;
        const Order order = book.send();
        book.say(filled(order, "100", "0.4", "a"));
        SAME(book.state(order), OrderState::PartlyFilled);
        book.say(report(ReportKind::Accepted, order));
        SAME(book.state(order), OrderState::PartlyFilled);
    }

    void aFillThatCrossesACancelIsBooked()
    {
        Book book;
        const Order order = book.send();
        book.say(report(ReportKind::Accepted, order));
        QVERIFY(book.orders.beginCancel(order.id, "", at(1)));
        QVERIFY(!book.orders.beginCancel(order.id, "", at(1)));
        QVERIFY(book.say(filled(order, "100", "0.4", "a")).fill.has_value());
        SAME(book.state(order), OrderState::CancelRequested);
        book.say(report(ReportKind::Cancelled, order));
        SAME(book.state(order), OrderState::Cancelled);
        SAME(book.orders.find(order.id)->order.filled, quantity("0.4"));
    }

    void aFillAfterTheEndIsBookedAndReported()
    {
        Book book;
        const Order order = book.send();
        book.say(report(ReportKind::Accepted, order));
        book.orders.beginCancel(order.id, "", at(1));
        book.say(report(ReportKind::Cancelled, order));
        const auto outcome = book.say(filled(order, "100", "1", "a"));
        QVERIFY(outcome.fill.has_value());
        SAME(outcome.alerts.front().code, std::string("late_fill"));
        SAME(book.state(order), OrderState::Filled);
    }

    void L2_aSubmitWithoutAnswerIsUnknownAndAskedForNeverFailed()
    {
        Book book;
        const Order order = book.send();
        QVERIFY(book.orders.takeDue(at(4.9)).empty());
        SAME(book.orders.takeDue(at(5)), std::vector<OrderId>{order.id});
        SAME(book.state(order), OrderState::Unknown);
        QVERIFY(book.orders.active().count(order.id) == 1);
        QVERIFY(book.orders.takeDue(at(5.1)).empty()); // patient: the next question comes later
        book.say(working(order));
        SAME(book.state(order), OrderState::Accepted);
        SAME(book.orders.nextDeadline(), std::optional<Timestamp>());
    }

    void L2_whatNeverArrivedEndsOnlyAfterTheVenueSaysSo()
    {
        Book book;
        const Order order = book.send();
        const auto unasked = book.say(report(ReportKind::NotFound, order));
        SAME(unasked.alerts.front().code, std::string("unasked_answer"));
        SAME(book.state(order), OrderState::Submitting);
        book.orders.takeDue(at(5));
        book.say(report(ReportKind::NotFound, order));
        SAME(book.state(order), OrderState::VenueRejected);
        QVERIFY(book.orders.find(order.id)->order.reason.find("never arrived") != std::string::npos);
    }

    void L1_whatArrivesAfterItWasGivenUpIsCancelledLoudly()
    {
        for (const bool partlyFilled : {false, true}) {
            Book book;
            const Order order = book.send();
            book.orders.takeDue(at(5));
            book.say(report(ReportKind::NotFound, order));
            const auto outcome = partlyFilled ? book.say(filled(order, "100", "0.4", "a"))
                                              : book.say(report(ReportKind::Accepted, order));
            QVERIFY(outcome.cancel);
            SAME(outcome.fill.has_value(), partlyFilled);
            SAME(outcome.alerts.back().code, std::string("late_arrival"));
            SAME(book.state(order), OrderState::CancelRequested);
            book.say(report(ReportKind::Cancelled, order));
            SAME(book.state(order), OrderState::Cancelled);
        }
    }

    void L10_afterADisconnectionEveryOrderThatMayBeThereIsAskedFor()
    {
        Book book;
        const Order open = book.send();
        const Order filled = book.send();
        const Order onItsWay = book.send();
        book.say(report(ReportKind::Accepted, open));
        book.say(report(ReportKind::Accepted, filled));
        book.say(test::filled(filled, "1000", "1", "f1"));
        SAME(book.orders.askAll(at(2)), std::vector<OrderId>{open.id});
        const auto answer = book.say(test::filled(open, "1000", "1", "f2"), 3);
        QVERIFY(answer.fill.has_value());
        SAME(book.state(open), OrderState::Filled);
        SAME(book.state(onItsWay), OrderState::Submitting);
    }

    void L4_aCancelOfAnOrderThatIsGoneEndsAfterOneQuestion()
    {
        Book book;
        const Order order = book.send();
        book.say(report(ReportKind::Accepted, order));
        book.orders.beginCancel(order.id, "", at(1));
        const auto refused = book.say(report(ReportKind::CancelRejected, order, "unknown order"));
        QVERIFY(refused.query);
        QVERIFY(!refused.cancel);
        const auto answer = book.say(report(ReportKind::NotFound, order));
        QVERIFY(!answer.cancel && !answer.query);
        SAME(book.state(order), OrderState::Cancelled);
        QVERIFY(!book.say(report(ReportKind::CancelRejected, order, "unknown order")).query);
    }

    void L4_cancellingAWorkingOrderGivesUpAfterThreeAttempts()
    {
        Book book;
        const Order order = book.send();
        book.say(report(ReportKind::Accepted, order));
        book.orders.beginCancel(order.id, "", at(1));
        int cancels = 1;
        for (int round = 0; round < 20; ++round) {
            book.say(report(ReportKind::CancelRejected, order, "busy"));
            cancels += book.say(working(order)).cancel ? 1 : 0;
        }
        SAME(cancels, 3);
        SAME(book.state(order), OrderState::Accepted);
    }

    void L5_aTotalIsNeverBookedOnlyFillsAre()
    {
        Book book;
        const Order order = book.send();
        book.orders.beginReconcile(at(10));
        const auto outcome = book.say(working(order, "0.4"), 11);
        QVERIFY(!outcome.fill.has_value());
        SAME(outcome.alerts.front().code, std::string("fills_missing"));
        QVERIFY(book.orders.isReconciling());
        SAME(book.orders.find(order.id)->order.filled, Quantity());
        QVERIFY(!book.orders.takeDue(at(60)).empty()); // it asks again
        book.say(filled(order, "100", "0.4", "a"), 61);
        QVERIFY(book.orders.isReconciling());
        book.say(working(order, "0.4"), 61);
        QVERIFY(!book.orders.isReconciling());
        SAME(book.state(order), OrderState::PartlyFilled);
    }

    void L6_reconciliationKeepsAWorkingOrder()
    {
        Book book;
        const Order order = book.send();
        book.say(report(ReportKind::Accepted, order));
        SAME(book.orders.beginReconcile(at(10)), std::vector<OrderId>{order.id});
        SAME(book.state(order), OrderState::Unknown);
        book.say(working(order), 11);
        SAME(book.state(order), OrderState::Accepted);
        QVERIFY(book.orders.active().count(order.id) == 1);
    }

    void anUnknownClientIdIsReportedAndNotAdopted()
    {
        Book book;
        Order stranger;
        stranger.clientId = "web-order-1";
        const auto outcome = book.say(filled(stranger, "100", "1", "a"));
        QVERIFY(!outcome.order);
        QVERIFY(!outcome.fill.has_value());
        SAME(outcome.alerts.front().code, std::string("unknown_order"));
    }

    void aFillWithoutSubstanceIsNotBooked()
    {
        Book book;
        const Order order = book.send();
        for (const VenueReport &bad : {filled(order, "0", "1", "a"), filled(order, "100", "0", "b"),
                                       filled(order, "100", "-1", "c"), filled(order, "100", "1", "")})
        {
            const auto outcome = book.say(bad);
            QVERIFY(!outcome.fill.has_value());
            QVERIFY(outcome.query);
        }
        SAME(book.orders.find(order.id)->order.filled, Quantity());
    }

    void finalOrdersLeaveMemoryOldestFirst()
    {
        OrderSettings settings;
        settings.retention = 2;
        Book book(settings);
        std::vector<Order> sent;
        for (int i = 0; i < 4; ++i) {
            sent.push_back(book.send());
            book.say(report(ReportKind::Rejected, sent.back(), "no"));
        }
        const Order open = book.send();
        SAME(book.orders.takeRetired()->order.id, sent[0].id);
        SAME(book.orders.takeRetired()->order.id, sent[1].id);
        QVERIFY(!book.orders.takeRetired().has_value());
        QVERIFY(book.orders.find(sent[1].id) == nullptr);
        QVERIFY(book.orders.find(open.id) != nullptr);
    }

    void savedAndRestoredItContinuesIdentically()
    {
        Book first;
        const Order order = first.send();
        first.say(filled(order, "100", "0.4", "a"));
        first.send();
        first.orders.takeDue(at(5));
        Book second;
        const auto bytes = codec::encoded(first.orders);
        codec::BinaryReader(bytes).read(second.orders);
        for (Book *book : {&first, &second}) {
            book->say(filled(order, "100", "0.6", "b"));
            book->send();
            book->orders.takeDue(at(30));
        }
        SAME(codec::encoded(first.orders), codec::encoded(second.orders));
    }
};

QTEST_GUILESS_MAIN(TestOrderManager)
#include "tst_order_manager.moc"
