// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "codec/binary_writer.h"
#include "market/order_book.h"
#include "shared_data.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtTest/QtTest>

#include <algorithm>

using namespace coinswarm;
using namespace coinswarm::market;

namespace {

BookDelta delta(Side side, int price, int quantity, bool completes = true, bool clears = false)
{
    BookDelta d;
    d.instrument = InstrumentId(1);
    d.side = side;
    d.price = Price::fromInteger(price);
    d.quantity = Quantity::fromInteger(quantity);
    d.completes = completes;
    d.clears = clears;
    return d;
}

int units(Price price)
{
    return static_cast<int>(price.raw / Price::kScale);
}

/// A recorded Binance stream, as BookDeltas.
class RecordedBook
{
public:
    OrderBook book;
    std::uint64_t lastUpdateId = 0;
    bool synchronised = false;

    void applySnapshot(const QJsonObject &snapshot)
    {
        lastUpdateId = snapshot[QLatin1String("lastUpdateId")].toVariant().toULongLong();
        apply(snapshot[QLatin1String("bids")].toArray(), snapshot[QLatin1String("asks")].toArray(), true);
        synchronised = true;
    }

    /// False if the update is older than the book.
    bool applyUpdate(const QJsonObject &data)
    {
        const auto first = data[QLatin1String("U")].toVariant().toULongLong();
        const auto last = data[QLatin1String("u")].toVariant().toULongLong();
        if (last <= lastUpdateId) {
            return false;
        }
        if (first > lastUpdateId + 1) {
            qFatal("a gap before update %llu", static_cast<unsigned long long>(first));
        }
        apply(data[QLatin1String("b")].toArray(), data[QLatin1String("a")].toArray(), false);
        lastUpdateId = last;
        return true;
    }

private:
    void apply(const QJsonArray &bids, const QJsonArray &asks, bool clears)
    {
        const auto count = bids.size() + asks.size();
        for (qsizetype i = 0; i < count; ++i) {
            const QJsonArray level = (i < bids.size() ? bids[i] : asks[i - bids.size()]).toArray();
            BookDelta d;
            d.instrument = InstrumentId(1);
            d.side = i < bids.size() ? Side::Buy : Side::Sell;
            d.price = *Price::parse(level[0].toString().toStdString());
            d.quantity = *Quantity::parse(level[1].toString().toStdString());
            d.clears = clears && i == 0;
            d.completes = i + 1 == count;
            if (!book.apply(d)) {
                qFatal("a level was refused");
            }
        }
    }
};

} // namespace

class TestBook : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void levelsAreKeptInOrder();
    void topIsThatOfTheLastCompleteUpdate();
    void snapshotReplacesEverything();
    void crossedBookIsReportedUntilMended();
    void impossibleLevelsAreRefused();
    void randomUpdatesAgreeWithASortedMap();
    void restoredBookIsEqual();

    void recordedStreamGivesTheExpectedTopAndFinalBook_data();
    void recordedStreamGivesTheExpectedTopAndFinalBook();
};

void TestBook::levelsAreKeptInOrder()
{
    OrderBook book;
    for (const int price : {100, 98, 99, 97}) {
        book.apply(delta(Side::Buy, price, price));
    }
    for (const int price : {103, 101, 102}) {
        book.apply(delta(Side::Sell, price, price));
    }
    QCOMPARE(book.depth(Side::Buy), std::size_t{4});
    QCOMPARE(units(book.best(Side::Buy).price), 100);
    QCOMPARE(units(book.best(Side::Sell).price), 101);
    QCOMPARE(units(book.level(Side::Buy, 1).price), 99);
    QCOMPARE(units(book.level(Side::Sell, 2).price), 103);
    book.apply(delta(Side::Buy, 100, 0));
    book.apply(delta(Side::Buy, 55, 0)); // not there: normal
    book.apply(delta(Side::Buy, 99, 7));
    QCOMPARE(units(book.best(Side::Buy).price), 99);
    QVERIFY(book.best(Side::Buy).quantity == Quantity::fromInteger(7));
    QVERIFY(book.quantityAt(Side::Sell, Price::fromInteger(102)) == Quantity::fromInteger(102));
    QVERIFY(book.quantityAt(Side::Sell, Price::fromInteger(100)).isZero());
}

