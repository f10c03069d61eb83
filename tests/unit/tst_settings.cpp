// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <coinswarm/settings.h>

#include <QtTest/QtTest>

#include <cmath>

using namespace coinswarm;

namespace {

std::vector<SettingSpec> specs()
{
    return {{"fast", "bars", std::int64_t{10}, 2, 500, {}},
            {"threshold", "level", 25.0, 0, 100, {}},
            {"enabled", "on", true, 0, -1, {}},
            {"mode", "how", std::string("drop"), 0, -1, {"drop", "repair"}},
            {"name", "free text", std::string(), 0, -1, {}}};
}

using Given = std::map<std::string, SettingValue, std::less<>>;

} // namespace

class TestSettings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void defaultsFillIn()
    {
        const Result<Settings> made = checkedSettings(specs(), {});
        QVERIFY(made.ok());
        QCOMPARE(made->integer("fast"), 10);
        QCOMPARE(made->real("threshold"), 25.0);
        QCOMPARE(made->boolean("enabled"), true);
        QCOMPARE(made->text("mode"), std::string("drop"));
    }

    void givenValuesWin()
    {
        const Result<Settings> made = checkedSettings(
            specs(), {{"fast", std::int64_t{500}}, {"threshold", std::int64_t{30}}, {"mode", std::string("repair")}});
        QVERIFY(made.ok());
        QCOMPARE(made->integer("fast"), 500);
        QCOMPARE(made->real("threshold"), 30.0); // an integer where a number is declared
        QCOMPARE(made->text("mode"), std::string("repair"));
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<int>("row");
        QTest::addColumn<QString>("says");
        QTest::newRow("unknown, near") << "fats" << 0 << "did you mean \"fast\"";
        QTest::newRow("unknown, far") << "zzzzzzzzzzzz" << 0 << "unknown key";
        QTest::newRow("wrong type") << "fast" << 1 << "must be an integer";
        QTest::newRow("number for an integer") << "fast" << 2 << "must be an integer";
        QTest::newRow("too small") << "fast" << 3 << "between";
        QTest::newRow("too large") << "fast" << 4 << "between";
        QTest::newRow("not a number") << "threshold" << 5 << "between";
        QTest::newRow("no choice") << "mode" << 1 << "one of: drop, repair";
    }
    void refuses()
    {
        QFETCH(QString, key);
        QFETCH(int, row);
        QFETCH(QString, says);
        const SettingValue values[] = {std::int64_t{5}, std::string("x"),  5.5,
                                       std::int64_t{1}, std::int64_t{501}, std::nan("")};
        const Result<Settings> made = checkedSettings(specs(), Given{{key.toStdString(), values[row]}});
        QVERIFY(!made.ok());
        QVERIFY2(QString::fromStdString(made.error().message).contains(says), made.error().message.c_str());
    }

    void theBoundsThemselvesAreFine()
    {
        QVERIFY(checkedSettings(specs(), Given{{"fast", std::int64_t{2}}}).ok());
        QVERIFY(checkedSettings(specs(), Given{{"fast", std::int64_t{500}}}).ok());
        QVERIFY(checkedSettings(specs(), Given{{"threshold", 0.0}}).ok());
    }

    void readingWhatIsNotThereThrows()
    {
        const Settings settings = checkedSettings(specs(), {}).value();
        QVERIFY_EXCEPTION_THROWN((void)settings.integer("slow"), std::out_of_range);
        QVERIFY_EXCEPTION_THROWN((void)settings.real("fast"), std::bad_variant_access);
    }

    void nearestWords()
    {
        const std::vector<std::string> words{"fast", "slow", "threshold"};
        QCOMPARE(nearestWord("fsat", words), std::string("fast"));
        QCOMPARE(nearestWord("treshold", words), std::string("threshold"));
        QCOMPARE(nearestWord("completely-different", {"x"}), std::string());
        QCOMPARE(nearestWord("a", {}), std::string());
    }
};

QTEST_GUILESS_MAIN(TestSettings)
#include "tst_settings.moc"
