// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <coinswarm/decimal.h>

#include <QtTest/QtTest>

#include <cmath>
#include <limits>
#include <random>

using namespace coinswarm;

namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();

/// a × b ÷ c by long arithmetic in another way than the code under test: digit by digit, on the absolute values.
struct Reference {
    bool fits = true;
    std::int64_t value = 0;
};

__extension__ using Wide = __int128;

Reference reference(std::int64_t a, std::int64_t b, std::int64_t c, Rounding rounding)
{
    const Wide product = static_cast<Wide>(a) * b;
    Wide quotient = product / c;
    const Wide rest = product - quotient * c;
    const bool negative = (product < 0) != (c < 0);
    const Wide doubled = (rest < 0 ? -rest : rest) * 2;
    const Wide divisor = c < 0 ? -static_cast<Wide>(c) : static_cast<Wide>(c);
    const bool away = rest != 0
        && (rounding == Rounding::Up
            || (rounding == Rounding::HalfEven && (doubled > divisor || (doubled == divisor && quotient % 2 != 0))));
    quotient += away ? (negative ? -1 : 1) : 0;
    // The range is symmetric: −2⁶³ is no result.
    return {quotient <= kMost && quotient >= -static_cast<Wide>(kMost), static_cast<std::int64_t>(quotient)};
}

} // namespace

