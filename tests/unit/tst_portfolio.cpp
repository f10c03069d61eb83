// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "desk_bench.h"

#include <QtTest/QtTest>

#include <random>

using namespace coinswarm;
using namespace coinswarm::test;
using namespace coinswarm::trading;

namespace {

Fill fill(Side side, const char *at, const char *amount, const char *fee, const std::string &id, Timestamp time = {})
{
    Fill made;
    made.instrument = InstrumentId(1);
    made.side = side;
    made.price = price(at);
    made.quantity = quantity(amount);
    made.notional = notional(made.price, made.quantity);
    made.fee = money(fee);
    made.time = time;
    made.venueFillId = id;
    return made;
}

} // namespace

class TestPortfolio : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void buyAndSellMovesCashExactly()
    {
        Portfolio books(1, money("1000"));
        QVERIFY(!books.book(fill(Side::Buy, "100", "2", "0.2", "a", at(1)), {}).closed);
        SAME(books.account().cash, money("799.8"));
        SAME(books.position(InstrumentId(1)).averagePrice, price("100"));
        const auto trip = books.book(fill(Side::Sell, "110", "2", "0.22", "b", at(2)), {}).closed;
        QVERIFY(trip.has_value());
        SAME(trip->pnl, money("19.58"));
        SAME(trip->entryPrice, price("100"));
        SAME(trip->exitPrice, price("110"));
        SAME(trip->entryTime, at(1));
        SAME(trip->exitTime, at(2));
        SAME(books.account().cash, money("1019.58"));
        SAME(books.account().equity, money("1019.58"));
        SAME(books.position(InstrumentId(1)).cost, Money());
    }

    void reductionLeavesTheRemainderInTheCost()
    {
        Portfolio books(1, money("1000"));
        books.book(fill(Side::Buy, "10", "0.00000003", "0", "a"), {});
        books.book(fill(Side::Sell, "10", "0.00000001", "0", "b"), {});
        books.book(fill(Side::Sell, "10", "0.00000001", "0", "c"), {});
        books.book(fill(Side::Sell, "10", "0.00000001", "0", "d"), {});
        QVERIFY(books.checkInvariants().ok());
        SAME(books.account().cash, money("1000"));
        SAME(books.account().realised, Money());
    }

    void flipClosesOneTripAndOpensAnother()
    {
        Portfolio books(1, money("1000"));
        books.book(fill(Side::Buy, "100", "1", "0", "a", at(1)), {});
        const auto trip = books.book(fill(Side::Sell, "90", "3", "0.27", "b", at(2)), {}).closed;
        QVERIFY(trip.has_value());
        SAME(trip->side, Side::Buy);
        SAME(trip->pnl, money("-10.09"));
        const Position &position = books.position(InstrumentId(1));
        SAME(position.quantity, quantity("-2"));
        SAME(position.cost, money("-180"));
        SAME(position.opened, at(2));
        const auto second = books.book(fill(Side::Buy, "80", "2", "0.16", "c", at(3)), {}).closed;
        QVERIFY(second.has_value());
        SAME(second->side, Side::Sell);
        SAME(second->pnl, money("19.66"));
        SAME(books.account().cash, money("1009.57"));
    }

    void L7_fillReportedTwiceIsBookedOnce()
    {
        Portfolio books(1, money("1000"));
        QVERIFY(!books.book(fill(Side::Buy, "100", "1", "0.1", "a"), {}).duplicate);
        const Account before = books.account();
        QVERIFY(books.book(fill(Side::Buy, "100", "1", "0.1", "a"), {}).duplicate);
        QVERIFY(books.account() == before);
        QVERIFY(books.hasFill(InstrumentId(1), "a"));
        QVERIFY(!books.hasFill(InstrumentId(1), "b"));
    }

    void S2_buyingBelowAnOldMarkMakesNoPeak()
    {
        Portfolio books(1, money("1000"));
        books.mark(InstrumentId(1), price("100"), at(0));
        // The bar that fills has gapped to 80; the engine hears of its close after the fill.
        books.book(fill(Side::Buy, "80", "10", "0", "a"), {});
        SAME(books.account().drawdown, Ratio());
        books.mark(InstrumentId(1), price("80"), at(1));
        SAME(books.account().equity, money("1000"));
        SAME(books.account().peakEquity, money("1000"));
        SAME(books.account().drawdown, Ratio());
        // What a sale earns is earned, and what a purchase costs is lost.
        books.book(fill(Side::Sell, "90", "5", "0", "b"), {});
        SAME(books.account().peakEquity, money("1050"));
        books.book(fill(Side::Buy, "101", "5", "0", "c"), {});
        SAME(books.account().equity, money("945"));
        SAME(books.account().drawdown, ratio("0.1"));
    }
    void S2_drawdownIsMeasuredFromThePeakNotFromTheStart()
    {
        Portfolio books(1, money("1000"));
        books.book(fill(Side::Buy, "100", "5", "0", "a"), {});
        books.mark(InstrumentId(1), price("200"), at(1)); // equity 1500
        books.mark(InstrumentId(1), price("140"), at(2)); // equity 1200: above the start, 20 % below the peak
        SAME(books.account().peakEquity, money("1500"));
        SAME(books.account().drawdown, ratio("0.2"));
        books.mark(InstrumentId(1), price("220"), at(3)); // a new peak at 1600
        SAME(books.account().drawdown, Ratio());
        SAME(books.maxDrawdown(), ratio("0.2"));
        books.mark(InstrumentId(1), price("124"), at(4)); // equity 1120: 30 % below
        SAME(books.maxDrawdown(), ratio("0.3"));
    }

    void dayStartsWithTheEquityThatItsFirstEventFinds()
    {
        Portfolio books(1, money("1000"));
        books.mark(InstrumentId(1), price("100"), at(0));
        books.book(fill(Side::Buy, "100", "5", "0", "a"), {});
        books.mark(InstrumentId(1), price("110"), at(10));
        SAME(books.account().dayStartEquity, money("1000"));
        books.mark(InstrumentId(1), price("90"), at(24 * 3600)); // the gap over midnight belongs to the new day
        SAME(books.account().dayStartEquity, money("1050"));
        SAME(books.account().equity, money("950"));
    }

    void slippageIsWeightedByNotionalAndPositiveWhenWorse()
    {
        Portfolio books(1, money("1000"));
        FillContext context;
        context.referencePrice = price("100");
        books.book(fill(Side::Buy, "101", "1", "0", "a"), context); // 100 bp worse
        const auto trip = books.book(fill(Side::Sell, "101", "1", "0", "b"), context).closed; // 100 bp better
        QVERIFY(trip.has_value());
        QVERIFY(std::abs(trip->slippageBps) < 1e-9);
    }

    void randomFillsKeepTheBooksExact()
    {
        std::mt19937_64 random(1);
        Portfolio books(1, Money::fromInteger(1'000'000));
        Money signedSum;
        Money fees;
        Money closed;
        for (int i = 0; i < 20'000; ++i) {
            Fill next;
            next.instrument = InstrumentId(1);
            next.side = random() % 2 == 0 ? Side::Buy : Side::Sell;
            next.price = Price::fromRaw(static_cast<std::int64_t>(random() % 9'000'000'000) + 1);
            next.quantity = Quantity::fromRaw(static_cast<std::int64_t>(random() % 300'000'000) + 1);
            next.notional = notional(next.price, next.quantity);
            next.fee = Money::fromRaw(static_cast<std::int64_t>(random() % 2'000) - 500);
            next.venueFillId = std::to_string(i);
            signedSum += next.side == Side::Buy ? next.notional : -next.notional;
            fees += next.fee;
            if (const auto trip = books.book(next, {}).closed) {
                closed += trip->pnl;
            }
            books.mark(InstrumentId(1), Price::fromRaw(static_cast<std::int64_t>(random() % 9'000'000'000) + 1), at(i));
            const auto sound = books.checkInvariants();
            QVERIFY2(sound.ok(), sound.ok() ? "" : sound.error().message.c_str());
        }
        SAME(books.account().cash, Money::fromInteger(1'000'000) - signedSum - fees);
        // Bring it flat: then all profit is in round trips, to the last unit.
        const Quantity left = books.position(InstrumentId(1)).quantity;
        Fill last = fill(left.isPositive() ? Side::Sell : Side::Buy, "50", "1", "0", "last");
        last.quantity = abs(left);
        last.notional = notional(last.price, last.quantity);
        closed += books.book(last, {}).closed->pnl;
        SAME(books.account().cash, Money::fromInteger(1'000'000) + closed);
    }

    void savedAndRestoredItContinuesIdentically()
    {
        Portfolio first(1, money("1000"));
        first.mark(InstrumentId(1), price("100"), at(0));
        first.book(fill(Side::Buy, "100", "3", "0.1", "a", at(1)), {});
        Portfolio second(1, money("1"));
        const auto bytes = codec::encoded(first);
        codec::BinaryReader(bytes).read(second);
        for (Portfolio *books : {&first, &second}) {
            books->mark(InstrumentId(1), price("120"), at(2));
            books->book(fill(Side::Sell, "119", "1", "0.1", "b", at(3)), {});
            QVERIFY(books->book(fill(Side::Buy, "100", "3", "0.1", "a"), {}).duplicate);
        }
        SAME(codec::encoded(first), codec::encoded(second));
    }
};

QTEST_GUILESS_MAIN(TestPortfolio)
#include "tst_portfolio.moc"
