// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "config/config_docs.h"
#include "config/config_loader.h"

#include <QtTest/QtTest>

#include <random>

using namespace coinswarm::config;

/// The parser must survive anything: mutations of a complete file never crash it, and never pass unnoticed as a
/// configuration that differs from one it can write down and read again.
class TestConfigCorpus : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hostileFilesAreProblems_data();
    void hostileFilesAreProblems();
    void mutatedFilesLoadOrAreRefused();
};

void TestConfigCorpus::hostileFilesAreProblems_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("nul") << QByteArray("a\0b = 1", 7);
    QTest::newRow("invalid utf-8") << QByteArray("[engine]\nx = \"\xff\xfe\"");
    QTest::newRow("deep arrays") << QByteArray("x = ") + QByteArray(5000, '[');
    QTest::newRow("deep tables") << QByteArray("x = ") + QByteArray("{a=").repeated(5000);
    QTest::newRow("deep keys") << QByteArray("a.").repeated(3000) + "b = 1";
    QTest::newRow("open text") << QByteArray("x = \"\"\"") + QByteArray(100'000, 'x');
    QTest::newRow("huge integer") << QByteArray("[control]\nport = ") + QByteArray(500, '9');
    QTest::newRow("huge exponent") << QByteArray("[risk]\nmax_drawdown = 1e999");
    QTest::newRow("tiny exponent") << QByteArray("[risk]\nmax_drawdown = 1e-300");
    QTest::newRow("no key in a section") << QByteArray("[ @engine]");
    QTest::newRow("twice") << QByteArray("[engine]\ndecision_interval=\"1m\"\ndecision_interval=\"2m\"");
    QTest::newRow("date") << QByteArray("[engine]\ndecision_interval = 2024-01-01");
    QTest::newRow("tables in an array") << QByteArray("[[agents]]\nname = \"x\"");
    QTest::newRow("empty agent") << QByteArray("[agents.\"\"]\nweight = 1");
    QTest::newRow("dotted agent") << QByteArray("[agents.\"a.b\"]\nweight = 5");
    QTest::newRow("nested settings") << QByteArray("[feed.settings.a.b]\nc = 1");
}

void TestConfigCorpus::hostileFilesAreProblems()
{
    QFETCH(QByteArray, text);
    Sources sources;
    sources.fileName = "c.toml";
    sources.fileText = text.toStdString();
    QVERIFY(!loadConfiguration(sources).ok());
}

void TestConfigCorpus::mutatedFilesLoadOrAreRefused()
{
    Sources seed;
    seed.fileText = configurationTemplate();
    const std::string original = effectiveText(loadConfiguration(seed));
    const std::string pieces[] = {"=", "[", "]", "\"", "\n", ".", "-",   "0",
                                  "9", "e", "#", "{",  "}",  ",", "nan", "true"};
    std::minstd_rand random(20240101);
    int loaded = 0;
    int refused = 0;
    for (int round = 0; round < 400; ++round) {
        std::string text = original;
        for (auto edits = 1 + random() % 3; edits > 0; --edits) {
            const std::size_t at = random() % text.size();
            switch (random() % 3) {
            case 0:
                text.erase(at, 1 + random() % 4);
                break;
            case 1:
                text.insert(at, pieces[random() % std::size(pieces)]);
                break;
            default:
                text[at] = static_cast<char>(random() % 256);
            }
        }
        Sources sources;
        sources.fileName = "c.toml";
        sources.fileText = text;
        const Loaded first = loadConfiguration(sources);
        if (!first.ok()) {
            ++refused;
            continue;
        }
        ++loaded;
        sources.fileText = canonicalText(first);
        const Loaded second = loadConfiguration(sources);
        QVERIFY2(second.ok() && canonicalText(second) == canonicalText(first),
                 (problemsText(second.problems) + sources.fileText).c_str());
    }
    QVERIFY(loaded > 20);
    QVERIFY(refused > 20);
}

QTEST_GUILESS_MAIN(TestConfigCorpus)
#include "tst_config_corpus.moc"
