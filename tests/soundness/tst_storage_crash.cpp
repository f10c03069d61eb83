// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "storage/migrations.h"
#include "storage/sql_row.h"
#include "storage/storage.h"

#include <QtCore/QProcess>
#include <QtSql/QSqlQuery>
#include <QtTest/QtTest>

#include <csignal>
#include <cstdio>
#include <sys/resource.h>
#include <unistd.h>

using namespace coinswarm;
using namespace coinswarm::storage;

namespace {

constexpr std::uint64_t kGroup = 50;

std::vector<SessionRow> group(std::uint64_t number)
{
    std::vector<SessionRow> rows;
    for (std::uint64_t i = 0; i < kGroup; ++i) {
        Fill fill;
        fill.id = FillId(number * kGroup + i + 1);
        rows.emplace_back(fill);
    }
    return rows;
}

SessionRecord session()
{
    SessionRecord record;
    record.session = "a";
    return record;
}

/// Writes for ever and prints how many groups are known to be on disk.
int writeUntilKilled(const std::string &file)
{
    auto storage = openSqliteStorage(file);
    if (!storage.ok()) {
        return 1;
    }
    (*storage)->putSession(session());
    for (std::uint64_t number = 0;; ++number) {
        (*storage)->put("a", group(number));
        if (!(*storage)->flush().result().ok()) {
            return 1;
        }
        std::printf("%llu\n", static_cast<unsigned long long>(number + 1));
        std::fflush(stdout);
    }
}

/// Opens as a user who may not write there.
int openReadOnly(const std::string &file)
{
    if (::geteuid() == 0 && ::setuid(65534) != 0) {
        return 2;
    }
    const auto storage = openSqliteStorage(file);
    std::printf("%s\n", storage.ok() ? "opened" : storage.error().message.c_str());
    return 0;
}

/// Runs into a full disk and gets space again.
int fillDisk(const std::string &file)
{
    std::signal(SIGXFSZ, SIG_IGN);
    StorageOptions options;
    options.retryDelay = std::chrono::milliseconds(5);
    options.stopAfter = std::chrono::milliseconds(50);
    std::vector<StorageState> states;
    std::string reason;
    std::uint64_t put = 0;
    {
        QSemaphore stopped;
        options.onHealth = [&](const StorageHealth &health) {
            states.push_back(health.state);
            reason = health.reason;
            if (health.state == StorageState::Stopped) {
                stopped.release();
            }
        };
        auto storage = openSqliteStorage(file, options);
        if (!storage.ok()) {
            return 1;
        }
        (*storage)->putSession(session());
        (*storage)->flush().waitForFinished();
        const rlimit full{400'000, RLIM_INFINITY};
        ::setrlimit(RLIMIT_FSIZE, &full);
        while (put < 1'000 && !stopped.tryAcquire()) {
            (*storage)->put("a", group(put++));
            (*storage)->flush().waitForFinished();
        }
        if (put == 1'000) {
            return 3;
        }
        const rlimit roomy{RLIM_INFINITY, RLIM_INFINITY};
        ::setrlimit(RLIMIT_FSIZE, &roomy);
    }
    auto storage = openSqliteStorage(file);
    if (!storage.ok()) {
        return 4;
    }
    const auto counts = (*storage)->counts("a").result();
    const bool complete = counts.ok() && counts->at("fills") == put * kGroup;
    const bool retried =
        states.size() >= 2 && states[0] == StorageState::Retrying && states[1] == StorageState::Stopped;
    std::printf("%s\n%s %s\n", reason.c_str(), complete ? "complete" : "incomplete",
                retried ? "retried" : "not retried");
    return 0;
}

} // namespace

class TestStorageCrash : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aKilledWriterLosesNothingThatWasFlushedAndTearsNoGroup();
    void aReadOnlyFolderIsAClearRefusal();
    void aFullDiskStopsTradingAndLosesNothing();
    void aNewerSchemaIsRefused();
    void aFailingMigrationLeavesNothing();
    void tablesHaveTheFieldsOfTheirRecords();
    void aFileThatIsNoDatabaseIsNamed();

private:
    static QByteArray child(const QStringList &arguments)
    {
        QProcess process;
        process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        process.start(QCoreApplication::applicationFilePath(), arguments);
        process.waitForFinished(60'000);
        return process.exitCode() == 0 ? process.readAllStandardOutput()
                                       : "exit code " + QByteArray::number(process.exitCode());
    }
};

void TestStorageCrash::aKilledWriterLosesNothingThatWasFlushedAndTearsNoGroup()
{
    QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("x.sqlite"));
    for (int round = 1; round <= 5; ++round) {
        QProcess process;
        process.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--write"), file});
        qulonglong flushed = 0;
        while (flushed < static_cast<qulonglong>(round * 7)) {
            QVERIFY(process.canReadLine() || process.waitForReadyRead(30'000));
            while (process.canReadLine()) {
                flushed = process.readLine().trimmed().toULongLong();
            }
        }
        process.kill();
        QVERIFY(process.waitForFinished());
        while (process.canReadLine()) {
            flushed = process.readLine().trimmed().toULongLong();
        }
        const auto storage = openSqliteStorage(file.toStdString());
        QVERIFY2(storage.ok(), storage.ok() ? "" : storage.error().message.c_str());
        const auto counts = (*storage)->counts("a").result();
        QVERIFY(counts.ok());
        QVERIFY(counts->at("fills") >= flushed * kGroup);
        QCOMPARE(counts->at("fills") % kGroup, std::uint64_t{0});
    }
}

void TestStorageCrash::aReadOnlyFolderIsAClearRefusal()
{
    QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("x.sqlite"));
    QVERIFY(openSqliteStorage(file.toStdString()).ok());
    constexpr auto read = QFileDevice::ReadOwner | QFileDevice::ReadOther;
    QVERIFY(QFile::setPermissions(file, read));
    QVERIFY(QFile::setPermissions(folder.path(), read | QFileDevice::ExeOwner | QFileDevice::ExeOther));
    const QByteArray existing = child({QStringLiteral("--read-only"), file});
    const QByteArray missing = child({QStringLiteral("--read-only"), folder.filePath(QStringLiteral("y.sqlite"))});
    QVERIFY(QFile::setPermissions(folder.path(), read | QFileDevice::WriteOwner | QFileDevice::ExeOwner));
    QVERIFY2(existing.contains("x.sqlite") && existing.contains("choose another storage.file"), existing);
    QVERIFY2(missing.contains("y.sqlite") && missing.contains("may not be written"), missing);
}

void TestStorageCrash::aFullDiskStopsTradingAndLosesNothing()
{
    QTemporaryDir folder;
    const QByteArray output = child({QStringLiteral("--fill"), folder.filePath(QStringLiteral("x.sqlite"))});
    QVERIFY2(output.contains("complete retried"), output);
    QVERIFY2(!output.contains("incomplete"), output);
    QVERIFY2(output.contains("free space") || output.contains("disk is full"), output);
}

void TestStorageCrash::aNewerSchemaIsRefused()
{
    QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("x.sqlite"));
    QVERIFY(openSqliteStorage(file.toStdString()).ok());
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("newer"));
        database.setDatabaseName(file);
        QVERIFY(database.open());
        QVERIFY(QSqlQuery(database).exec(QStringLiteral("INSERT INTO schema_version VALUES (999, 'future', 'now')")));
    }
    QSqlDatabase::removeDatabase(QStringLiteral("newer"));
    const auto refused = openSqliteStorage(file.toStdString());
    QVERIFY(!refused.ok());
    QVERIFY(refused.error().kind == ErrorKind::Refused);
    QVERIFY2(refused.error().message.find("schema version 999") != std::string::npos, refused.error().message.c_str());
}