void TestBook::topIsThatOfTheLastCompleteUpdate()
{
    OrderBook book;
    QCOMPARE(book.state(), BookState::Empty);
    book.apply(delta(Side::Buy, 100, 1, false));
    QCOMPARE(book.best(Side::Buy), BookLevel());
    book.apply(delta(Side::Sell, 101, 1, true));
    QCOMPARE(book.state(), BookState::Consistent);
    book.apply(delta(Side::Buy, 102, 1, false)); // crossed, but the update goes on
    QCOMPARE(units(book.best(Side::Buy).price), 100);
    book.apply(delta(Side::Sell, 101, 0, false));
    book.apply(delta(Side::Sell, 103, 1, true));
    QCOMPARE(units(book.best(Side::Buy).price), 102);
    QCOMPARE(book.state(), BookState::Consistent);
    QCOMPARE(book.crossings(), std::uint64_t{0});
}

void TestBook::snapshotReplacesEverything()
{
    OrderBook book;
    book.apply(delta(Side::Buy, 100, 1));
    book.apply(delta(Side::Sell, 101, 1));
    book.apply(delta(Side::Buy, 90, 1, false, true));
    book.apply(delta(Side::Sell, 91, 1, true));
    QCOMPARE(book.depth(Side::Buy), std::size_t{1});
    QCOMPARE(units(book.best(Side::Buy).price), 90);
    QCOMPARE(units(book.best(Side::Sell).price), 91);
    book.clear();
    QCOMPARE(book.state(), BookState::Empty);
    QCOMPARE(book.best(Side::Sell), BookLevel());
}

void TestBook::crossedBookIsReportedUntilMended()
{
    OrderBook book;
    book.apply(delta(Side::Sell, 101, 1));
    book.apply(delta(Side::Buy, 101, 1)); // locked counts as crossed: no market stays so
    QCOMPARE(book.state(), BookState::Crossed);
    QCOMPARE(book.crossings(), std::uint64_t{1});
    book.apply(delta(Side::Sell, 101, 0));
    QCOMPARE(book.state(), BookState::Empty);
    book.apply(delta(Side::Sell, 102, 1));
    QCOMPARE(book.state(), BookState::Consistent);
}

void TestBook::impossibleLevelsAreRefused()
{
    OrderBook book;
    QVERIFY(!book.apply(delta(Side::Buy, 0, 1)));
    QVERIFY(!book.apply(delta(Side::Buy, -5, 1)));
    QVERIFY(!book.apply(delta(Side::Buy, 5, -1)));
    QCOMPARE(book.depth(Side::Buy), std::size_t{0});
}

void TestBook::randomUpdatesAgreeWithASortedMap()
{
    OrderBook book;
    std::map<std::int64_t, std::int64_t> bids;
    std::map<std::int64_t, std::int64_t> asks;
    std::uint32_t state = 1;
    for (int i = 0; i < 20'000; ++i) {
        state = state * 1'664'525U + 1'013'904'223U;
        const Side side = (state >> 20U) % 2 == 0 ? Side::Buy : Side::Sell;
        const int price = static_cast<int>((state >> 8U) % 100) + (side == Side::Buy ? 1 : 101);
        const int quantity = static_cast<int>((state >> 24U) % 4);
        book.apply(delta(side, price, quantity));
        auto &model = side == Side::Buy ? bids : asks;
        if (quantity == 0) {
            model.erase(price);
        } else {
            model[price] = quantity;
        }
        QCOMPARE(book.depth(Side::Buy), bids.size());
        QCOMPARE(book.depth(Side::Sell), asks.size());
        QCOMPARE(units(book.best(Side::Buy).price), bids.empty() ? 0 : static_cast<int>(bids.rbegin()->first));
        QCOMPARE(units(book.best(Side::Sell).price), asks.empty() ? 0 : static_cast<int>(asks.begin()->first));
    }
    std::size_t rank = 0;
    for (const auto &[price, quantity] : asks) {
        QCOMPARE(units(book.level(Side::Sell, rank).price), static_cast<int>(price));
        QVERIFY(book.level(Side::Sell, rank++).quantity == Quantity::fromInteger(static_cast<int>(quantity)));
    }
}

