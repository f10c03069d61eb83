// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What the relational store takes, rows of trades and of episodes, in SQLite and in PostgreSQL:
//   throughput  rows put in groups of 100 from another thread than the store's, until flush() says they are durable
//   commit      one row put and flushed, P50 and P99
// Baselines in the same run: COPY of the same rows by psql into the same table, with its keys and indexes, and into a
// bare table of the same columns. PostgreSQL is left out, with a word, where it is not installed.

#include "performance/benchmark.h"

#include "storage/postgres_storage.h"
#include "storage/sql_row.h"
#include "storage/sql_statements.h"
#include "support/postgres_server.h"

#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>

#include <cmath>
#include <map>
#include <string>

using namespace coinswarm;
using namespace coinswarm::bench;
using namespace coinswarm::storage;

namespace {

RoundTrip trade(std::uint64_t id)
{
    RoundTrip trip;
    trip.id = RoundTripId(id);
    trip.instrument = InstrumentId(1 + static_cast<std::uint32_t>(id % 2));
    trip.side = id % 3 == 0 ? Side::Sell : Side::Buy;
    trip.quantity = Quantity::fromRaw(static_cast<std::int64_t>(12'345'678 + id));
    trip.entryPrice = Price::fromRaw(static_cast<std::int64_t>(6'543'210'000'000 + id * 1'000));
    trip.exitPrice = Price::fromRaw(static_cast<std::int64_t>(6'543'310'000'000 + id * 1'000));
    trip.pnl = Money::fromRaw(static_cast<std::int64_t>(id % 2'000'000) - 1'000'000);
    trip.fees = Money::fromRaw(123'456);
    trip.slippageBps = static_cast<double>(id % 97) / 13;
    trip.entryTime = Timestamp{1'700'000'000'000'000'000 + static_cast<std::int64_t>(id) * 1'000'000};
    trip.exitTime = trip.entryTime + std::chrono::minutes(5);
    trip.decision = DecisionId(id);
    trip.agent = AgentId(1 + static_cast<std::uint32_t>(id % 3));
    return trip;
}

EpisodeRecord episode(std::uint64_t id)
{
    // Ids of episodes are hashes: they come in no order.
    const std::uint64_t mixed = (id + 1) * 0x9E3779B97F4A7C15ULL;
    char name[40];
    std::snprintf(name, sizeof name, "%016llx%016llx", static_cast<unsigned long long>(mixed),
                  static_cast<unsigned long long>(mixed * 31));
    EpisodeRecord record;
    record.id = name;
    record.botId = "engine-1";
    record.embeddingId = std::string("e-") + name;
    record.action = id % 2 == 0 ? "buy" : "sell";
    record.reward = std::sin(static_cast<double>(id));
    record.outcome = id % 2 == 0 ? "win" : "loss";
    record.timestamp = Timestamp{1'700'000'000'000'000'000 + static_cast<std::int64_t>(id)};
    record.regimeId = RegimeId(id % 40);
    return record;
}

struct Figures {
    double tradesPerSecond = 0;
    double episodesPerSecond = 0;
    Percentiles commitUs;
};

struct CopyFigures {
    double trades = 0; ///< rows per second into the table with its keys
    double episodes = 0;
    double bareTrades = 0; ///< into a table without
    double bareEpisodes = 0;
};

void check(const QFuture<Result<void>> &future)
{
    if (const Result<void> result = future.result(); !result.ok()) {
        throw std::runtime_error(result.error().message);
    }
}

class Bench
{
public:
    explicit Bench(bool quick) : rows(quick ? 100'000 : 1'000'000), m_commits(quick ? 200 : 2'000) {}

    Figures measure(Storage &storage) const
    {
        SessionRecord session;
        session.session = "bench";
        storage.putSession(session);
        check(storage.flush());
        Figures figures;
        figures.tradesPerSecond = throughput(storage, [&](std::uint64_t first) {
            std::vector<SessionRow> group;
            for (std::uint64_t i = 0; i < kGroup; ++i) {
                group.emplace_back(trade(first + i));
            }
            storage.put("bench", std::move(group));
        });
        figures.episodesPerSecond = throughput(storage, [&](std::uint64_t first) {
            std::vector<MemoryRow> group;
            for (std::uint64_t i = 0; i < kGroup; ++i) {
                group.emplace_back(episode(first + i));
            }
            storage.putMemory(std::move(group));
        });
        std::vector<double> commits;
        for (std::uint64_t i = 0; i < m_commits; ++i) {
            const auto start = Clock::now();
            storage.put("bench", {trade(rows + i + 1)});
            check(storage.flush());
            commits.push_back(secondsSince(start) * 1e6);
        }
        figures.commitUs = percentiles(commits);
        if (const StorageHealth health = storage.health(); health.state != StorageState::Working) {
            throw std::runtime_error(health.reason);
        }
        return figures;
    }

    /// psql's COPY of the same rows from a file.
    CopyFigures copy(const test::PostgresServer &server, const QString &folder) const
    {
        CopyFigures figures;
        server.psql(QStringLiteral("INSERT INTO copied.sessions VALUES ('bench', '', 0, 0, '[]', '[]', '', '')"));
        const auto measure = [&]<class Row>(Row (*make)(std::uint64_t), double &keyed, double &bare) {
            const QString table = QString::fromStdString(std::string(Table<Row>::name));
            const QString file = folder + QLatin1Char('/') + table;
            write(file, make);
            server.psql(QStringLiteral("CREATE TABLE bare_%1 AS SELECT * FROM copied.%1 WHERE false").arg(table));
            bare = timed(server, QStringLiteral("bare_") + table, file);
            keyed = timed(server, QStringLiteral("copied.") + table, file);
        };
        measure(trade, figures.trades, figures.bareTrades);
        measure(episode, figures.episodes, figures.bareEpisodes);
        return figures;
    }

    const std::uint64_t rows;

private:
    static constexpr std::uint64_t kGroup = 100;

    template <class Put>
    double throughput(Storage &storage, Put put) const
    {
        const auto start = Clock::now();
        for (std::uint64_t first = 1; first <= rows; first += kGroup) {
            put(first);
        }
        check(storage.flush());
        return static_cast<double>(rows) / secondsSince(start);
    }

    template <class Row>
    void write(const QString &name, Row (*make)(std::uint64_t)) const
    {
        QFile file(name);
        if (!file.open(QIODevice::WriteOnly)) {
            throw std::runtime_error("cannot write " + name.toStdString());
        }
        for (std::uint64_t id = 1; id <= rows; ++id) {
            const Row row = make(id);
            QByteArray line = Table<Row>::scope == Scope::Session ? QByteArray("bench") : QByteArray();
            const auto visit = [&line](std::string_view, const auto &field) {
                line += line.isEmpty() ? "" : "\t";
                line += toSql(field).toString().toUtf8();
            };
            Row::fields(row, visit);
            file.write(line + '\n');
        }
    }

    double timed(const test::PostgresServer &server, const QString &table, const QString &file) const
    {
        const auto start = Clock::now();
        server.psql(QStringLiteral("\\copy %1 from '%2'").arg(table, file));
        return static_cast<double>(rows) / secondsSince(start);
    }

    const std::uint64_t m_commits;
};

StorageOptions patient(std::uint64_t rows)
{
    StorageOptions options;
    options.queueLimit = static_cast<std::size_t>(rows) * 2;
    return options;
}

PostgresOptions postgresAt(const test::PostgresServer &server, const std::string &schema, const QTemporaryDir &folder)
{
    PostgresOptions options;
    options.host = server.socketFolder();
    options.port = server.port();
    options.user = test::PostgresServer::user();
    options.database = test::PostgresServer::database();
    options.passwordFile = server.passwordFile();
    options.schema = schema;
    options.bufferFolder = folder.path().toStdString();
    return options;
}

void print(const char *name, const Figures &f, bool json, bool last)
{
    if (json) {
        std::printf("\"%s\":{\"trades_per_second\":%.0f,\"episodes_per_second\":%.0f,\"commit_us\":{\"p50\":%.0f,"
                    "\"p99\":%.0f}}%s",
                    name, f.tradesPerSecond, f.episodesPerSecond, f.commitUs.p50, f.commitUs.p99, last ? "" : ",");
        return;
    }
    std::printf("%-11s trades %9.0f/s   episodes %9.0f/s   one row put and flushed P50 %.0f us, P99 %.0f us\n", name,
                f.tradesPerSecond, f.episodesPerSecond, f.commitUs.p50, f.commitUs.p99);
}

int measure(bool quick, bool json)
{
    const Bench bench(quick);
    Figures sqlite;
    {
        const QTemporaryDir folder;
        const auto storage =
            take(openSqliteStorage(folder.filePath(QStringLiteral("bench.sqlite")).toStdString(), patient(bench.rows)));
        sqlite = bench.measure(*storage);
    }
    const bool installed = !test::PostgresServer::programs().isEmpty();
    Figures postgres;
    CopyFigures copy;
    if (installed) {
        const test::PostgresServer server;
        const QTemporaryDir folder;
        {
            const auto storage = take(openPostgresStorage(postgresAt(server, "bench", folder), patient(bench.rows)));
            postgres = bench.measure(*storage);
        }
        const QTemporaryDir other;
        take(openPostgresStorage(postgresAt(server, "copied", other), {}));
        copy = bench.copy(server, QString::fromStdString(server.socketFolder()));
    }
    if (json) {
        std::printf("{\"benchmark\":\"storage\",\"rows\":%llu,", static_cast<unsigned long long>(bench.rows));
    }
    print("sqlite", sqlite, json, !installed);
    if (installed) {
        print("postgresql", postgres, json, false);
    } else if (!json) {
        std::printf("postgresql  is not installed (package postgresql): not measured\n");
    }
    if (json && installed) {
        std::printf("\"baseline_copy\":{\"trades_per_second\":%.0f,\"episodes_per_second\":%.0f,"
                    "\"bare_trades_per_second\":%.0f,\"bare_episodes_per_second\":%.0f},"
                    "\"ratio_to_copy\":{\"trades\":%.3f,\"episodes\":%.3f}",
                    copy.trades, copy.episodes, copy.bareTrades, copy.bareEpisodes,
                    postgres.tradesPerSecond / copy.trades, postgres.episodesPerSecond / copy.episodes);
    } else if (installed) {
        std::printf("COPY, psql  trades %9.0f/s   episodes %9.0f/s   into the same tables\n", copy.trades,
                    copy.episodes);
        std::printf("COPY, psql  trades %9.0f/s   episodes %9.0f/s   into tables without keys and indexes\n",
                    copy.bareTrades, copy.bareEpisodes);
    }
    if (json) {
        std::printf("}\n");
    }
    return 0;
}

} // namespace

int main(int argc, char **argv)
{
    return benchmarkMain("bench_storage", argc, argv, measure);
}
