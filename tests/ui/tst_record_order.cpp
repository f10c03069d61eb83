// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/record_order.h"

#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QtTest>

#include <random>

using namespace coinswarm;
using namespace coinswarm::ui;
using namespace Qt::StringLiterals;

namespace {

struct Row {
    quint64 id = 0;
    int size = 0;
    QString name;
};

constexpr int kId = 0;
constexpr int kSize = 1;
constexpr int kName = 2;

/// Counts how many cells are made, which is what tables cost.
class Rows : public RecordModel<Row>
{
public:
    explicit Rows(const Formats &formats, std::size_t limit = kMostRows)
        : RecordModel(
            formats, [](const Row &row) { return row.id; },
            {
                {u"id"_s,
                 {},
                 Qt::AlignRight,
                 40,
                 [this](const Row &row, const Formats &) {
                     ++cells;
                     return Cell{QString::number(row.id), QVariant::fromValue(row.id)};
                 },
                 true},
                {u"size"_s,
                 {},
                 Qt::AlignRight,
                 40,
                 [this](const Row &row, const Formats &) {
                     ++cells;
                     return Cell{QString::number(row.size), row.size};
                 }},
                {u"name"_s,
                 {},
                 Qt::AlignLeft,
                 40,
                 [this](const Row &row, const Formats &) {
                     ++cells;
                     return Cell{row.name};
                 }},
            },
            limit)
    {}
    std::uint64_t cells = 0;
};

Row rowOf(quint64 id)
{
    const auto mixed = static_cast<int>((id * 2'654'435'761U) % 1'000'003);
    return {id, mixed, mixed % 100 == 0 ? u"rare"_s : u"usual"_s};
}

std::vector<Row> manyRows(quint64 count)
{
    std::vector<Row> rows;
    rows.reserve(count);
    for (quint64 id = 1; id <= count; ++id) {
        rows.push_back(rowOf(id));
    }
    return rows;
}

QList<quint64> shown(const RecordOrder &order)
{
    QList<quint64> ids;
    for (int row = 0; row < order.rowCount(); ++row) {
        ids.append(order.index(row, kId).data(RecordModelBase::KeyRole).toULongLong());
    }
    return ids;
}

void fetchAll(RecordOrder &order)
{
    while (order.canFetchMore({}) || order.busy()) {
        order.fetchMore({});
        QCoreApplication::processEvents();
    }
}

} // namespace

/// Rows as a table shows them: filtered, sorted, fetched on demand.
class RecordOrderTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void newestFirstCostsNothingPerRow();
    void pagesAreFetchedOnDemand();
    void millionRowsAreSortedInSlices();
    void filterStopsWhenThePageIsFull();
    void rareMatchesAreFoundInSlices();
    void pageDoesNotGrowWithWhatArrives();
    void equalsAPlainSortAfterAnything_data();
    void equalsAPlainSortAfterAnything();
    void keepsTheRulesOfModels_data() { equalsAPlainSortAfterAnything_data(); }
    void keepsTheRulesOfModels();
    void farSelectionIsRevealed();
};

void RecordOrderTest::newestFirstCostsNothingPerRow()
{
    const Formats formats;
    Rows rows(formats);
    RecordOrder order(rows);
    order.sort(kId, Qt::DescendingOrder);
    rows.assign(manyRows(1'000'000));
    QCOMPARE(rows.cells, 0U);
    QCOMPARE(order.rowCount(), RecordOrder::kPage);
    QCOMPARE(shown(order).first(), 1'000'000U);
    rows.cells = 0;
    rows.upsert(rowOf(1'000'001));
    QCOMPARE(rows.cells, 0U);
    QCOMPARE(rows.rowCount(), 1'000'000); // bounded: the oldest has left
    QCOMPARE(shown(order).first(), 1'000'001U);
}

void RecordOrderTest::pagesAreFetchedOnDemand()
{
    const Formats formats;
    Rows rows(formats);
    RecordOrder order(rows);
    rows.assign(manyRows(2'500));
    QCOMPARE(order.rowCount(), 1'000);
    QVERIFY(order.canFetchMore({}));
    order.fetchMore({});
    QCOMPARE(order.rowCount(), 2'000);
    order.fetchMore({});
    QCOMPARE(order.rowCount(), 2'500);
    QVERIFY(!order.canFetchMore({}));
    QCOMPARE(shown(order).last(), 2'500U);
}

void RecordOrderTest::millionRowsAreSortedInSlices()
{
    const Formats formats;
    Rows rows(formats);
    RecordOrder order(rows);
    rows.assign(manyRows(1'000'000));
    rows.cells = 0;
    order.sort(kSize, Qt::AscendingOrder);
    std::uint64_t most = rows.cells;
    QVERIFY(order.busy());
    QCOMPARE(order.rowCount(), RecordOrder::kPage); // the order before stays while keys are read
    while (order.busy()) {
        const std::uint64_t before = rows.cells;
        QCoreApplication::processEvents();
        most = std::max(most, rows.cells - before);
    }
    // No turn of the event loop looks at more than a slice, so no turn is long.
    QVERIFY2(most <= 2 * RecordOrder::kSlice, qPrintable(QString::number(most)));
    QCOMPARE(order.rowCount(), RecordOrder::kPage);
    for (int row = 1; row < order.rowCount(); ++row) {
        QVERIFY(order.index(row - 1, kSize).data(RecordModelBase::SortRole).toInt()
                <= order.index(row, kSize).data(RecordModelBase::SortRole).toInt());
    }
    rows.cells = 0;
    rows.upsert({2'000'000, -5, u"smallest"_s});
    QCOMPARE(shown(order).first(), 2'000'000U);
    QVERIFY2(rows.cells < 50, qPrintable(QString::number(rows.cells)));
}

void RecordOrderTest::filterStopsWhenThePageIsFull()
{
    const Formats formats;
    Rows rows(formats);
    RecordOrder order(rows);
    order.sort(kId, Qt::DescendingOrder);
    rows.assign(manyRows(1'000'000));
    order.setFilter(u"USUAL"_s);
    while (order.busy()) {
        QCoreApplication::processEvents();
    }
    QCOMPARE(order.rowCount(), RecordOrder::kPage);
    QVERIFY2(rows.cells < 10'000, qPrintable(QString::number(rows.cells)));
    QVERIFY(order.canFetchMore({}));
}

void RecordOrderTest::rareMatchesAreFoundInSlices()
{
    const Formats formats;
    Rows rows(formats);
    RecordOrder order(rows);
    order.sort(kId, Qt::DescendingOrder);
    std::vector<Row> many = manyRows(50'000);
    many[3].name = u"needle"_s;
    rows.assign(many);
    order.setFilter(u"needle"_s);
    QVERIFY(order.busy());
    QCOMPARE(order.rowCount(), 0);
    rows.upsert({60'000, 1, u"needle"_s}); // arrives while the rest is still being looked at
    QCOMPARE(shown(order), (QList<quint64>{60'000}));
    QTRY_VERIFY(!order.busy());
    QCOMPARE(shown(order), (QList<quint64>{60'000, 4}));
    order.setFilter({});
    QCOMPARE(order.rowCount(), RecordOrder::kPage);
}

void RecordOrderTest::pageDoesNotGrowWithWhatArrives()
{
    const Formats formats;
    Rows rows(formats);
    RecordOrder order(rows);
    order.sort(kId, Qt::DescendingOrder);
    for (quint64 id = 1; id <= 10'000; ++id) {
        rows.upsert(rowOf(id));
    }
    QVERIFY(order.rowCount() <= 2 * RecordOrder::kPage);
    QCOMPARE(shown(order).first(), 10'000U);
    fetchAll(order);
    QCOMPARE(order.rowCount(), 10'000);
    QCOMPARE(shown(order).last(), 1U);
}

void RecordOrderTest::equalsAPlainSortAfterAnything_data()
{
    QTest::addColumn<int>("column");
    QTest::addColumn<bool>("descending");
    QTest::addColumn<QString>("filter");
    for (const int column : {-1, kId, kSize, kName}) {
        for (const bool descending : {false, true}) {
            for (const char *filter : {"", "7", "usual"}) {
                QTest::addRow("column %d %s '%s'", column, descending ? "down" : "up", filter)
                    << column << descending << QString::fromLatin1(filter);
            }
        }
    }
}

void RecordOrderTest::equalsAPlainSortAfterAnything()
{
    QFETCH(const int, column);
    QFETCH(const bool, descending);
    QFETCH(const QString, filter);
    const Formats formats;
    Rows rows(formats, 3'000);
    RecordOrder order(rows);
    order.sort(column, descending ? Qt::DescendingOrder : Qt::AscendingOrder);
    order.setFilter(filter);
    std::mt19937 random(static_cast<std::uint32_t>(column * 7 + (descending ? 3 : 0) + filter.size()));
    quint64 next = 0;
    for (int act = 0; act < 6'000; ++act) {
        const auto draw = random() % 100;
        if (draw < 70 || next < 10) {
            rows.upsert(rowOf(++next));
        } else if (draw < 98) {
            Row changed = rowOf(next - random() % std::min<quint64>(next, 2'000));
            if (rows.find(changed.id) != nullptr) {
                changed.size = static_cast<int>(random() % 1'000'003);
                changed.name = random() % 2 == 0 ? u"usual"_s : u"changed"_s;
                rows.upsert(changed);
            }
        } else if (draw == 98) {
            order.fetchMore({});
        } else {
            QCoreApplication::processEvents();
        }
    }
    fetchAll(order);
    std::vector<Row> expected;
    for (int row = 0; row < rows.rowCount(); ++row) {
        const Row &each = rows.row(row);
        if (QString::number(each.id).contains(filter) || QString::number(each.size).contains(filter)
            || each.name.contains(filter))
        {
            expected.push_back(each);
        }
    }
    const auto less = [column](const Row &a, const Row &b) {
        if (column == kSize) {
            return a.size < b.size;
        }
        return column == kName && a.name < b.name;
    };
    std::stable_sort(expected.begin(), expected.end(), less);
    if (column == kId && descending) {
        std::reverse(expected.begin(), expected.end());
    } else if (column > kId && descending) {
        std::reverse(expected.begin(), expected.end());
    }
    QList<quint64> ids;
    for (const Row &each : expected) {
        ids.append(each.id);
    }
    QCOMPARE(shown(order), ids);
}

void RecordOrderTest::keepsTheRulesOfModels()
{
    QFETCH(const int, column);
    QFETCH(const bool, descending);
    QFETCH(const QString, filter);
    const Formats formats;
    Rows rows(formats, 20);
    RecordOrder order(rows);
    QAbstractItemModelTester tester(&order, QAbstractItemModelTester::FailureReportingMode::QtTest);
    order.sort(column, descending ? Qt::DescendingOrder : Qt::AscendingOrder);
    order.setFilter(filter);
    for (quint64 id = 1; id <= 60; ++id) {
        rows.upsert(rowOf(id));
        Row changed = rowOf(id - id % 7);
        changed.size = static_cast<int>(id * 7'919 % 100);
        if (rows.find(changed.id) != nullptr) {
            rows.upsert(changed);
        }
    }
    rows.assign(manyRows(15));
    QVERIFY(order.rowCount() <= 15);
}

void RecordOrderTest::farSelectionIsRevealed()
{
    const Formats formats;
    Rows rows(formats);
    RecordOrder order(rows);
    order.sort(kId, Qt::DescendingOrder);
    rows.assign(manyRows(100'000));
    order.reveal(95'000 - 1);
    QVERIFY(order.mapFromSource(rows.index(95'000 - 1, 0)).isValid());
    const int fetched = order.rowCount();
    order.reveal(0); // too far to fetch everything between
    QCOMPARE(order.rowCount(), fetched);
}

QTEST_MAIN(RecordOrderTest)
#include "tst_record_order.moc"