void TestStorageCrash::aFailingMigrationLeavesNothing()
{
    QTemporaryDir folder;
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("migrating"));
        database.setDatabaseName(folder.filePath(QStringLiteral("x.sqlite")));
        QVERIFY(database.open());
        const std::string_view first[] = {"CREATE TABLE one (a)"};
        const std::string_view second[] = {"CREATE TABLE two (a)", "CREATE TABLE one (a)"};
        const std::string_view mended[] = {"CREATE TABLE two (a)"};
        const Migration broken[] = {{1, "first", first}, {2, "second", second}};
        const Migration good[] = {{1, "first", first}, {2, "second", mended}};
        QVERIFY(!migrate(database, broken).ok());
        QCOMPARE(*schemaVersion(database), 1);
        QVERIFY(database.tables().contains(QStringLiteral("one")));
        QVERIFY(!database.tables().contains(QStringLiteral("two")));
        QVERIFY(migrate(database, good).ok());
        QVERIFY(migrate(database, good).ok());
        QCOMPARE(*schemaVersion(database), 2);
    }
    QSqlDatabase::removeDatabase(QStringLiteral("migrating"));
}

void TestStorageCrash::tablesHaveTheFieldsOfTheirRecords()
{
    QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("x.sqlite"));
    QVERIFY(openSqliteStorage(file.toStdString()).ok());
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("columns"));
        database.setDatabaseName(file);
        QVERIFY(database.open());
        const auto compare = [&]<class Row>() {
            std::vector<std::string> expected = columnsOf<Row>();
            if constexpr (Table<Row>::scope == Scope::Session) {
                expected.insert(expected.begin(), "session_id");
            }
            std::vector<std::string> found;
            const std::string name(Table<Row>::name);
            QSqlQuery query(database);
            QVERIFY(query.exec(QString::fromStdString("PRAGMA table_info(" + name + ")")));
            while (query.next()) {
                found.push_back(query.value(1).toString().toStdString());
            }
            QVERIFY2(found == expected, name.c_str());
        };
        const auto compareAll = [&]<class... Rows>(const std::variant<Rows...> *) {
            (compare.template operator()<Rows>(), ...);
        };
        compare.template operator()<SessionRecord>();
        compareAll(static_cast<const SessionRow *>(nullptr));
        compareAll(static_cast<const MemoryRow *>(nullptr));
        for (const char *view : {"orders_decimal", "fills_decimal", "trades"}) {
            QVERIFY2(QSqlQuery(database).exec(QStringLiteral("SELECT * FROM ") + QLatin1String(view)), view);
        }
    }
    QSqlDatabase::removeDatabase(QStringLiteral("columns"));
}

void TestStorageCrash::aFileThatIsNoDatabaseIsNamed()
{
    QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("x.sqlite")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(10'000, 'x'));
    file.close();
    const auto refused = openSqliteStorage(file.fileName().toStdString());
    QVERIFY(!refused.ok());
    QVERIFY2(refused.error().message.find("not a SQLite database") != std::string::npos,
             refused.error().message.c_str());
}

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() == 3 && arguments[1] == QLatin1String("--write")) {
        return writeUntilKilled(arguments[2].toStdString());
    }
    if (arguments.size() == 3 && arguments[1] == QLatin1String("--read-only")) {
        return openReadOnly(arguments[2].toStdString());
    }
    if (arguments.size() == 3 && arguments[1] == QLatin1String("--fill")) {
        return fillDisk(arguments[2].toStdString());
    }
    TestStorageCrash test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_storage_crash.moc"
