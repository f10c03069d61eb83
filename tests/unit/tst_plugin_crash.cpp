// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "plugin_fixture.h"
#include "plugins/inline_agents.h"

#include <QtCore/QProcess>
#include <QtTest/QtTest>

#include <csignal>

using namespace coinswarm;
using namespace coinswarm::api;
using namespace coinswarm::plugins;
using test::PluginFolders;

namespace {

/// What the child process does: loads a plugin and lets its agent decide; or stops in the middle of loading.
int child(const QStringList &arguments)
{
    PluginHostOptions options;
    options.folders = {{arguments[2].toStdString(), false}};
    options.stateFolder = arguments[3].toStdString();
    PluginHost host(options);
    if (!host.scan().ok()) {
        return 3;
    }
    const std::string id = arguments[4].toStdString();
    CrashMarker &marker = host.crashMarker();
    if (arguments[1] == QLatin1String("--killed-in-load")) {
        const CrashMarker::Scope scope(&marker, marker.slotFor(id), CrashMarker::Doing::Loading);
        raise(SIGKILL);
    }
    if (arguments[1] == QLatin1String("--killed-in-decide")) {
        const CrashMarker::Scope scope(&marker, marker.slotFor(id), CrashMarker::Doing::Running);
        raise(SIGKILL);
    }
    Result<std::unique_ptr<Agent>> agent = host.createAgent(id, {});
    if (!agent.ok()) {
        return 2;
    }
    std::vector<Seat> seats;
    seats.push_back({id, id, std::move(*agent)});
    InlineAgents::Options inlineOptions;
    inlineOptions.marker = &marker;
    InlineAgents pool(std::move(seats), {}, inlineOptions);
    const test::Market market;
    const AgentId only(1);
    pool.ask(market.state, {&only, 1}, {});
    return 0;
}

bool crashes(const PluginFolders &folders, const char *what, const char *plugin)
{
    QProcess process;
    process.start(QCoreApplication::applicationFilePath(),
                  {QString::fromLatin1(what), QString::fromStdString(folders.plugins()),
                   QString::fromStdString(folders.state()), QString::fromLatin1(plugin)});
    return process.waitForFinished() && process.exitStatus() == QProcess::CrashExit;
}

std::string disabledBecause(const PluginFolders &folders, const std::string &id)
{
    PluginHost host(folders.options());
    if (!host.scan().ok()) {
        return "(scan failed)";
    }
    const PluginInfo info = host.find(id).value();
    return info.state == PluginState::Disabled ? info.reasons.front() : "";
}

} // namespace

class TestPluginCrash : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aCrashDisablesThePluginItHappenedIn_data()
    {
        QTest::addColumn<QByteArray>("plugin");
        QTest::addColumn<QByteArray>("reason");
        QTest::newRow("start") << QByteArray("crashes_in_start")
                               << QByteArray("Disabled because the program crashed with signal 6 (aborted) while it "
                                             "was being loaded. Enable it again once it is mended.");
        QTest::newRow("decide") << QByteArray("crashes_in_decide")
                                << QByteArray("Disabled because the program crashed with signal 6 (aborted) in its "
                                              "code. Enable it again once it is mended.");
    }
    void aCrashDisablesThePluginItHappenedIn()
    {
        QFETCH(QByteArray, plugin);
        QFETCH(QByteArray, reason);
        const PluginFolders folders;
        QVERIFY(folders.add(QString::fromLatin1(plugin)));
        QVERIFY(folders.add(QStringLiteral("good")));
        QVERIFY(crashes(folders, "--run", plugin.constData()));
        QCOMPARE(disabledBecause(folders, plugin.toStdString()), reason.toStdString());
        QCOMPARE(disabledBecause(folders, "good"), std::string());
        // It stays so until it is enabled.
        QCOMPARE(disabledBecause(folders, plugin.toStdString()), reason.toStdString());
        {
            PluginHost host(folders.options());
            QVERIFY(host.scan().ok());
            QVERIFY(host.enable(plugin.toStdString()).ok());
        }
        QCOMPARE(disabledBecause(folders, plugin.toStdString()), std::string());
    }

    void beingKilledWhileAnAgentRunsBlamesNobody()
    {
        const PluginFolders folders;
        QVERIFY(folders.add(QStringLiteral("good")));
        QVERIFY(crashes(folders, "--killed-in-decide", "good"));
        QCOMPARE(disabledBecause(folders, "good"), std::string());
    }

    void endingTwiceInARowWhileLoadingBlamesThePlugin()
    {
        const PluginFolders folders;
        QVERIFY(folders.add(QStringLiteral("good")));
        QVERIFY(crashes(folders, "--killed-in-load", "good"));
        QVERIFY(crashes(folders, "--killed-in-load", "good"));
        QCOMPARE(disabledBecause(folders, "good"),
                 std::string("Disabled because the program ended twice in a row while it was being loaded. Enable it "
                             "again once it is mended."));
    }

    void loadingWellInBetweenClearsTheStrike()
    {
        const PluginFolders folders;
        QVERIFY(folders.add(QStringLiteral("good")));
        QVERIFY(crashes(folders, "--killed-in-load", "good"));
        {
            PluginHost host(folders.options());
            QVERIFY(host.scan().ok());
            QVERIFY(host.load("good").ok());
        }
        QVERIFY(crashes(folders, "--killed-in-load", "good"));
        QCOMPARE(disabledBecause(folders, "good"), std::string());
    }

    void aSecondProcessLeavesTheMarkerAlone()
    {
        const PluginFolders folders;
        CrashMarker first;
        QVERIFY(first.open(folders.state()).ok());
        CrashMarker second;
        const auto opened = second.open(folders.state());
        QVERIFY(opened.ok());
        QVERIFY(first.isKept());
        QVERIFY(!second.isKept());
    }
};

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    if (application.arguments().size() == 5) {
        return child(application.arguments());
    }
    TestPluginCrash test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_plugin_crash.moc"
