// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "api/rejection.h"
#include "memory/state/memory_policy.h"

#include <QtTest/QtTest>

#include <set>

using namespace coinswarm;
using namespace coinswarm::memory;

namespace {

QString rejectionTable()
{
    QString table = QStringLiteral("| code | name | what was wrong |\n|---|---|---|\n");
    for (std::size_t i = 0; i < kEnumNames<api::Rejection>.size(); ++i) {
        const auto rejection = static_cast<api::Rejection>(i);
        table += QStringLiteral("| %1 | `%2` | %3 |\n")
                     .arg(i)
                     .arg(QString::fromUtf8(std::string(enumName(rejection)).c_str()),
                          QString::fromUtf8(std::string(explanationOf(rejection)).c_str()));
    }
    return table;
}

QString policyTable()
{
    QString table = QStringLiteral("| number | value |\n|---|---|\n");
    const auto row = [&](const char *what, double value) {
        table += QStringLiteral("| %1 | %2 |\n").arg(QString::fromUtf8(what)).arg(value, 0, 'g', 12);
    };
    row("squared distance of an episode that joins a pattern from its centre, at most", kPatternRadius);
    row("squared distance of a pattern's centre from where it was founded, at most", kPatternDrift);
    row("promotion: episodes, at least", kPromoteEpisodes);
    row("promotion: days, at least", kPromoteDays);
    row("promotion: Sharpe ratio, at least", kPromoteSharpe);
    row("promotion: drawdown, at most", kPromoteDrawdown);
    row("deviation of daily rewards below which the Sharpe ratio is 0", kLeastDeviation);
    row("decay: episodes that are looked at, and at least there", kDecayEpisodes);
    row("decay: standard errors of their mean below zero, more than", kDecayErrors);
    row("decay of a promoted pattern: Sharpe ratio below", kDecaySharpe);
    row("decay of a promoted pattern: drawdown above", kDecayDrawdown);
    row("weight of an agent, at least", kLeastWeight);
    row("weight of an agent, at most", kMostWeight);
    row("weights may miss 1 by", kWeightsTolerance);
    row("episodes without which no weights change", kWeightEpisodes);
    row("what was put in, in roundings of the profit, at least", kLeastWorth);
    return table;
}

} // namespace

class TestMemoryDocument : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyRejectionHasItsOwnNameAndSentence()
    {
        std::set<std::string_view> names;
        std::set<std::string_view> sentences;
        for (std::size_t i = 0; i < kEnumNames<api::Rejection>.size(); ++i) {
            QVERIFY(names.insert(enumName(static_cast<api::Rejection>(i))).second);
            QVERIFY(sentences.insert(explanationOf(static_cast<api::Rejection>(i))).second);
        }
        QCOMPARE(enumName(api::Rejection::WrongState), kEnumNames<api::Rejection>.back());
        QVERIFY(sentences.insert(explanationOf(static_cast<api::Rejection>(60'000))).second);
    }

    void theTablesOfTheDocumentAreThoseOfTheCode()
    {
        QFile file(QStringLiteral(COINSWARM_SOURCE_DIR "/docs/memory.md"));
        QVERIFY2(file.open(QIODevice::ReadOnly), "docs/memory.md is missing");
        QString text = QString::fromUtf8(file.readAll());
        file.close();
        if (qEnvironmentVariableIsSet("COINSWARM_UPDATE_DOCS")) {
            replaceTable(text, QStringLiteral("| code | name |"), rejectionTable());
            replaceTable(text, QStringLiteral("| number | value |"), policyTable());
            QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
            file.write(text.toUtf8());
            file.close();
        }
        const char *advice = "docs/memory.md is not what the code says; run this test with COINSWARM_UPDATE_DOCS=1";
        QVERIFY2(text.contains(rejectionTable() + QLatin1Char('\n')), advice);
        QVERIFY2(text.contains(policyTable() + QLatin1Char('\n')), advice);
    }

private:
    /// From the line that begins so to the next empty one.
    static void replaceTable(QString &text, const QString &begin, const QString &table)
    {
        const qsizetype from = text.indexOf(begin);
        const qsizetype to = text.indexOf(QStringLiteral("\n\n"), from);
        QVERIFY(from >= 0 && to > from);
        text.replace(from, to + 1 - from, table);
    }
};

QTEST_GUILESS_MAIN(TestMemoryDocument)
#include "tst_memory_document.moc"
