// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/equity_history.h"
#include "models/orders_model.h"
#include "models/regimes_model.h"
#include "models/risk_text.h"
#include "theme/colors.h"

#include <QtTest/QtTest>

using namespace coinswarm;
using namespace coinswarm::api;
using namespace coinswarm::ui;
using namespace Qt::StringLiterals;

/// Lists that change in place, and the texts in them.
class RecordModelTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knownKeyChangesItsRow();
    void listIsBounded();
    void changedCellIsMarked();
    void fixedTextIsExact_data();
    void fixedTextIsExact();
    void riskCheckShowsItsNumbers();
    void equityHistoryStaysBounded();
    void textTokensCanBeRead_data();
    void textTokensCanBeRead();

private:
    static Order order(std::uint64_t id)
    {
        Order made;
        made.id = OrderId(id);
        made.quantity = Quantity::fromInteger(2);
        return made;
    }
};

void RecordModelTest::knownKeyChangesItsRow()
{
    const Formats formats;
    OrdersModel model(formats);
    QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    QSignalSpy inserts(&model, &QAbstractItemModel::rowsInserted);
    QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
    for (std::uint64_t id = 1; id <= 10; ++id) {
        model.upsert(order(id));
    }
    Order changed = order(4);
    changed.state = OrderState::Filled;
    model.upsert(changed);
    QCOMPARE(resets.count(), 0);
    QCOMPARE(inserts.count(), 10);
    QCOMPARE(changes.count(), 1);
    QCOMPARE(model.rowCount(), 10);
    QCOMPARE(model.find(4)->state, OrderState::Filled);
}

void RecordModelTest::listIsBounded()
{
    const Formats formats;
    RegimesModel model(formats);
    for (std::uint64_t id = 1; id <= 5'050; ++id) {
        Regime regime;
        regime.id = RegimeId(id);
        model.upsert(regime);
    }
    QCOMPARE(model.rowCount(), 5'000);
    QCOMPARE(model.row(0).id, RegimeId(51));
    QCOMPARE(model.find(50), nullptr);
    QCOMPARE(model.rowOfKey(5'050), 4'999);
}

void RecordModelTest::changedCellIsMarked()
{
    const Formats formats;
    OrdersModel model(formats);
    model.upsert(order(1));
    Order changed = order(1);
    changed.filled = Quantity::fromInteger(1);
    model.upsert(changed);
    int marked = 0;
    for (int column = 0; column < model.columnCount(); ++column) {
        marked += model.index(0, column).data(RecordModelBase::ChangedAgoRole).isValid() ? 1 : 0;
    }
    QCOMPARE(marked, 1);
}

void RecordModelTest::fixedTextIsExact_data()
{
    QTest::addColumn<qint64>("raw");
    QTest::addColumn<int>("decimals");
    QTest::addColumn<bool>("always");
    QTest::addColumn<QString>("expected");
    QTest::newRow("grouped") << qint64{1'021'480'000'000} << 2 << false << u"10,214.80"_s;
    QTest::newRow("negative with a real minus") << qint64{-3'820'000'000} << 2 << false << u"−38.20"_s;
    QTest::newRow("sign on changes") << qint64{4'200'000} << 4 << true << u"+0.0420"_s;
    QTest::newRow("zero has no sign") << qint64{-1} << 2 << true << u"0.00"_s;
    QTest::newRow("half away from zero") << qint64{500'000} << 2 << false << u"0.01"_s;
    QTest::newRow("lowest") << std::numeric_limits<qint64>::min() << 8 << false << u"−92,233,720,368.54775808"_s;
}

void RecordModelTest::fixedTextIsExact()
{
    QFETCH(const qint64, raw);
    QFETCH(const int, decimals);
    QFETCH(const bool, always);
    QFETCH(const QString, expected);
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    QCOMPARE(fixedText(raw, decimals, always ? Sign::Always : Sign::WhenNegative), expected);
}

void RecordModelTest::riskCheckShowsItsNumbers()
{
    Instrument instrument;
    instrument.quote = "USDT";
    RiskCheck check;
    check.passed = true;
    check.unit = CheckUnit::Money;
    check.rule = CheckRule::AtMost;
    check.actual = 120'450'000'000;
    check.limit = 500'000'000'000;
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    QCOMPARE(checkNumbers(check, &instrument), u"1,204.50 ≤ 5,000.00 USDT"_s);
}

void RecordModelTest::equityHistoryStaysBounded()
{
    EquityHistory history;
    Account account;
    account.equity = Money::fromInteger(10'000);
    for (int i = 0; i < 100'000; ++i) {
        history.add(Timestamp{1'000'000'000LL * (i + 1)}, account);
    }
    QVERIFY(history.points().size() <= EquityHistory::kMaxPoints);
    QVERIFY(history.points().size() > EquityHistory::kMaxPoints / 4);
    QCOMPARE(history.points().front().time.ns, 1'000'000'000LL);
    QCOMPARE(history.points().back().time.ns, 100'000'000'000'000LL);
}

void RecordModelTest::textTokensCanBeRead_data()
{
    QTest::addColumn<bool>("dark");
    QTest::addColumn<bool>("colourBlind");
    for (const bool dark : {true, false}) {
        for (const bool blind : {true, false}) {
            QTest::addRow("%s%s", dark ? "dark" : "light", blind ? " colour-blind" : "") << dark << blind;
        }
    }
}

void RecordModelTest::textTokensCanBeRead()
{
    QFETCH(const bool, dark);
    QFETCH(const bool, colourBlind);
    const Colors c = dark ? darkColors(colourBlind) : lightColors(colourBlind);
    for (const Tone tone : {Tone::Normal, Tone::Muted, Tone::Accent, Tone::Up, Tone::Down, Tone::Warn, Tone::Danger}) {
        QVERIFY2(contrast(toneColor(c, tone), c.surface) >= 4.5, qPrintable(QString::number(static_cast<int>(tone))));
    }
}

QTEST_MAIN(RecordModelTest)
#include "tst_record_model.moc"
