// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "decision/committee.h"

#include <QtTest/QtTest>

using namespace coinswarm;
using namespace coinswarm::decision;

namespace {

/// "B0.8" is a BUY with confidence 0.8, "S", "H" likewise, "V" a veto, "-" an agent that did not vote.
CountedVote vote(const QString &text, const char *size = "0")
{
    CountedVote counted;
    if (text == QStringLiteral("-")) {
        return counted;
    }
    counted.status = VoteStatus::Voted;
    const QChar kind = text[0];
    counted.vote.action = kind == QLatin1Char('B') ? Action::Buy
        : kind == QLatin1Char('S')                 ? Action::Sell
                                                   : Action::Hold;
    counted.vote.veto = kind == QLatin1Char('V');
    counted.vote.confidence = text.mid(1).toDouble();
    counted.vote.size = *Quantity::parse(size);
    return counted;
}

std::vector<CommitteeMember> members(const std::vector<double> &weights, std::size_t vetoer = 99)
{
    std::vector<CommitteeMember> all;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        all.push_back({"agent" + std::to_string(i + 1), weights[i], i == vetoer});
    }
    return all;
}

Instrument bitcoin()
{
    Instrument instrument;
    instrument.id = InstrumentId(1);
    instrument.lot = *Quantity::parse("0.001");
    return instrument;
}

} // namespace

