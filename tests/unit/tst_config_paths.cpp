// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "config/paths.h"

#include <QtTest/QtTest>

using namespace coinswarm;
using namespace coinswarm::config;

class TestConfigPaths : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void xdgVariablesAreHonouredUnlessRelative();
    void firstStartMakesPrivateFolders();
    void aFileInTheWayIsNamed();
    void aFolderThatCannotBeMadeIsNamed();
    void emptyPathsFallIntoTheDataFolder();
    void tooLittleSpaceIsASentence();
};

void TestConfigPaths::xdgVariablesAreHonouredUnlessRelative()
{
    qputenv("XDG_DATA_HOME", "/somewhere/data/");
    qputenv("XDG_STATE_HOME", "relative");
    const Paths paths = Paths::standard();
    QCOMPARE(paths.data, std::string("/somewhere/data/coinswarm"));
    QCOMPARE(paths.state, QDir::homePath().toStdString() + "/.local/state/coinswarm");
    QVERIFY(paths.configFile().ends_with("/coinswarm/coinswarm.toml"));
}

void TestConfigPaths::firstStartMakesPrivateFolders()
{
    QTemporaryDir root;
    const Paths paths = Paths::below(root.path().toStdString() + "/deep/er");
    const Result<void> made = prepareFolders(paths);
    QVERIFY2(made.ok(), made.ok() ? "" : made.error().message.c_str());
    constexpr auto others = QFileDevice::ReadGroup | QFileDevice::WriteGroup | QFileDevice::ExeGroup
        | QFileDevice::ReadOther | QFileDevice::WriteOther | QFileDevice::ExeOther;
    for (const std::string &folder : {paths.config, paths.data, paths.state, paths.cache}) {
        const QFileInfo info(QString::fromStdString(folder));
        QVERIFY2(info.isDir(), folder.c_str());
        QVERIFY2((info.permissions() & others) == 0, folder.c_str());
        QVERIFY(QDir(info.filePath()).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot));
    }
    QVERIFY(prepareFolders(paths).ok());
}

void TestConfigPaths::aFileInTheWayIsNamed()
{
    QTemporaryDir root;
    QFile file(root.filePath(QStringLiteral("data")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    const Result<void> made = prepareFolder(file.fileName().toStdString() + "/x", "data");
    QVERIFY(!made.ok());
    QVERIFY(made.error().kind == ErrorKind::Environment);
    QVERIFY2(made.error().message.find("is a file") != std::string::npos, made.error().message.c_str());
}

void TestConfigPaths::aFolderThatCannotBeMadeIsNamed()
{
    // Not even the superuser can make a folder there.
    const Result<void> made = prepareFolder("/proc/coinswarm/data", "the journal");
    QVERIFY(!made.ok());
    QVERIFY(made.error().kind == ErrorKind::Environment);
    QVERIFY2(made.error().message.find("/proc/coinswarm/data") != std::string::npos, made.error().message.c_str());
    QVERIFY(made.error().message.find("the journal") != std::string::npos);
}

void TestConfigPaths::emptyPathsFallIntoTheDataFolder()
{
    Configuration configuration;
    const Paths paths = Paths::below("/srv/u");
    QCOMPARE(sessionPaths(configuration, paths).journalFolder, std::string("/srv/u/data/sessions/paper/journal"));
    QCOMPARE(sessionPaths(configuration, paths).tokenFile, std::string("/srv/u/state/control.token"));
    configuration.session.dataFolder = "/data/../srv";
    configuration.storage.file = "/db/x.sqlite";
    QCOMPARE(sessionPaths(configuration, paths).journalFolder, std::string("/srv/sessions/paper/journal"));
    QCOMPARE(sessionPaths(configuration, paths).databaseFile, std::string("/db/x.sqlite"));
}

void TestConfigPaths::tooLittleSpaceIsASentence()
{
    QTemporaryDir root;
    const std::string folder = root.path().toStdString() + "/not/yet/made";
    QVERIFY(freeSpace(folder).ok());
    QVERIFY(requireFreeSpace(folder, 1).ok());
    const Result<void> refused = requireFreeSpace(folder, std::uint64_t{1} << 62);
    QVERIFY(!refused.ok());
    QVERIFY2(refused.error().message.find("MiB are needed; free some space") != std::string::npos,
             refused.error().message.c_str());
}

QTEST_GUILESS_MAIN(TestConfigPaths)
#include "tst_config_paths.moc"
