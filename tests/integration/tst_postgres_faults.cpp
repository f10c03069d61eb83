// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "storage/memory_rebuild.h"
#include "storage/outage_buffer.h"
#include "storage/postgres_storage.h"
#include "support/check.h"
#include "support/decided_trades.h"
#include "support/postgres_server.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

#include <atomic>
#include <sys/mount.h>
#include <thread>
#include <unistd.h>

using namespace coinswarm;
using namespace coinswarm::storage;
using namespace coinswarm::test;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t kGroup = 50;

enum class Fault { Ended, Slow, Frozen, Killed };

std::vector<SessionRow> group(std::uint64_t number)
{
    std::vector<SessionRow> rows;
    for (std::uint64_t i = 0; i < kGroup; ++i) {
        Fill fill;
        fill.id = FillId(number * kGroup + i + 1);
        fill.fee = Money::fromRaw(static_cast<std::int64_t>(fill.id.value));
        fill.venueFillId = std::string(64, 'x');
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

PostgresOptions optionsFor(const PostgresServer &server, const std::string &folder)
{
    PostgresOptions options;
    options.host = server.socketFolder();
    options.port = server.port();
    options.user = PostgresServer::user();
    options.database = PostgresServer::database();
    options.passwordFile = server.passwordFile();
    options.bufferFolder = folder;
    options.connectTimeout = 2s;
    options.queryTimeout = 1s;
    return options;
}

StorageOptions quick()
{
    StorageOptions options;
    options.retryDelay = 20ms;
    return options;
}

/// What the server has, asked past the store.
QByteArray stored(const PostgresServer &server)
{
    return server.psql(QStringLiteral("SELECT count(*) || ' ' || count(DISTINCT id) || ' ' || coalesce(sum(fee), 0) "
                                      "FROM coinswarm.fills"));
}

/// What it must have after that many groups: each row once, with its own content.
QByteArray complete(std::uint64_t groups)
{
    const qulonglong rows = groups * kGroup;
    return QStringLiteral("%1 %1 %2").arg(rows).arg(rows * (rows + 1) / 2).toLatin1();
}

bool becomes(const Storage &storage, StorageState state)
{
    return waitFor([&] { return storage.health().state == state; }, 30s);
}

bool drained(const Storage &storage)
{
    return waitFor(
        [&] {
            const StorageHealth health = storage.health();
            return health.state == StorageState::Working && health.buffered == 0 && health.queued == 0;
        },
        60s);
}

/// Puts rows while the server is away, says how many groups are in the buffer, and waits to be killed.
int bufferUntilKilled(PostgresOptions options)
{
    auto storage = openPostgresStorage(options, quick());
    if (!storage.ok()) {
        std::printf("%s\n", storage.error().message.c_str());
        return 1;
    }
    (*storage)->putSession(session());
    for (std::uint64_t number = 0;; ++number) {
        (*storage)->put("a", group(number));
        while ((*storage)->health().queued > 0) {
            std::this_thread::yield();
        }
        std::printf("%llu\n", static_cast<unsigned long long>(number + 1));
        std::fflush(stdout);
    }
}

} // namespace

Q_DECLARE_METATYPE(Fault)

/// PostgreSQL fails in every way that a server can. Nothing is lost, nothing is there twice, nobody waits for it, and
/// the store says what is wrong.
class TestPostgresFaults : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (PostgresServer::programs().isEmpty()) {
            QSKIP("SKIPPED: PostgreSQL is not installed (package postgresql)");
        }
        m_server = std::make_unique<PostgresServer>(PostgresServer::Options{6, {}});
    }

    void cleanupTestCase() { m_server.reset(); }

    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_server->thaw();
        if (!m_server->running()) {
            m_server->start();
        }
        m_server->psql(QStringLiteral("DROP SCHEMA IF EXISTS coinswarm CASCADE"));
    }

    void aServerKilledUnderLoadLosesAndDoublesNothing()
    {
        auto storage = open();
        storage->putSession(session());
        std::atomic<bool> ending{false};
        std::atomic<std::uint64_t> groups{0};
        std::atomic<qint64> slowest{0};
        std::thread trader([&] {
            while (!ending.load()) {
                QElapsedTimer timer;
                timer.start();
                storage->put("a", group(groups.load()));
                slowest = std::max<qint64>(slowest.load(), timer.elapsed());
                ++groups;
                // Not more than the buffer is to hold, nor than the server takes.
                for (StorageHealth now = storage->health(); now.queued + now.buffered > 10'000 && !ending.load();
                     now = storage->health())
                {
                    std::this_thread::yield();
                }
            }
        });
        bool buffered = true;
        for (int round = 0; round < 3; ++round) {
            const std::uint64_t before = groups.load();
            buffered = buffered && waitFor([&] { return groups.load() > before + 200; });
            m_server->kill();
            buffered = buffered && waitFor([&] { return storage->health().buffered > 1'000; }, 30s)
                && storage->health().state == StorageState::Retrying && !storage->health().reason.empty();
            m_server->start();
            buffered = buffered && waitFor([&] { return storage->health().state == StorageState::Working; }, 60s);
        }
        ending = true;
        trader.join();
        QVERIFY2(buffered, storage->health().reason.c_str());
        QVERIFY2(drained(*storage), storage->health().reason.c_str());
        QCOMPARE(stored(*m_server), complete(groups.load()));
        QCOMPARE(storage->health().refused, std::uint64_t{0});
        QVERIFY(!storage->health().incomplete);
        QVERIFY(!QFile::exists(m_folder->filePath(QStringLiteral("outage.buffer"))));
        QVERIFY2(slowest.load() < 2'000, "putting rows waited for the server");
    }

    void aFrozenServerIsCutOffAndHoldsNobodyUp()
    {
        auto storage = open();
        storage->putSession(session());
        storage->put("a", group(0));
        QVERIFY(storage->flush().result().ok());
        m_server->freeze();
        QElapsedTimer timer;
        timer.start();
        storage->put("a", group(1));
        QVERIFY(timer.elapsed() < 500);
        const QFuture<Result<SessionTotals>> question = storage->totals("a");
        QVERIFY(waitFor([&] { return question.isFinished(); }, 30s));
        QVERIFY(!question.result().ok());
        QVERIFY2(question.result().error().message.find("has not answered") != std::string::npos
                     || question.result().error().message.find("cannot be opened") != std::string::npos,
                 question.result().error().message.c_str());
        QVERIFY(becomes(*storage, StorageState::Retrying));
        QVERIFY(waitFor([&] { return storage->health().buffered >= kGroup; }));
        m_server->thaw();
        QVERIFY2(drained(*storage), storage->health().reason.c_str());
        QCOMPARE(stored(*m_server), complete(2));
    }

    void aStatementThatTakesTooLongIsBufferedAndTriedAgain()
    {
        auto storage = open();
        storage->putSession(session());
        QVERIFY(storage->flush().result().ok());
        QProcess lock;
        lock.setProcessEnvironment(m_server->environment());
        lock.start(PostgresServer::programs() + QStringLiteral("/psql"), m_server->psqlArguments());
        lock.write("BEGIN; LOCK TABLE coinswarm.fills; SELECT 'locked';\n");
        QVERIFY(waitFor([&] { return lock.waitForReadyRead(10) && lock.readAll().contains("locked"); }));
        storage->put("a", group(0));
        QVERIFY(becomes(*storage, StorageState::Retrying));
        QVERIFY2(storage->health().reason.find("query_timeout") != std::string::npos, storage->health().reason.c_str());
        QVERIFY(waitFor([&] { return storage->health().buffered >= kGroup; }));
        lock.write("COMMIT;\\q\n");
        QVERIFY(lock.waitForFinished());
        QVERIFY2(drained(*storage), storage->health().reason.c_str());
        QCOMPARE(stored(*m_server), complete(1));
    }

    void aConnectionThatEndsWhileRowsAreCopiedLosesNothing_data()
    {
        QTest::addColumn<Fault>("fault");
        QTest::newRow("ended by an administrator") << Fault::Ended;
        QTest::newRow("too slow") << Fault::Slow;
        QTest::newRow("frozen") << Fault::Frozen;
        QTest::newRow("killed") << Fault::Killed;
    }

    void aConnectionThatEndsWhileRowsAreCopiedLosesNothing()
    {
#ifndef COINSWARM_LIBPQ
        QSKIP("SKIPPED: built without libpq (libpq-dev), rows are not copied");
#endif
        QFETCH(const Fault, fault);
        auto storage = open();
        storage->putSession(session());
        QVERIFY(storage->flush().result().ok());
        // The server stands still within the COPY for as long as somebody else has this lock.
        m_server->psql(QStringLiteral(R"(
            CREATE FUNCTION coinswarm.stand_still() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN PERFORM pg_advisory_xact_lock(42); RETURN new; END';
            CREATE TRIGGER stand_still BEFORE INSERT ON coinswarm.fills FOR EACH ROW WHEN (new.id = 2000)
                EXECUTE FUNCTION coinswarm.stand_still())"));
        QProcess lock;
        lock.setProcessEnvironment(m_server->environment());
        lock.start(PostgresServer::programs() + QStringLiteral("/psql"), m_server->psqlArguments());
        lock.write("SELECT pg_advisory_lock(42); SELECT 'locked';\n");
        QVERIFY(waitFor([&] { return lock.waitForReadyRead(10) && lock.readAll().contains("locked"); }));
        constexpr std::uint64_t groups = 200;
        std::vector<SessionRow> rows;
        for (std::uint64_t number = 0; number < groups; ++number) {
            std::vector<SessionRow> next = group(number);
            rows.insert(rows.end(), next.begin(), next.end());
        }
        storage->put("a", std::move(rows));
        const QString copying = QStringLiteral("FROM pg_stat_activity WHERE query LIKE '%COPY%fills%' AND state = "
                                               "'active' AND wait_event = 'advisory'");
        QVERIFY(waitFor([&] { return m_server->psql(QStringLiteral("SELECT count(*) ") + copying) == "1"; }, 30s));
        if (fault == Fault::Ended) {
            m_server->psql(QStringLiteral("SELECT pg_terminate_backend(pid) ") + copying);
        } else if (fault == Fault::Frozen) {
            m_server->freeze();
        } else if (fault == Fault::Killed) {
            m_server->kill();
        }
        QVERIFY(waitFor([&] { return storage->health().buffered >= groups * kGroup; }, 30s));
        QVERIFY(storage->health().state == StorageState::Retrying);
        const char *expected = fault == Fault::Slow ? "query_timeout" : "";
        QVERIFY2(storage->health().reason.find(expected) != std::string::npos, storage->health().reason.c_str());
        m_server->thaw();
        lock.kill();
        QVERIFY(lock.waitForFinished());
        if (fault == Fault::Killed) {
            m_server->start();
        }
        QVERIFY2(drained(*storage), storage->health().reason.c_str());
        QCOMPARE(stored(*m_server), complete(groups));
        QCOMPARE(storage->health().refused, std::uint64_t{0});
    }

    void aRowWithoutWhatItRefersToIsNamed_data()
    {
        QTest::addColumn<int>("count");
        QTest::newRow("inserted") << 1;
        QTest::newRow("copied") << 1'000;
    }

    void aRowWithoutWhatItRefersToIsNamed()
    {
        QFETCH(const int, count);
        auto storage = open();
        std::vector<MemoryRow> votes;
        for (int i = 0; i < count; ++i) {
            votes.emplace_back(QuorumVoteRecord{std::to_string(i), "never put", "m", "accept", {}, {}});
        }
        storage->putMemory(std::move(votes));
        storage->putMemory({EpisodeRecord{"neighbour", "", "", "", 0, "", {}, {}, 1}});
        QVERIFY(becomes(*storage, StorageState::Stopped));
        QCOMPARE(storage->health().refused, static_cast<std::uint64_t>(count));
        const std::string reason = storage->health().reason;
        QVERIFY2(reason.find("23503: ERROR:  insert or update on table \"quorum_votes\" violates foreign key")
                     != std::string::npos,
                 reason.c_str());
        QVERIFY(storage->flush().result().ok());
        QCOMPARE(m_server->psql(QStringLiteral("SELECT (SELECT count(*) FROM coinswarm.episodes) || ' ' || "
                                               "(SELECT count(*) FROM coinswarm.quorum_votes)")),
                 QByteArray("1 0"));
    }

    void aServerWithoutConnectionsLeftIsNamedAndWaitedFor()
    {
        auto storage = open();
        storage->putSession(session());
        QVERIFY(storage->flush().result().ok());
        m_server->kill();
        m_server->start();
        std::vector<std::unique_ptr<QProcess>> others;
        for (int i = 0; i < 6; ++i) {
            auto other = std::make_unique<QProcess>();
            other->setProcessEnvironment(m_server->environment());
            other->start(PostgresServer::programs() + QStringLiteral("/psql"), m_server->psqlArguments());
            other->write("SELECT 'in';\n");
            QVERIFY(waitFor([&] { return other->waitForReadyRead(10) && other->readAll().contains("in"); }));
            others.push_back(std::move(other));
        }
        storage->put("a", group(0));
        QVERIFY(waitFor([&] {
            return storage->health().reason.find("max_connections") != std::string::npos
                || storage->health().buffered >= kGroup;
        }));
        QTemporaryDir another;
        const auto refused = openPostgresStorage(optionsFor(*m_server, another.path().toStdString()));
        QVERIFY(!refused.ok());
        QVERIFY2(refused.error().message.find("max_connections") != std::string::npos, refused.error().message.c_str());
        for (const auto &other : others) {
            other->write("\\q\n");
            QVERIFY(other->waitForFinished());
        }
        QVERIFY2(drained(*storage), storage->health().reason.c_str());
        QCOMPARE(stored(*m_server), complete(1));
    }

    void aServerRestartedEmptyIsNoticedAndTakesRowsUntilItIsRebuilt()
    {
        auto storage = open();
        storage->putSession(session());
        storage->put("a", group(0));
        storage->putMemory({EpisodeRecord{"before", "", "", "", 0, "", {}, {}, 1}});
        QVERIFY(storage->flush().result().ok());
        m_server->kill();
        m_server->wipe();
        storage->put("a", group(1));
        QVERIFY(becomes(*storage, StorageState::Retrying));
        m_server->start();
        QVERIFY2(drained(*storage), storage->health().reason.c_str());
        StorageHealth health = storage->health();
        QVERIFY(health.incomplete);
        QVERIFY2(health.reason.find("memory rebuild") != std::string::npos, health.reason.c_str());
        QCOMPARE(health.refused, std::uint64_t{0});
        QCOMPARE(m_server->psql(QStringLiteral("SELECT count(*) FROM coinswarm.fills")), QByteArray("50"));

        // A restart does not forget it.
        storage.reset();
        storage = open();
        QVERIFY(storage->health().incomplete);
        bool given = false;
        const Result<std::uint64_t> rebuilt = rebuildMemory(*storage, [&]() -> Result<std::vector<MemoryRow>> {
            std::vector<MemoryRow> rows;
            if (!std::exchange(given, true)) {
                rows.emplace_back(EpisodeRecord{"before", "", "", "", 0, "", {}, {}, 1});
            }
            return rows;
        });
        QVERIFY2(rebuilt.ok(), rebuilt.ok() ? "" : rebuilt.error().message.c_str());
        QVERIFY(!storage->health().incomplete);
        QVERIFY(storage->health().reason.empty());
        storage.reset();
        QVERIFY(!open()->health().incomplete);
    }

    void aServerRestartedEmptyIsFilledFromTheAuditLog()
    {
        auto storage = open();
        testing::DecidedTrades trades(m_folder->filePath(QStringLiteral("audit")).toStdString());
        memory::DatabaseFeed feed({trades.file(), m_folder->filePath(QStringLiteral("mark")).toStdString(), "server",
                                   50'000, std::chrono::milliseconds(50)});
        feed.attach(*storage);
        trades.decide(20, &feed);
        QTRY_VERIFY_WITH_TIMEOUT(trades.areIn(*storage, feed), 20'000);
        m_server->kill();
        m_server->wipe();
        trades.decide(5, &feed);
        QVERIFY(becomes(*storage, StorageState::Retrying));
        m_server->start();
        QTRY_VERIFY_WITH_TIMEOUT(trades.areIn(*storage, feed) && !storage->health().incomplete, 30'000);
        trades.decide(5, &feed);
        QTRY_VERIFY_WITH_TIMEOUT(trades.areIn(*storage, feed), 20'000);
        feed.detach();
    }

    void whatAKilledProcessBufferedIsWrittenAtTheNextStart()
    {
        open()->flush().waitForFinished(); // The server is known now.
        m_server->kill();
        QProcess process;
        process.start(QCoreApplication::applicationFilePath(),
                      {QStringLiteral("--buffer"), m_folder->path(), QString::fromStdString(m_server->socketFolder()),
                       QString::number(m_server->port()), QString::fromStdString(m_server->passwordFile())});
        std::uint64_t kept = 0;
        QVERIFY(waitFor([&] {
            process.waitForReadyRead(10);
            while (process.canReadLine()) {
                kept = process.readLine().trimmed().toULongLong();
            }
            return kept >= 30;
        }));
        process.kill();
        QVERIFY(process.waitForFinished());
        while (process.canReadLine()) {
            kept = process.readLine().trimmed().toULongLong();
        }
        // And the tail is torn.
        QFile file(m_folder->filePath(QStringLiteral("outage.buffer")));
        QVERIFY(file.open(QIODevice::Append));
        file.write(QByteArray("\x40\x00\x00\x00half a rec", 14));
        file.close();
        {
            // Still away: the next process starts nevertheless, and adds to it.
            auto storage = open();
            QVERIFY(storage->health().state == StorageState::Retrying);
            QVERIFY(storage->health().buffered >= kept * kGroup);
        }
        m_server->start();
        auto storage = open();
        QVERIFY2(drained(*storage), storage->health().reason.c_str());
        const std::uint64_t rows = m_server->psql(QStringLiteral("SELECT count(*) FROM coinswarm.fills")).toULongLong();
        QVERIFY(rows >= kept * kGroup);
        QCOMPARE(stored(*m_server), complete(rows / kGroup));
        QVERIFY(!QFile::exists(file.fileName()));
    }

    void aFullBufferStopsTradingAndKeepsWhatItHas()
    {
        PostgresOptions options = optionsFor(*m_server, m_folder->path().toStdString());
        options.bufferBytes = 100'000;
        auto storage = take(openPostgresStorage(options, quick()));
        storage->putSession(session());
        QVERIFY(storage->flush().result().ok());
        m_server->kill();
        std::uint64_t groups = 0;
        QVERIFY(waitFor([&] {
            storage->put("a", group(groups++));
            return storage->health().state == StorageState::Stopped;
        }));
        const StorageHealth health = storage->health();
        QVERIFY2(health.reason.find("full") != std::string::npos, health.reason.c_str());
        QVERIFY(health.buffered > 0);
        QVERIFY(QFileInfo(m_folder->filePath(QStringLiteral("outage.buffer"))).size() <= 100'000);
        m_server->start();
        QVERIFY(waitFor([&] { return storage->health().buffered + storage->health().queued == 0; }, 60s));
        QCOMPARE(stored(*m_server), complete(groups));
        QVERIFY(storage->health().state == StorageState::Stopped);
    }

    void aFullDiskUnderTheBufferStopsTradingAndLosesNothing()
    {
        if (::geteuid() != 0
            || ::mount("tmpfs", m_folder->path().toUtf8().constData(), "tmpfs", 0, "size=256k,mode=700") != 0) {
            QSKIP("SKIPPED: a small file system can be mounted by root only, and not in every container");
        }
        const auto unmount = qScopeGuard([this] { ::umount2(m_folder->path().toUtf8().constData(), MNT_DETACH); });
        auto storage = open();
        storage->putSession(session());
        QVERIFY(storage->flush().result().ok());
        m_server->kill();
        std::uint64_t groups = 0;
        QVERIFY(waitFor([&] {
            storage->put("a", group(groups++));
            return storage->health().state == StorageState::Stopped;
        }));
        QVERIFY2(storage->health().reason.find("free space") != std::string::npos, storage->health().reason.c_str());
        m_server->start();
        QVERIFY(waitFor([&] { return storage->health().buffered + storage->health().queued == 0; }, 60s));
        QCOMPARE(stored(*m_server), complete(groups));
        storage.reset();
    }

    void twoProgramsThatStartAtOnceMigrateOnce()
    {
        QTemporaryDir folders[4];
        std::vector<std::thread> programs;
        std::vector<std::string> errors(4);
        for (std::size_t i = 0; i < 4; ++i) {
            programs.emplace_back([&, i] {
                PostgresOptions options = optionsFor(*m_server, folders[i].path().toStdString());
                options.queryTimeout = 20s;
                const auto storage = openPostgresStorage(options);
                errors[i] = storage.ok() ? std::string() : storage.error().message;
            });
        }
        for (std::thread &program : programs) {
            program.join();
        }
        for (const std::string &error : errors) {
            QCOMPARE(error, std::string());
        }
        QCOMPARE(m_server->psql(QStringLiteral("SELECT count(*) FROM coinswarm.schema_version")), QByteArray("1"));
        QCOMPARE(m_server->psql(QStringLiteral("SELECT count(*) FROM coinswarm.generation")), QByteArray("1"));
    }

    void aNewerSchemaIsRefused()
    {
        open().reset();
        m_server->psql(QStringLiteral("INSERT INTO coinswarm.schema_version VALUES (999, 'future', 'now')"));
        const auto refused = openPostgresStorage(optionsFor(*m_server, m_folder->path().toStdString()));
        QVERIFY(!refused.ok());
        QVERIFY(refused.error().kind == ErrorKind::Refused);
        QVERIFY2(refused.error().message.find("schema version 999") != std::string::npos,
                 refused.error().message.c_str());
    }

    void aPasswordThatIsWrongOrReadableIsNamedAndNeverShown()
    {
        PostgresOptions options = optionsFor(*m_server, m_folder->path().toStdString());
        QFile file(m_folder->filePath(QStringLiteral("password")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("not-the-word\n");
        file.close();
        options.passwordFile = file.fileName().toStdString();
        QVERIFY(file.setPermissions(QFileDevice::ReadOwner | QFileDevice::ReadOther));
        const auto readable = openPostgresStorage(options);
        QVERIFY(!readable.ok());
        QVERIFY2(readable.error().message.find("chmod 600") != std::string::npos, readable.error().message.c_str());
        QVERIFY(file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner));
        const auto wrong = openPostgresStorage(options);
        QVERIFY(!wrong.ok());
        QVERIFY2(wrong.error().message.find("password_file") != std::string::npos, wrong.error().message.c_str());
        QVERIFY(wrong.error().message.find("not-the-word") == std::string::npos);
    }

private:
    std::unique_ptr<Storage> open()
    {
        return take(openPostgresStorage(optionsFor(*m_server, m_folder->path().toStdString()), quick()));
    }

    std::unique_ptr<PostgresServer> m_server;
    std::unique_ptr<QTemporaryDir> m_folder;
};

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() == 6 && arguments[1] == QLatin1String("--buffer")) {
        PostgresOptions options;
        options.bufferFolder = arguments[2].toStdString();
        options.host = arguments[3].toStdString();
        options.port = static_cast<std::uint16_t>(arguments[4].toUInt());
        options.passwordFile = arguments[5].toStdString();
        options.user = PostgresServer::user();
        options.database = PostgresServer::database();
        return bufferUntilKilled(std::move(options));
    }
    TestPostgresFaults test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_postgres_faults.moc"