class TestDecimal : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void parses_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<qint64>("raw");
        QTest::newRow("zero") << "0" << qint64{0};
        QTest::newRow("one") << "1" << qint64{100'000'000};
        QTest::newRow("sign") << "-1.5" << qint64{-150'000'000};
        QTest::newRow("plus") << "+2" << qint64{200'000'000};
        QTest::newRow("no whole part") << ".25" << qint64{25'000'000};
        QTest::newRow("no fraction") << "3." << qint64{300'000'000};
        QTest::newRow("eight decimals") << "0.00000001" << qint64{1};
        QTest::newRow("zeros behind") << "0.1000000000000" << qint64{10'000'000};
        QTest::newRow("zeros before") << "000061824.10" << qint64{6'182'410'000'000};
        QTest::newRow("largest") << "92233720368.54775807" << qint64{kMost};
        QTest::newRow("smallest") << "-92233720368.54775807" << qint64{-kMost};
    }
    void parses()
    {
        QFETCH(QString, text);
        QFETCH(qint64, raw);
        const Result<Price> parsed = Price::parse(text.toStdString());
        QVERIFY(parsed.ok());
        QCOMPARE(parsed->raw, raw);
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("text");
        for (const char *text :
             {"", "-", "+", ".", "1e5", "1,000", " 1", "1 ", "0x10", "1.2.3", "--1", "nan", "inf", "0.123456789",
              "92233720368.54775808", "100000000000", "99999999999999999999999999", "1\u00B2"})
        {
            QTest::addRow("\"%s\"", text) << QString::fromUtf8(text);
        }
    }
    void refuses()
    {
        QFETCH(QString, text);
        const Result<Price> parsed = Price::parse(text.toStdString());
        QVERIFY(!parsed.ok());
        QVERIFY(!parsed.error().message.empty());
    }

    void parseRoundedIsHalfEven_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<qint64>("raw");
        QTest::newRow("below half") << "0.000000014" << qint64{1};
        QTest::newRow("half to even, down") << "0.000000025" << qint64{2};
        QTest::newRow("half to even, up") << "0.000000015" << qint64{2};
        QTest::newRow("just above half") << "0.0000000250000001" << qint64{3};
        QTest::newRow("negative") << "-0.000000015" << qint64{-2};
        QTest::newRow("carries") << "0.999999999" << qint64{100'000'000};
    }
    void parseRoundedIsHalfEven()
    {
        QFETCH(QString, text);
        QFETCH(qint64, raw);
        QCOMPARE(Price::parseRounded(text.toStdString())->raw, raw);
        QVERIFY(!Price::parse(text.toStdString()).ok());
    }
    void parseRoundedRefusesWhatRoundsBeyondTheLargest()
    {
        QVERIFY(!Price::parseRounded("92233720368.547758075").ok());
        QCOMPARE(Price::parseRounded("92233720368.547758074")->raw, kMost);
    }

    void formats_data()
    {
        QTest::addColumn<qint64>("raw");
        QTest::addColumn<int>("decimals");
        QTest::addColumn<QString>("text");
        QTest::newRow("zero") << qint64{0} << 0 << "0";
        QTest::newRow("zero, two decimals") << qint64{0} << 2 << "0.00";
        QTest::newRow("whole") << qint64{500'000'000} << 0 << "5";
        QTest::newRow("whole, two decimals") << qint64{500'000'000} << 2 << "5.00";
        QTest::newRow("fraction") << qint64{-1} << 0 << "-0.00000001";
        QTest::newRow("more than asked") << qint64{123'456'000} << 2 << "1.23456";
        QTest::newRow("all eight") << qint64{100'000'000} << 8 << "1.00000000";
        QTest::newRow("least of all") << qint64{kLeast} << 0 << "-92233720368.54775808";
    }
    void formats()
    {
        QFETCH(qint64, raw);
        QFETCH(int, decimals);
        QFETCH(QString, text);
        QCOMPARE(QString::fromStdString(toString(Money::fromRaw(raw), decimals)), text);
    }

    void textRoundTrips()
    {
        std::mt19937_64 random(1);
        for (int i = 0; i < 20'000; ++i) {
            const auto raw = static_cast<std::int64_t>(random()) >> (random() % 63);
            const Money value = Money::fromRaw(raw == kLeast ? 0 : raw);
            QCOMPARE(Money::parse(toString(value))->raw, value.raw);
            QCOMPARE(Money::parse(toString(value, 8))->raw, value.raw);
        }
    }

    void overflowThrows()
    {
        const Money most = Money::fromRaw(kMost);
        const Money one = Money::fromRaw(1);
        QVERIFY_EXCEPTION_THROWN(most + one, std::overflow_error);
        QVERIFY_EXCEPTION_THROWN(-most - one - one, std::overflow_error);
        QVERIFY_EXCEPTION_THROWN(-Money::fromRaw(kLeast), std::overflow_error);
        QVERIFY_EXCEPTION_THROWN(notional(Price::fromRaw(kMost), Quantity::fromInteger(2)), std::overflow_error);
        QVERIFY_EXCEPTION_THROWN(quantityFor(most, Price::fromRaw(1)), std::overflow_error);
        QVERIFY_EXCEPTION_THROWN(quantityFor(most, Price()), std::overflow_error);
        QCOMPARE((most - one + one).raw, kMost);
    }

    void roundingModes_data()
    {
        QTest::addColumn<qint64>("a");
        QTest::addColumn<int>("down");
        QTest::addColumn<int>("halfEven");
        QTest::addColumn<int>("up");
        // a × 1 ÷ 10
        QTest::newRow("exact") << qint64{20} << 2 << 2 << 2;
        QTest::newRow("below half") << qint64{24} << 2 << 2 << 3;
        QTest::newRow("half, even") << qint64{25} << 2 << 2 << 3;
        QTest::newRow("half, odd") << qint64{35} << 3 << 4 << 4;
        QTest::newRow("above half") << qint64{26} << 2 << 3 << 3;
        QTest::newRow("negative half, even") << qint64{-25} << -2 << -2 << -3;
        QTest::newRow("negative half, odd") << qint64{-35} << -3 << -4 << -4;
        QTest::newRow("negative above half") << qint64{-26} << -2 << -3 << -3;
    }
    void roundingModes()
    {
        QFETCH(qint64, a);
        QFETCH(int, down);
        QFETCH(int, halfEven);
        QFETCH(int, up);
        QCOMPARE(detail::multiplyDivide(a, 1, 10, Rounding::Down), down);
        QCOMPARE(detail::multiplyDivide(a, 1, 10, Rounding::HalfEven), halfEven);
        QCOMPARE(detail::multiplyDivide(a, 1, 10, Rounding::Up), up);
        QCOMPARE(detail::multiplyDivide(-a, 1, -10, Rounding::HalfEven), halfEven);
    }

    void productsAgreeWith128BitReference()
    {
        std::mt19937_64 random(2);
        int overflows = 0;
        for (int i = 0; i < 100'000; ++i) {
            const auto a = static_cast<std::int64_t>(random()) >> (random() % 60);
            const auto b = static_cast<std::int64_t>(random()) >> (random() % 60);
            auto c = static_cast<std::int64_t>(random()) >> (random() % 60);
            c = i % 3 == 0 ? detail::kDecimalScale : c == 0 ? 1 : c;
            for (const Rounding rounding : {Rounding::Down, Rounding::HalfEven, Rounding::Up}) {
                const Reference expected = reference(a, b, c, rounding);
                try {
                    const std::int64_t got = detail::multiplyDivide(a, b, c, rounding);
                    QVERIFY2(expected.fits && got == expected.value,
                             qPrintable(QStringLiteral("%1 * %2 / %3").arg(a).arg(b).arg(c)));
                } catch (const std::overflow_error &) {
                    QVERIFY2(!expected.fits, qPrintable(QStringLiteral("%1 * %2 / %3").arg(a).arg(b).arg(c)));
                    ++overflows;
                }
            }
        }
        QVERIFY(overflows > 1'000);
    }

    void fromDouble_data()
    {
        QTest::addColumn<double>("value");
        QTest::addColumn<bool>("ok");
        QTest::addColumn<qint64>("raw");
        QTest::newRow("half") << 0.5 << true << qint64{50'000'000};
        QTest::newRow("tenth") << 0.1 << true << qint64{10'000'000};
        QTest::newRow("negative") << -61'824.1 << true << qint64{-6'182'410'000'000};
        QTest::newRow("tiny") << 1e-12 << true << qint64{0};
        QTest::newRow("NaN") << std::nan("") << false << qint64{0};
        QTest::newRow("infinite") << std::numeric_limits<double>::infinity() << false << qint64{0};
        QTest::newRow("too large") << 1e11 << false << qint64{0};
        QTest::newRow("too small") << -1e11 << false << qint64{0};
    }
    void fromDouble()
    {
        QFETCH(double, value);
        QFETCH(bool, ok);
        QFETCH(qint64, raw);
        const Result<Ratio> made = Ratio::fromDouble(value);
        QCOMPARE(made.ok(), ok);
        QVERIFY(!ok || made->raw == raw);
    }

    void fromDoubleIsTheNearest()
    {
        std::mt19937_64 random(3);
        for (int i = 0; i < 20'000; ++i) {
            // Up to ten million; beyond that a double has not eight decimals left.
            const auto raw = static_cast<std::int64_t>(random() % 2'000'000'000'000'000ULL) - 1'000'000'000'000'000;
            const Price price = Price::fromRaw(raw);
            QCOMPARE(Price::fromDouble(price.toDouble())->raw, raw);
        }
    }

    void roundsDownToSteps()
    {
        const auto lots = [](std::int64_t value, std::int64_t step) {
            return roundedDownTo(Quantity::fromRaw(value), Quantity::fromRaw(step)).raw;
        };
        QCOMPARE(lots(1'999, 1'000), 1'000);
        QCOMPARE(lots(-1'999, 1'000), -1'000);
        QCOMPARE(lots(2'000, 1'000), 2'000);
        QCOMPARE(lots(999, 1'000), 0);
        QCOMPARE(lots(123, 0), 123);
    }

    void namedProducts()
    {
        QCOMPARE(toString(notional(*Price::parse("61824.10"), *Quantity::parse("-0.5"))), std::string("-30912.05"));
        QCOMPARE(toString(scaled(*Money::parse("100"), *Ratio::parse("0.001"))), std::string("0.1"));
        QCOMPARE(toString(quantityFor(*Money::parse("100"), *Price::parse("3"))), std::string("33.33333333"));
    }
};

QTEST_GUILESS_MAIN(TestDecimal)
#include "tst_decimal.moc"