class TestCommittee : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Three agents with 0.4, 0.3 and 0.3; the third may veto. Threshold 0.25.
    void decides_data()
    {
        QTest::addColumn<QStringList>("votes");
        QTest::addColumn<QString>("held");
        QTest::addColumn<int>("action");
        QTest::addColumn<double>("score");
        QTest::addColumn<bool>("vetoed");
        QTest::addColumn<QString>("dissent");
        const auto row = [](const char *name, const char *votes, const char *held, Action action, double score,
                            bool vetoed, const char *dissent) {
            QTest::newRow(name) << QString::fromLatin1(votes).split(QLatin1Char(' ')) << QString::fromLatin1(held)
                                << static_cast<int>(action) << score << vetoed << QString::fromLatin1(dissent);
        };
        row("all hold", "H0 H0 H0", "0", Action::Hold, 0, false, "");
        row("all buy", "B1 B1 B1", "0", Action::Buy, 1, false, "");
        row("all sell", "S1 S1 S1", "0", Action::Sell, -1, false, "");
        row("the guard's hold does not dilute", "B0.7 H0 H0", "0", Action::Buy, 0.4, false, "");
        row("another's hold does", "B0.4 H0 H0", "0", Action::Hold, 0.16 / 0.7, false, "1");
        row("at the threshold", "B0.4375 H0 H0", "0", Action::Buy, 0.25, false, "");
        row("just below", "B0.43 H0 H0", "0", Action::Hold, 0.172 / 0.7, false, "1");
        row("selling at the threshold", "S0.4375 H0 H0", "0", Action::Sell, -0.25, false, "");
        row("one against one", "B0.75 S1 H0", "0", Action::Hold, 0, false, "12");
        row("overruled", "B1 S0.2 H0", "0", Action::Buy, 0.34 / 0.7, false, "2");
        row("a veto stops a buy", "B1 B1 V1", "0", Action::Hold, 1, true, "12");
        row("a veto stops a sell to open", "S1 S1 V1", "0", Action::Hold, -1, true, "12");
        row("a veto keeps nobody in a long", "S1 S1 V1", "0.5", Action::Sell, -1, true, "3");
        row("a veto keeps nobody in a short", "B1 B1 V1", "-0.5", Action::Buy, 1, true, "3");
        row("a veto stops adding to a long", "B1 B1 V1", "0.5", Action::Hold, 1, true, "12");
        row("a veto without a cause", "H0 H0 V1", "0", Action::Hold, 0, true, "");
        row("no right to a veto", "V1 B1 H0", "0", Action::Buy, 0.3 / 0.7, false, "1");
        row("absent agents do not dilute", "B0.5 - -", "0", Action::Buy, 0.5, false, "");
        row("only the guard answers", "- - H0", "0", Action::Hold, 0, false, "");
        row("the guard may have an opinion", "H0 H0 S1", "1", Action::Sell, -0.3, false, "");
    }
    void decides()
    {
        QFETCH(QStringList, votes);
        QFETCH(QString, held);
        QFETCH(int, action);
        QFETCH(double, score);
        QFETCH(bool, vetoed);
        QFETCH(QString, dissent);
        std::vector<CountedVote> counted;
        for (const QString &text : votes) {
            counted.push_back(vote(text));
        }
        const Decision decision =
            Committee({.threshold = 0.25, .minimumVoters = 1})
                .decide(members({0.4, 0.3, 0.3}, 2), counted, bitcoin(), *Quantity::parse(held.toStdString()));
        QCOMPARE(static_cast<int>(decision.action), action);
        QVERIFY2(qAbs(decision.score - score) < 1e-12, qPrintable(QString::number(decision.score)));
        QCOMPARE(decision.vetoed, vetoed);
        QCOMPARE(decision.vetoedBy.value, vetoed ? 3U : 0U);
        QString against;
        double sum = 0;
        for (const CountedVote &each : decision.votes) {
            against += each.dissents ? QString::number(each.agent.value) : QString();
            sum += each.contribution;
        }
        QCOMPARE(against, dissent);
        QCOMPARE(sum, decision.score);
        QVERIFY(!decision.summary.empty());
        QCOMPARE(decision.threshold, 0.25);
    }

    void tooFewVotersHold()
    {
        const Committee committee({.threshold = 0.1, .minimumVoters = 2});
        const Decision held = committee.decide(members({0.5, 0.5}),
                                               {vote(QStringLiteral("B1")), vote(QStringLiteral("-"))}, bitcoin(), {});
        QVERIFY(held.action == Action::Hold);
        QVERIFY(held.summary.find("only 1 of at least 2") != std::string::npos);
        const Decision bought = committee.decide(
            members({0.5, 0.5}), {vote(QStringLiteral("B1")), vote(QStringLiteral("H0"))}, bitcoin(), {});
        QVERIFY(bought.action == Action::Buy);
    }

    void sizeIsTheSupportersMeanInWholeLots_data()
    {
        QTest::addColumn<QStringList>("votes");
        QTest::addColumn<QStringList>("sizes");
        QTest::addColumn<QString>("size");
        const QStringList two{QStringLiteral("B1"), QStringLiteral("B1")};
        QTest::newRow("even") << two << QStringList{QStringLiteral("0.2"), QStringLiteral("0.4")} << "0.3";
        QTest::newRow("down to the lot") << two << QStringList{QStringLiteral("0.2"), QStringLiteral("0.2019")}
                                         << "0.2";
        QTest::newRow("below a lot is nothing")
            << two << QStringList{QStringLiteral("0.0009"), QStringLiteral("0.0009")} << "0";
        QTest::newRow("who names no size leaves it to the other")
            << two << QStringList{QStringLiteral("0"), QStringLiteral("0.4")} << "0.4";
        QTest::newRow("nobody names one") << two << QStringList{QStringLiteral("0"), QStringLiteral("0")} << "0";
        QTest::newRow("weighted by contribution") << QStringList{QStringLiteral("B0.75"), QStringLiteral("B0.25")}
                                                  << QStringList{QStringLiteral("0.4"), QStringLiteral("0.8")} << "0.5";
        QTest::newRow("the other side has no say") << QStringList{QStringLiteral("B1"), QStringLiteral("S0.2")}
                                                   << QStringList{QStringLiteral("0.4"), QStringLiteral("9")} << "0.4";
    }
    void sizeIsTheSupportersMeanInWholeLots()
    {
        QFETCH(QStringList, votes);
        QFETCH(QStringList, sizes);
        QFETCH(QString, size);
        std::vector<CountedVote> counted;
        for (int i = 0; i < votes.size(); ++i) {
            counted.push_back(vote(votes[i], sizes[i].toStdString().c_str()));
        }
        const Decision decision = Committee({}).decide(members({0.5, 0.5}), counted, bitcoin(), {});
        QVERIFY(decision.action == Action::Buy);
        QCOMPARE(toString(decision.size), size.toStdString());
    }

    void stopAndTargetAreTheStrongestSupporters()
    {
        CountedVote first = vote(QStringLiteral("B0.6"), "1");
        first.vote.stop = Price::fromInteger(90);
        CountedVote second = vote(QStringLiteral("B0.6"), "1");
        second.vote.stop = Price::fromInteger(80);
        second.vote.target = Price::fromInteger(120);
        const Committee committee{CommitteeRules()};
        const Decision tie = committee.decide(members({0.5, 0.5}), {first, second}, bitcoin(), {});
        QVERIFY(tie.stop == Price::fromInteger(90) && tie.target.isZero());
        second.vote.confidence = 0.7;
        const Decision stronger = committee.decide(members({0.5, 0.5}), {first, second}, bitcoin(), {});
        QVERIFY(stronger.stop == Price::fromInteger(80) && stronger.target == Price::fromInteger(120));
    }

    void holdHasNoTerms()
    {
        const Decision decision =
            Committee({.threshold = 0.9})
                .decide(members({0.5, 0.5}), {vote(QStringLiteral("B0.5"), "1"), vote(QStringLiteral("H0"))}, bitcoin(),
                        {});
        QVERIFY(decision.action == Action::Hold);
        QVERIFY(decision.size.isZero() && decision.stop.isZero() && decision.target.isZero());
    }

    void weightlessAgentsDecideNothing()
    {
        const Decision decision = Committee({}).decide(
            members({0, 0}), {vote(QStringLiteral("B1")), vote(QStringLiteral("B1"))}, bitcoin(), {});
        QVERIFY(decision.action == Action::Hold);
        QCOMPARE(decision.score, 0.0);
    }
};

QTEST_GUILESS_MAIN(TestCommittee)
#include "tst_committee.moc"
