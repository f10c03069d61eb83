// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ticks/whole_books.h"

#include <QtTest/QTest>

using namespace coinswarm;
using namespace coinswarm::market;
using namespace coinswarm::ticks;

namespace {

BookDelta change(std::uint32_t instrument, Side side, std::int32_t price, std::int32_t quantity)
{
    return {InstrumentId(instrument),        side,        false, true, Price::fromInteger(price),
            Quantity::fromInteger(quantity), Timestamp{1}};
}

/// A whole book with one level on each side.
void showWhole(WholeBooks &books, std::uint32_t instrument)
{
    BookDelta bid = change(instrument, Side::Buy, 99, 1);
    bid.clears = true;
    bid.completes = false;
    books.onEvent(bid);
    books.onEvent(change(instrument, Side::Sell, 101, 1));
}

} // namespace

/// Books that are shown to those who have missed their beginning.
class TestWholeBooks : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whoReadsOnlyWhatIsShownHasTheSameBook()
    {
        WholeBooks books;
        OrderBook original;
        OrderBook late;
        const auto both = [&](const BookDelta &delta) {
            original.apply(delta);
            books.onEvent(delta);
        };
        showWhole(books, 1);
        original.apply(change(1, Side::Buy, 99, 1));
        original.apply(change(1, Side::Sell, 101, 1));
        both(change(1, Side::Buy, 98, 5));
        both(change(1, Side::Buy, 97, 7));
        both(change(1, Side::Sell, 102, 3));
        both(change(1, Side::Buy, 98, 0));
        books.onEvent(Trade{InstrumentId(1), Side::Buy, Price::fromInteger(101), {}, Timestamp{5}, 0});
        // What the late one believes is thrown away.
        late.apply(change(1, Side::Buy, 96, 1));
        const std::vector<MarketEvent> shown = books.show();
        QCOMPARE(shown.size(), std::size_t{4});
        for (const MarketEvent &event : shown) {
            // In order with what came before.
            QCOMPARE(visibleAt(event).ns, std::int64_t{5});
            QVERIFY(late.apply(std::get<BookDelta>(event)));
        }
        QCOMPARE(late.state(), BookState::Consistent);
        for (const Side side : {Side::Buy, Side::Sell}) {
            QCOMPARE(late.depth(side), std::size_t{2});
            for (std::size_t rank = 0; rank < 2; ++rank) {
                QVERIFY(late.level(side, rank) == original.level(side, rank));
            }
        }
    }

    void whatIsNotKnownFromItsBeginningIsNotShown()
    {
        WholeBooks books;
        QVERIFY(books.show().empty());
        books.onEvent(change(1, Side::Buy, 99, 1));
        books.onEvent(change(1, Side::Sell, 101, 1));
        QVERIFY(books.show().empty());
        showWhole(books, 1);
        QCOMPARE(books.show().size(), std::size_t{2});
        books.forget();
        books.onEvent(change(1, Side::Sell, 102, 1));
        QVERIFY(books.show().empty());
        showWhole(books, 1);
        QCOMPARE(books.show().size(), std::size_t{2});
    }

    void bookInTheMiddleOfAnUpdateIsLeftOut()
    {
        WholeBooks books;
        showWhole(books, 1);
        showWhole(books, 2);
        QCOMPARE(books.show().size(), std::size_t{4});
        BookDelta half = change(2, Side::Buy, 100, 1);
        half.completes = false;
        books.onEvent(half);
        const std::vector<MarketEvent> shown = books.show();
        QCOMPARE(shown.size(), std::size_t{2});
        QCOMPARE(std::get<BookDelta>(shown[0]).instrument.value, 1U);
    }

    void crossedBookIsLeftOut()
    {
        WholeBooks books;
        showWhole(books, 1);
        books.onEvent(change(1, Side::Buy, 101, 1));
        QVERIFY(books.show().empty());
    }
};

QTEST_GUILESS_MAIN(TestWholeBooks)
#include "tst_whole_books.moc"
