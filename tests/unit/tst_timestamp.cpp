// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <coinswarm/timestamp.h>

#include <QtCore/QDateTime>
#include <QtCore/QTimeZone>
#include <QtTest/QtTest>

#include <random>

using namespace coinswarm;

class TestTimestamp : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void formats_data()
    {
        QTest::addColumn<qint64>("ns");
        QTest::addColumn<QString>("text");
        QTest::newRow("epoch") << qint64{0} << "1970-01-01T00:00:00.000Z";
        QTest::newRow("a millisecond before") << qint64{-1'000'000} << "1969-12-31T23:59:59.999Z";
        QTest::newRow("a nanosecond before") << qint64{-1} << "1969-12-31T23:59:59.999Z";
        QTest::newRow("leap day") << qint64{1'709'164'800'000'000'000} << "2024-02-29T00:00:00.000Z";
        QTest::newRow("parts of milliseconds are cut")
            << qint64{1'704'067'200'123'999'999} << "2024-01-01T00:00:00.123Z";
    }
    void formats()
    {
        QFETCH(qint64, ns);
        QFETCH(QString, text);
        QCOMPARE(QString::fromStdString(toString(Timestamp{ns})), text);
    }

    void agreesWithQt()
    {
        std::mt19937_64 random(1);
        for (int i = 0; i < 5'000; ++i) {
            const auto ms = static_cast<qint64>(random() % 8'000'000'000'000ULL) - 2'000'000'000'000;
            const QDateTime expected = QDateTime::fromMSecsSinceEpoch(ms, QTimeZone::utc());
            QCOMPARE(QString::fromStdString(toString(Timestamp::fromMilliseconds(ms))),
                     expected.toString(QStringLiteral("yyyy-MM-ddTHH:mm:ss.zzz")) + QLatin1Char('Z'));
            QCOMPARE(startOfDay(Timestamp::fromMilliseconds(ms)).milliseconds(),
                     QDateTime(expected.date(), QTime(0, 0), QTimeZone::utc()).toMSecsSinceEpoch());
        }
    }

    void startOfDayIsItself()
    {
        const Timestamp day{1'704'067'200'000'000'000};
        QVERIFY(startOfDay(day) == day);
        QVERIFY(startOfDay(day - Duration(1)) == day - std::chrono::hours(24));
        QVERIFY(startOfDay(day + std::chrono::hours(24) - Duration(1)) == day);
    }

    void arithmetic()
    {
        const Timestamp t = Timestamp::fromMilliseconds(1'500);
        QCOMPARE((t + std::chrono::seconds(1)).milliseconds(), 2'500);
        QCOMPARE((t - std::chrono::seconds(2)).milliseconds(), -500);
        QVERIFY(t - Timestamp() == std::chrono::milliseconds(1'500));
        QVERIFY(Timestamp() < t);
    }
};

QTEST_GUILESS_MAIN(TestTimestamp)
#include "tst_timestamp.moc"
