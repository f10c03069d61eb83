// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "plugin_fixture.h"
#include "plugins/plugin_self_test.h"

#include <QtTest/QtTest>

using namespace coinswarm;
using namespace coinswarm::api;
using namespace coinswarm::plugins;
using test::PluginFolders;

namespace {

std::string reasonsOf(const PluginHost &host, const std::string &id)
{
    const std::optional<PluginInfo> info = host.find(id);
    std::string text = info.has_value() ? "" : "(not listed)";
    for (const std::string &reason : info.has_value() ? info->reasons : std::vector<std::string>()) {
        text += (text.empty() ? "" : " | ") + reason;
    }
    return text;
}

PluginState stateOf(const PluginHost &host, const std::string &id)
{
    const std::optional<PluginInfo> info = host.find(id);
    return info.has_value() ? info->state : PluginState::Invalid;
}

} // namespace

class TestPluginHost : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void goodPluginsStartAfterWhatTheyNeed()
    {
        const PluginFolders folders;
        QVERIFY(folders.add(QStringLiteral("needs_good"), QStringLiteral("a_first")));
        QVERIFY(folders.add(QStringLiteral("good"), QStringLiteral("z_last")));
        PluginHost host(folders.options());
        QVERIFY(host.scan().ok());
        const std::vector<PluginInfo> list = host.list();
        QCOMPARE(list.size(), std::size_t{2});
        QCOMPARE(list[0].id, std::string("good"));
        QCOMPARE(list[1].id, std::string("needs_good"));
        QCOMPARE(list[0].state, PluginState::Resolved);
        QCOMPARE(list[0].sha256.size(), std::size_t{64});
        QCOMPARE(list[0].version, std::string("1.3.0"));
        QVERIFY(host.load("needs_good").ok());
        QCOMPARE(stateOf(host, "good"), PluginState::Started);
        QCOMPARE(stateOf(host, "needs_good"), PluginState::Started);
        QVERIFY(QFile::exists(QString::fromStdString(folders.state() + "/plugins/good")));
    }

    void wrongPluginsStayVisibleWithTheirReason_data()
    {
        QTest::addColumn<QByteArray>("fixtures");
        QTest::addColumn<QString>("id");
        QTest::addColumn<QString>("state");
        QTest::addColumn<QString>("reason");
        QTest::newRow("circular") << QByteArray("circular_a circular_b") << "circular_a"
                                  << "read"
                                  << "It needs itself: circular_a → circular_b → circular_a.";
        QTest::newRow("missing") << QByteArray("missing_dependency") << "missing_dependency"
                                 << "read"
                                 << "It needs \"absent\" 1.0, which is not installed.";
        QTest::newRow("too old") << QByteArray("good too_old_dependency") << "too_old_dependency"
                                 << "read"
                                 << "It needs \"good\" 1.4, which is there as 1.3.0; the same major version, not "
                                    "lower, is needed.";
        QTest::newRow("api") << QByteArray("wrong_api") << "wrong_api"
                             << "invalid"
                             << "It was built for plugin interface 99; this program has 1. Build it again with this "
                                "program's SDK.";
        QTest::newRow("constructor") << QByteArray("throws_in_constructor") << "throws_in_constructor"
                                     << "faulted"
                                     << "its constructor threw: the constructor is broken";
        QTest::newRow("start") << QByteArray("throws_in_start") << "throws_in_start"
                               << "faulted"
                               << "start() threw: start is broken";
        QTest::newRow("refuses") << QByteArray("refuses_to_start") << "refuses_to_start"
                                 << "faulted"
                                 << "It did not start: its licence key is missing.";
        QTest::newRow("no metadata") << QByteArray("no_metadata") << "no_metadata"
                                     << "invalid"
                                     << "";
    }
    void wrongPluginsStayVisibleWithTheirReason()
    {
        QFETCH(QByteArray, fixtures);
        QFETCH(QString, id);
        QFETCH(QString, reason);
        const PluginFolders folders;
        for (const QByteArray &name : fixtures.split(' ')) {
            QVERIFY(folders.add(QString::fromLatin1(name)));
        }
        PluginHost host(folders.options());
        QVERIFY(host.scan().ok());
        host.loadAll();
        const std::string_view state = enumName(stateOf(host, id.toStdString()));
        QTEST(QString::fromLatin1(state.data(), static_cast<qsizetype>(state.size())), "state");
        const QString reasons = QString::fromStdString(reasonsOf(host, id.toStdString()));
        QVERIFY2(!reasons.isEmpty() && (reason.isEmpty() || reasons == reason), qPrintable(reasons));
        QVERIFY(!host.load(id.toStdString()).ok());
    }

    void buildMismatchesAreAllNamed()
    {
        const PluginFolders folders;
        QVERIFY(folders.add(QStringLiteral("wrong_qt")));
        QVERIFY(folders.add(QStringLiteral("wrong_compiler")));
        QVERIFY(folders.add(QStringLiteral("everything_wrong")));
        PluginHost host(folders.options());
        QVERIFY(host.scan().ok());
        QVERIFY(reasonsOf(host, "wrong_qt").find("built with Qt 5.15") != std::string::npos);
        QVERIFY(reasonsOf(host, "wrong_compiler").find("compiled with msvc-19") != std::string::npos);
        QCOMPARE(host.find("Everything Wrong").value().reasons.size(), std::size_t{8});
    }

    void filesThatAreNoLibrariesAreToldApart()
    {
        const PluginFolders folders;
        QVERIFY(folders.add(QStringLiteral("good")));
        QFile good(QString::fromStdString(folders.plugins() + "/good.so"));
        QVERIFY(good.open(QIODevice::ReadOnly));
        QVERIFY(folders.write(QStringLiteral("truncated.so"), good.read(good.size() / 2)));
        QVERIFY(folders.write(QStringLiteral("empty.so"), {}));
        QVERIFY(folders.write(QStringLiteral("text.so"), "this is not a library"));
        QVERIFY(folders.write(QStringLiteral("README.txt"), "not even called one"));
        PluginHost host(folders.options());
        QVERIFY(host.scan().ok());
        QCOMPARE(host.list().size(), std::size_t{4});
        QCOMPARE(reasonsOf(host, "empty"), std::string("The file is empty."));
        QCOMPARE(reasonsOf(host, "truncated"),
                 std::string("The file is truncated: it ends before its own table of contents. Copy it again."));
        const std::string text = reasonsOf(host, "text");
        QVERIFY2(text.find("It is not a plugin: ") == 0, text.c_str());
        QCOMPARE(stateOf(host, "truncated"), PluginState::Invalid);
        QVERIFY(host.load("good").ok());
    }

    void theSecondFileOfAnIdIsRefused()
    {
        const PluginFolders folders;
        QVERIFY(folders.add(QStringLiteral("good")));
        QVERIFY(folders.add(QStringLiteral("good"), QStringLiteral("good_again")));
        PluginHost host(folders.options());
        QVERIFY(host.scan().ok());
        QCOMPARE(host.list().size(), std::size_t{2});
        QCOMPARE(host.list()[1].state, PluginState::Invalid);
        QVERIFY(host.load("good").ok());
    }

    void disablingLastsAndTakesDependentsAlong()
    {
        const PluginFolders folders;
        QVERIFY(folders.add(QStringLiteral("good")));
        QVERIFY(folders.add(QStringLiteral("needs_good")));
        {
            PluginHost host(folders.options());
            QVERIFY(host.scan().ok());
            QVERIFY(host.disable("good", "Disabled by the user.").ok());
            QCOMPARE(stateOf(host, "good"), PluginState::Resolved); // until the next start
            QVERIFY(!host.find("good").value().enabled);
        }
        {
            PluginHost host(folders.options());
            QVERIFY(host.scan().ok());
            QCOMPARE(stateOf(host, "good"), PluginState::Disabled);
            QCOMPARE(reasonsOf(host, "good"), std::string("Disabled by the user."));
            QCOMPARE(reasonsOf(host, "needs_good"), std::string("It needs \"good\" 1.2, which is disabled."));
            QVERIFY(!host.load("good").ok());
            QVERIFY(host.enable("good").ok());
        }
        PluginHost host(folders.options());
        QVERIFY(host.scan().ok());
        QVERIFY(host.load("needs_good").ok());
    }

    void aDamagedListOfDisabledPluginsIsReported()
    {
        const PluginFolders folders;
        QFile file(QString::fromStdString(folders.state() + "/disabled_plugins.json"));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("{") == 1);
        file.close();
        PluginHost host(folders.options());
        const Result<void> scanned = host.scan();
        QVERIFY(!scanned.ok());
        QCOMPARE(scanned.error().kind, ErrorKind::Corrupt);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), QByteArray("{"));
    }

    void safeModeUsesShippedPluginsOnly()
    {
        const PluginFolders shipped;
        const PluginFolders other;
        QVERIFY(shipped.add(QStringLiteral("good")));
        QVERIFY(other.add(QStringLiteral("needs_good")));
        PluginHostOptions options;
        options.folders = {{shipped.plugins(), true}, {other.plugins(), false}};
        options.safeMode = true;
        PluginHost host(options);
        QVERIFY(host.scan().ok());
        QCOMPARE(stateOf(host, "good"), PluginState::Resolved);
        QCOMPARE(stateOf(host, "needs_good"), PluginState::Disabled);
    }

    void settingsAreCheckedBeforeThePluginSeesThem()
    {
        const PluginFolders folders;
        QVERIFY(folders.add(QStringLiteral("good")));
        PluginHost host(folders.options());
        QVERIFY(host.scan().ok());
        const auto refused = host.createAgent("good", {{"bar", std::int64_t{5}}});
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().message, std::string("Plugin \"good\": unknown key \"bar\"; did you mean \"bars\"?."));
        QVERIFY(!host.createAgent("good", {{"mode", std::string("odd")}}).ok());
        QVERIFY(host.createAgent("good", {{"bars", std::int64_t{5}}}).ok());
        QVERIFY(!host.createFeed("good", {}).ok());
        QCOMPARE(stateOf(host, "good"), PluginState::Started);
    }

    void throwingInCreateMarksThePlugin()
    {
        const PluginFolders folders;
        QVERIFY(folders.add(QStringLiteral("throws_in_create")));
        PluginHost host(folders.options());
        QVERIFY(host.scan().ok());
        QVERIFY(!host.createAgent("throws_in_create", {}).ok());
        QCOMPARE(stateOf(host, "throws_in_create"), PluginState::Faulted);
        QCOMPARE(reasonsOf(host, "throws_in_create"),
                 std::string("createAgent() threw something that is not a std::exception."));
    }

    void unknownPluginsGetASuggestion()
    {
        const PluginFolders folders;
        QVERIFY(folders.add(QStringLiteral("good")));
        PluginHost host(folders.options());
        QVERIFY(host.scan().ok());
        QCOMPARE(host.load("goood").error().message,
                 std::string("There is no plugin \"goood\"; did you mean \"good\"?"));
    }

    void theSelfTestFindsEachFault()
    {
        const PluginFolders folders;
        for (const char *name : {"good", "throws_in_start", "throws_in_decide", "nan_confidence", "confidence_two"}) {
            QVERIFY(folders.add(QString::fromLatin1(name)));
        }
        PluginHost host(folders.options());
        QVERIFY(host.scan().ok());
        std::map<std::string, std::string> failures;
        for (const PluginFinding &finding : selfTest(host)) {
            if (!finding.passed) {
                failures[finding.plugin] += finding.check + ": " + finding.detail;
            }
        }
        const std::map<std::string, std::string> expected{
            {"throws_in_start", "start: start() threw: start is broken"},
            {"throws_in_decide", "decide: decide() threw: decide is broken"},
            {"nan_confidence", "decide: voted with confidence nan, which is not within 0 … 1."},
            {"confidence_two", "decide: voted with confidence 2.0000, which is not within 0 … 1."}};
        QCOMPARE(failures, expected);
    }

    void shippedPluginsPassTheSelfTest()
    {
        PluginHostOptions options;
        options.folders = {{COINSWARM_BINARY_DIR "/lib/coinswarm/plugins", true}};
        PluginHost host(options);
        QVERIFY(host.scan().ok());
        int agents = 0;
        for (const PluginFinding &finding : selfTest(host)) {
            QVERIFY2(finding.passed, (finding.plugin + " " + finding.check + ": " + finding.detail).c_str());
            agents += finding.check == "decide" ? 1 : 0;
        }
        QVERIFY(agents >= 3);
    }
};

QTEST_GUILESS_MAIN(TestPluginHost)
#include "tst_plugin_host.moc"