void TestBook::restoredBookIsEqual()
{
    OrderBook book;
    for (int i = 0; i < 50; ++i) {
        book.apply(delta(Side::Buy, 100 - i, i + 1, i % 3 == 0));
        book.apply(delta(Side::Sell, 101 + i, i + 1, i % 5 == 0));
    }
    OrderBook copy;
    const auto bytes = codec::encoded(book);
    codec::BinaryReader(bytes).read(copy);
    QCOMPARE(copy.best(Side::Buy), book.best(Side::Buy));
    QCOMPARE(copy.depth(Side::Sell), std::size_t{50});
    QVERIFY(codec::encoded(copy) == bytes);
}

void TestBook::recordedStreamGivesTheExpectedTopAndFinalBook_data()
{
    QTest::addColumn<QByteArray>("stem");
    QTest::newRow("spot") << QByteArray("l2/binance_spot_BTCUSDT_20240808");
}

void TestBook::recordedStreamGivesTheExpectedTopAndFinalBook()
{
    QFETCH(QByteArray, stem);
    REQUIRE_SHARED_DATA((stem + ".raw.jsonl.gz").constData());
    const std::string raw = shared_data::content((stem + ".raw.jsonl.gz").constData());
    const shared_data::Table top((stem + ".top.csv.gz").constData());
    const shared_data::Table finalBook((stem + ".finalbook.csv.gz").constData());

    RecordedBook recorded;
    std::vector<QJsonObject> waiting; // updates before the snapshot
    std::size_t row = 0;
    bool agrees = true;
    const auto update = [&](const QJsonObject &data) {
        if (!recorded.applyUpdate(data)) {
            return;
        }
        agrees = agrees && row < top.rows()
            && recorded.lastUpdateId == static_cast<std::uint64_t>(top.integer(row, "last_update_id"))
            && recorded.book.best(Side::Buy).price == *Price::parse(top.text(row, "best_bid"))
            && recorded.book.best(Side::Sell).price == *Price::parse(top.text(row, "best_ask"))
            && recorded.book.state() == BookState::Consistent;
        ++row;
    };
    for (const std::string_view line : shared_data::split(raw, '\n')) {
        const auto space = line.find(' ');
        // The stream also has trades and quotes, which are most of it.
        if (space == std::string_view::npos
            || (line.find("depthUpdate") == std::string_view::npos
                && line.find("lastUpdateId") == std::string_view::npos))
        {
            continue;
        }
        const auto json = line.substr(space + 1);
        const QJsonObject object =
            QJsonDocument::fromJson(QByteArray::fromRawData(json.data(), static_cast<qsizetype>(json.size()))).object();
        if (object.contains(QLatin1String("lastUpdateId"))) {
            recorded.applySnapshot(object);
            for (const QJsonObject &data : waiting) {
                update(data);
            }
        } else if (recorded.synchronised) {
            update(object[QLatin1String("data")].toObject());
        } else {
            waiting.push_back(object[QLatin1String("data")].toObject());
        }
        QVERIFY2(agrees, qPrintable(QStringLiteral("top of book differs at row %1").arg(row)));
    }
    QCOMPARE(row, top.rows());
    QCOMPARE(recorded.book.crossings(), std::uint64_t{0});

    QCOMPARE(recorded.book.depth(Side::Buy) + recorded.book.depth(Side::Sell), finalBook.rows());
    for (std::size_t i = 0; i < finalBook.rows(); ++i) {
        const Side side = finalBook.text(i, "side") == "bid" ? Side::Buy : Side::Sell;
        QVERIFY(recorded.book.quantityAt(side, *Price::parse(finalBook.text(i, "price")))
                == *Quantity::parse(finalBook.text(i, "qty")));
    }
}

QTEST_APPLESS_MAIN(TestBook)
#include "tst_book.moc"
