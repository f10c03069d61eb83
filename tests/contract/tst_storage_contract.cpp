// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "storage/memory_rebuild.h"
#include "storage/postgres_storage.h"
#include "storage/storage.h"
#include "support/postgres_server.h"

#include <QtCore/QCryptographicHash>
#include <QtSql/QSqlDatabase>
#include <QtSql/QSqlQuery>
#include <QtTest/QtTest>

#include <atomic>
#include <cmath>
#include <map>
#include <stdexcept>

using namespace coinswarm;
using namespace coinswarm::api;
using namespace coinswarm::storage;

namespace {

/// What every implementation of Storage must do. A new one is a new line in implementations().
struct Implementation {
    const char *name;
    Result<std::unique_ptr<Storage>> (*open)(const std::string &folder, StorageOptions options);
};

Result<std::unique_ptr<Storage>> openSqlite(const std::string &folder, StorageOptions options)
{
    return openSqliteStorage(folder + "/coinswarm.sqlite", std::move(options));
}

/// One server for all cases; each case has a schema of its own, named by its folder.
std::unique_ptr<test::PostgresServer> server;

Result<std::unique_ptr<Storage>> openPostgres(const std::string &folder, StorageOptions options)
{
    PostgresOptions postgres;
    postgres.host = server->socketFolder();
    postgres.port = server->port();
    postgres.user = test::PostgresServer::user();
    postgres.database = test::PostgresServer::database();
    postgres.passwordFile = server->passwordFile();
    postgres.schema = "s"
        + QCryptographicHash::hash(QByteArray::fromStdString(folder), QCryptographicHash::Md5).toHex().toStdString();
    postgres.bufferFolder = folder;
    return openPostgresStorage(postgres, std::move(options));
}

SessionRecord session(const std::string &name)
{
    SessionRecord record;
    record.session = name;
    record.mode = "paper";
    record.started = Timestamp{1'700'000'000'000'000'000};
    Instrument instrument;
    instrument.id = InstrumentId(1);
    instrument.symbol = "BTC-USDT";
    record.instruments = {instrument};
    record.agents = {"trend", "risk"};
    return record;
}

Order order(std::uint64_t id)
{
    Order order;
    order.id = OrderId(id);
    order.clientId = "s-" + std::to_string(id);
    order.instrument = InstrumentId(1 + static_cast<std::uint32_t>(id % 2));
    order.side = id % 3 == 0 ? Side::Sell : Side::Buy;
    order.quantity = Quantity::fromRaw(12'345'678);
    order.limitPrice = Price::fromRaw(9'000'000'000'000'000'001);
    order.state = OrderState::PartlyFilled;
    order.created = Timestamp{static_cast<std::int64_t>(id) * 1'000};
    order.reason = "'; DROP TABLE \"orders\"; -- Grüße";
    return order;
}

Fill fill(std::uint64_t id)
{
    Fill fill;
    fill.id = FillId(id);
    fill.order = OrderId(1);
    fill.instrument = InstrumentId(1);
    fill.notional = Money::fromRaw(200'000'001);
    fill.fee = Money::fromRaw(-3);
    fill.time = Timestamp{static_cast<std::int64_t>(id)};
    return fill;
}

/// So many that a store may have another way for them than for a few.
constexpr std::uint64_t kMany = 3'000;

std::vector<SessionRow> manyFills()
{
    std::vector<SessionRow> rows;
    for (std::uint64_t id = 1; id <= kMany; ++id) {
        rows.emplace_back(fill(id));
    }
    return rows;
}

const std::vector<std::string> kTexts{
    "",    "NULL",      "{a,b}", "\"q\" \\ 'x' \\'", "line\nline\ttab", "Grüße", "$1 ? :s", "\\x41", "😀 ✓",
    "\\N", "\\.\n\\\t", "\r\n"};

template <class T>
T must(QFuture<Result<T>> future)
{
    Result<T> result = future.result();
    if (!result.ok()) {
        throw std::runtime_error(result.error().message);
    }
    return std::move(*result);
}

} // namespace

Q_DECLARE_METATYPE(const Implementation *)

class TestStorageContract : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase() { server.reset(); }
    void init();
    void recordsComeBackAsTheyWere_data() { implementations(); }
    void recordsComeBackAsTheyWere();
    void puttingAgainKeepsTheNewestState_data() { implementations(); }
    void puttingAgainKeepsTheNewestState();
    void rowsThatAreSentAgainAreThereOnce_data() { implementations(); }
    void rowsThatAreSentAgainAreThereOnce();
    void aBatchMayHoldAStoredRowAndARowTwice_data() { implementations(); }
    void aBatchMayHoldAStoredRowAndARowTwice();
    void rowsArePagedAndFiltered_data() { implementations(); }
    void rowsArePagedAndFiltered();
    void totalsAreComputed_data() { implementations(); }
    void totalsAreComputed();
    void explanationsAreFoundInTheNewestSession_data() { implementations(); }
    void explanationsAreFoundInTheNewestSession();
    void aRowWithoutItsSessionStopsTradingButNotTheOthers_data() { implementations(); }
    void aRowWithoutItsSessionStopsTradingButNotTheOthers();
    void aFullQueueSaysSo_data() { implementations(); }
    void aFullQueueSaysSo();
    void everythingIsThereAfterReopening_data() { implementations(); }
    void everythingIsThereAfterReopening();
    void aBackupIsComplete_data() { implementations(); }
    void aBackupIsComplete();
    void hundredThousandRows_data() { implementations(); }
    void hundredThousandRows();
    void theMemoryIsRebuiltFromALog_data() { implementations(); }
    void theMemoryIsRebuiltFromALog();
    void viewsShowDecimalsAndTimes_data() { implementations(); }
    void viewsShowDecimalsAndTimes();
    void textOfAnyKindComesBack_data() { implementations(); }
    void textOfAnyKindComesBack();
    void textOfAnyKindComesBackFromManyRows_data() { implementations(); }
    void textOfAnyKindComesBackFromManyRows();
    void whatNoTextCanHoldIsReplaced_data() { implementations(); }
    void whatNoTextCanHoldIsReplaced();

private:
    static void implementations()
    {
        QTest::addColumn<const Implementation *>("implementation");
        static const Implementation all[] = {{"sqlite", openSqlite}, {"postgresql", openPostgres}};
        for (const Implementation &one : all) {
            QTest::newRow(one.name) << &one;
        }
    }

    /// PostgreSQL is optional, and so is its part of the suite.
    static bool absent() { return !server && QByteArrayView(QTest::currentDataTag()) == "postgresql"; }

    std::unique_ptr<Storage> open(StorageOptions options = {})
    {
        const auto *implementation = *static_cast<const Implementation *const *>(
            QTest::qData("implementation", qMetaTypeId<const Implementation *>()));
        Result<std::unique_ptr<Storage>> opened =
            implementation->open(m_folder->path().toStdString(), std::move(options));
        if (!opened.ok()) {
            throw std::runtime_error(opened.error().message);
        }
        return std::move(*opened);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestStorageContract::initTestCase()
{
    if (!test::PostgresServer::programs().isEmpty()) {
        server = std::make_unique<test::PostgresServer>();
    }
}

void TestStorageContract::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    if (absent()) {
        QSKIP("SKIPPED: PostgreSQL is not installed (package postgresql)");
    }
}

void TestStorageContract::recordsComeBackAsTheyWere()
{
    const auto storage = open();
    storage->putSession(session("a"));
    RoundTrip trip;
    trip.id = RoundTripId(1);
    trip.slippageBps = 1.25;
    trip.pnl = Money::fromRaw(-1);
    Regime regime;
    regime.id = RegimeId(2);
    regime.session = SessionRegime::Late;
    Decision decision;
    decision.id = DecisionId(3);
    decision.action = Action::Sell;
    CountedVote vote;
    vote.agent = AgentId(1);
    vote.status = VoteStatus::Voted;
    vote.vote.reasons = {"ADX 31.2 > 25", "\"quoted\" ✓"};
    decision.votes = {vote};
    Approval approval;
    approval.id = ApprovalId(4);
    approval.decidedBy = {"ann", "bob"};
    approval.release.checks.resize(2);
    const AlertRecord alert{5, Timestamp{7}, "danger", "FEED_SILENT", "no data"};
    storage->put("a", {order(1), fill(1), trip, regime, decision, approval, alert});
    const EpisodeRecord episode{"e", "bot", "x", "buy", -0.5, "loss", Timestamp{1}, RegimeId(2), 1};
    PatternRecord pattern;
    pattern.id = "p";
    pattern.sharpe = std::nan("");
    AgentStateRecord state;
    state.id = "s";
    state.agentId = "trend";
    state.regimeTags = {"up"};
    const ProposalRecord proposal{"q", "change_weights", "{}", "planner", Timestamp{1}, "because"};
    const QuorumVoteRecord ballot{"v", "q", "m1", "accept", {"sound"}, Timestamp{2}};
    storage->putMemory({episode, pattern, state, proposal, ballot});

    const RowQuery all{"a", {}, {}, {}, {}, 0, false, 100};
    QVERIFY(must(storage->sessions()) == std::vector{session("a")});
    QVERIFY(must(storage->orders(all)) == std::vector{order(1)});
    QVERIFY(must(storage->fills(all)) == std::vector{fill(1)});
    QVERIFY(must(storage->roundTrips(all)) == std::vector{trip});
    QVERIFY(must(storage->regimes(all)) == std::vector{regime});
    QVERIFY(must(storage->decisions(all)) == std::vector{decision});
    QVERIFY(must(storage->approvals(all)) == std::vector{approval});
    QVERIFY(must(storage->alerts(all)) == std::vector{alert});
    QVERIFY(must(storage->episodes(10)) == std::vector{episode});
    QVERIFY(std::isnan(must(storage->patterns()).at(0).sharpe));
    QVERIFY(must(storage->agentStates("trend")) == std::vector{state});
    QVERIFY(must(storage->agentStates("x' OR '1'='1")).empty());
    QVERIFY(must(storage->proposals(10)) == std::vector{proposal});
    QVERIFY(must(storage->quorumVotes("q")) == std::vector{ballot});
    QCOMPARE(must(storage->counts("a")).at("orders"), std::uint64_t{1});
}

void TestStorageContract::puttingAgainKeepsTheNewestState()
{
    const auto storage = open();
    storage->putSession(session("a"));
    Order changed = order(1);
    changed.state = OrderState::Filled;
    storage->put("a", {order(1)});
    storage->put("a", {changed});
    storage->put("a", {changed});
    QVERIFY(must(storage->orders({"a", {}, {}, {}, {}, 0, false, 10})) == std::vector{changed});
}

void TestStorageContract::rowsThatAreSentAgainAreThereOnce()
{
    const auto storage = open();
    storage->putSession(session("a"));
    storage->putSession(session("b"));
    for (int time = 0; time < 3; ++time) {
        storage->put("a", manyFills());
        storage->put("b", manyFills());
        QVERIFY(storage->flush().result().ok());
    }
    QVERIFY(storage->health().state == StorageState::Working);
    QCOMPARE(must(storage->counts({})).at("fills"), 2 * kMany);
    const SessionTotals totals = must(storage->totals("a"));
    QCOMPARE(totals.fills, kMany);
    QVERIFY(totals.fees == Money::fromRaw(-3 * static_cast<std::int64_t>(kMany)));
}

void TestStorageContract::aBatchMayHoldAStoredRowAndARowTwice()
{
    const auto storage = open();
    storage->putSession(session("a"));
    storage->put("a", {fill(kMany / 2)});
    QVERIFY(storage->flush().result().ok());
    std::vector<SessionRow> rows = manyFills();
    Fill stored = fill(kMany / 2);
    stored.venueFillId = "newer than what is stored";
    rows[kMany / 2 - 1] = stored;
    Fill twice = fill(7);
    twice.venueFillId = "newer than in the same batch";
    rows.emplace_back(twice);
    // What is put in the same transaction must not suffer.
    rows.emplace_back(order(1));
    storage->put("a", rows);
    QVERIFY(storage->flush().result().ok());
    QVERIFY2(storage->health().state == StorageState::Working, storage->health().reason.c_str());
    const auto fills = must(storage->fills({"a", {}, {}, {}, {}, 0, false, 10'000}));
    QCOMPARE(fills.size(), std::size_t{kMany});
    for (const Fill &found : fills) {
        QVERIFY(found == (found.id == stored.id ? stored : found.id == twice.id ? twice : fill(found.id.value)));
    }
    QCOMPARE(must(storage->counts("a")).at("orders"), std::uint64_t{1});
}

void TestStorageContract::rowsArePagedAndFiltered()
{
    const auto storage = open();
    storage->putSession(session("a"));
    storage->putSession(session("b"));
    std::vector<SessionRow> rows;
    for (std::uint64_t id = 1; id <= 100; ++id) {
        rows.emplace_back(order(id));
    }
    storage->put("a", rows);
    storage->put("b", {order(7)});
    const auto ids = [&](RowQuery query) {
        std::vector<std::uint64_t> found;
        for (const Order &row : must(storage->orders(std::move(query)))) {
            found.push_back(row.id.value);
        }
        return found;
    };
    RowQuery query{"a", {}, {}, {}, {}, 0, false, 3};
    QVERIFY(ids(query) == (std::vector<std::uint64_t>{1, 2, 3}));
    query.afterId = 3;
    QVERIFY(ids(query) == (std::vector<std::uint64_t>{4, 5, 6}));
    query.newestFirst = true;
    QVERIFY(ids(query) == (std::vector<std::uint64_t>{2, 1}));
    query.afterId = 0;
    QVERIFY(ids(query) == (std::vector<std::uint64_t>{100, 99, 98}));
    query.side = Side::Sell;
    query.instrument = InstrumentId(1);
    QVERIFY(ids(query) == (std::vector<std::uint64_t>{96, 90, 84}));
    query = {"a", {}, {}, Timestamp{10'000}, Timestamp{12'000}, 0, false, 10};
    QVERIFY(ids(query) == (std::vector<std::uint64_t>{10, 11}));
    QVERIFY(!storage->orders(RowQuery{}).result().ok());
}

void TestStorageContract::totalsAreComputed()
{
    const auto storage = open();
    storage->putSession(session("a"));
    RoundTrip win;
    win.id = RoundTripId(1);
    win.pnl = Money::fromRaw(500);
    RoundTrip loss = win;
    loss.id = RoundTripId(2);
    loss.pnl = Money::fromRaw(-700);
    storage->put("a", {order(1), fill(1), fill(2), win, loss});
    const SessionTotals totals = must(storage->totals("a"));
    QVERIFY(totals
            == (SessionTotals{1, 2, 2, 1, Money::fromRaw(-200), Money::fromRaw(-6), Money::fromRaw(400'000'002)}));
    QVERIFY(must(storage->totals("none")) == SessionTotals());
}

void TestStorageContract::explanationsAreFoundInTheNewestSession()
{
    const auto storage = open();
    SessionRecord newer = session("newer");
    newer.started = newer.started + std::chrono::hours(1);
    storage->putSession(newer);
    storage->putSession(session("older"));
    storage->put("newer", {ExplanationRecord{OrderId(9), "{\"n\":1}"}});
    storage->put("older", {ExplanationRecord{OrderId(9), "{\"n\":2}"}});
    QCOMPARE(must(storage->explanation({}, OrderId(9))), std::string("{\"n\":1}"));
    QCOMPARE(must(storage->explanation("older", OrderId(9))), std::string("{\"n\":2}"));
    const auto missing = storage->explanation({}, OrderId(8)).result();
    QVERIFY(!missing.ok() && missing.error().kind == ErrorKind::NotFound);
}

void TestStorageContract::aRowWithoutItsSessionStopsTradingButNotTheOthers()
{
    std::atomic<int> stopped{0};
    StorageOptions options;
    options.onHealth = [&](const StorageHealth &health) { stopped += health.state == StorageState::Stopped ? 1 : 0; };
    const auto storage = open(options);
    storage->putSession(session("a"));
    storage->put("a", {order(1)});
    storage->put("never put", {order(2)});
    storage->put("a", {order(3)});
    QVERIFY(storage->flush().result().ok());
    QCOMPARE(must(storage->counts({})).at("orders"), std::uint64_t{2});
    QCOMPARE(storage->health().refused, std::uint64_t{1});
    QVERIFY(storage->health().state == StorageState::Stopped);
    QVERIFY(!storage->health().reason.empty());
    QCOMPARE(stopped.load(), 1);
}

void TestStorageContract::aFullQueueSaysSo()
{
    StorageOptions options;
    options.queueLimit = 10;
    const auto storage = open(options);
    storage->putSession(session("a"));
    QVERIFY(storage->flush().result().ok());
    storage->put("a", std::vector<SessionRow>(10, SessionRow(order(1))));
    QVERIFY(storage->flush().result().ok());
    QVERIFY(storage->health().state == StorageState::Working);
    storage->put("a", std::vector<SessionRow>(11, SessionRow(order(1))));
    QVERIFY(storage->health().state == StorageState::Stopped);
    QCOMPARE(storage->health().refused, std::uint64_t{11});
}

void TestStorageContract::everythingIsThereAfterReopening()
{
    {
        const auto storage = open();
        storage->putSession(session("a"));
        storage->put("a", {order(1), fill(1)});
        // Not flushed: closing writes what is queued.
    }
    const auto storage = open();
    QCOMPARE(must(storage->counts("a")).at("orders"), std::uint64_t{1});
    QVERIFY(must(storage->fills({"a", {}, {}, {}, {}, 0, false, 10})) == std::vector{fill(1)});
}

void TestStorageContract::aBackupIsComplete()
{
    const auto storage = open();
    storage->putSession(session("a"));
    storage->put("a", {order(1)});
    const QString copy = m_folder->filePath(QStringLiteral("copy.sqlite"));
    const auto made = storage->backup(copy.toStdString()).result();
    QVERIFY2(made.ok(), made.ok() ? "" : made.error().message.c_str());
    QVERIFY(!storage->backup(copy.toStdString()).result().ok());
    const auto restored = openSqliteStorage(copy.toStdString());
    QVERIFY(restored.ok());
    QCOMPARE(must((*restored)->counts("a")).at("orders"), std::uint64_t{1});
}

void TestStorageContract::hundredThousandRows()
{
    const auto storage = open();
    storage->putSession(session("a"));
    constexpr std::uint64_t rows = 100'000;
    QElapsedTimer timer;
    timer.start();
    for (std::uint64_t id = 1; id <= rows;) {
        std::vector<SessionRow> group;
        for (int i = 0; i < 100; ++i) {
            group.emplace_back(fill(id++));
        }
        storage->put("a", std::move(group));
    }
    QVERIFY(storage->flush().result().ok());
    const double seconds = static_cast<double>(timer.nsecsElapsed()) / 1e9;
    qInfo("%.0f fills a second", static_cast<double>(rows) / seconds);
    QCOMPARE(must(storage->counts("a")).at("fills"), rows);
    QVERIFY(storage->health().state == StorageState::Working);
}

void TestStorageContract::theMemoryIsRebuiltFromALog()
{
    const auto storage = open();
    storage->putSession(session("a"));
    storage->put("a", {order(1)});
    storage->putMemory({EpisodeRecord{"gone", "", "", "", 0, "", {}, {}, 1}, ProposalRecord{"p", "", "", "", {}, ""},
                        QuorumVoteRecord{"v", "p", "", "", {}, {}}});
    int chunks = 0;
    std::vector<std::uint64_t> seen;
    const Result<std::uint64_t> rebuilt = rebuildMemory(
        *storage,
        [&]() -> Result<std::vector<MemoryRow>> {
            std::vector<MemoryRow> rows;
            for (int i = 0; chunks < 3 && i < 100; ++i) {
                rows.emplace_back(
                    EpisodeRecord{std::to_string(chunks) + "-" + std::to_string(i), "", "", "", 0, "", {}, {}, 1});
            }
            ++chunks;
            return rows;
        },
        [&](std::uint64_t rows) { seen.push_back(rows); });
    QVERIFY2(rebuilt.ok(), rebuilt.ok() ? "" : rebuilt.error().message.c_str());
    QCOMPARE(*rebuilt, std::uint64_t{300});
    QVERIFY(seen == (std::vector<std::uint64_t>{100, 200, 300}));
    const auto counts = must(storage->counts({}));
    QCOMPARE(counts.at("episodes"), std::uint64_t{300});
    QCOMPARE(counts.at("proposals"), std::uint64_t{0});
    QCOMPARE(counts.at("quorum_votes"), std::uint64_t{0});
    QCOMPARE(counts.at("orders"), std::uint64_t{1});
}

void TestStorageContract::viewsShowDecimalsAndTimes()
{
    const auto storage = open();
    storage->putSession(session("a"));
    RoundTrip trip;
    trip.id = RoundTripId(1);
    trip.instrument = InstrumentId(1);
    trip.agent = AgentId(2);
    trip.pnl = Money::fromRaw(-123'456'789);
    trip.exitTime = Timestamp{1'700'000'000'123'000'000};
    storage->put("a", {trip, order(2), fill(1)});
    QVERIFY(storage->flush().result().ok());
    const QString columns = QStringLiteral("symbol || ' ' || pnl || ' ' || exit_time || ' ' || agent_id");
    QByteArray shown;
    if (QByteArrayView(QTest::currentDataTag()) == "postgresql") {
        const QByteArray found = QCryptographicHash::hash(m_folder->path().toUtf8(), QCryptographicHash::Md5).toHex();
        const QString from = QStringLiteral(" FROM s%1.").arg(QLatin1String(found));
        shown = server->psql(QStringLiteral("SELECT ") + columns + from + QStringLiteral("trades"));
        QCOMPARE(server->psql(QStringLiteral("SELECT limit_price") + from + QStringLiteral("orders_decimal")),
                 QByteArray("90000000000.00000001"));
        QCOMPARE(server->psql(QStringLiteral("SELECT fee") + from + QStringLiteral("fills_decimal")),
                 QByteArray("-0.00000003"));
    } else {
        {
            QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("views"));
            database.setDatabaseName(m_folder->filePath(QStringLiteral("coinswarm.sqlite")));
            QVERIFY(database.open());
            QSqlQuery query(database);
            QVERIFY(query.exec(QStringLiteral("SELECT ") + columns + QStringLiteral(" FROM trades")) && query.next());
            shown = query.value(0).toByteArray();
        }
        QSqlDatabase::removeDatabase(QStringLiteral("views"));
    }
    QCOMPARE(shown, QByteArray("BTC-USDT -1.23456789 2023-11-14T22:13:20.123Z risk"));
}

void TestStorageContract::textOfAnyKindComesBack()
{
    const auto storage = open();
    std::vector<MemoryRow> rows;
    for (std::size_t i = 0; i < kTexts.size(); ++i) {
        rows.emplace_back(
            AgentStateRecord{std::to_string(i), "a", kTexts[i], kTexts[i], {kTexts[i], kTexts[i]}, {}, {}});
    }
    const EpisodeRecord extremes{
        "e", "", "", "", 0.1 + 0.2, "", Timestamp{std::numeric_limits<std::int64_t>::max()}, RegimeId(1), -1.0 / 3.0};
    rows.emplace_back(extremes);
    storage->putMemory(rows);
    const auto states = must(storage->agentStates("a"));
    QCOMPARE(states.size(), kTexts.size());
    for (const AgentStateRecord &state : states) {
        QCOMPARE(state.weights, kTexts[static_cast<std::size_t>(std::stoi(state.id))]);
        QVERIFY(state == std::get<AgentStateRecord>(rows[static_cast<std::size_t>(std::stoi(state.id))]));
    }
    QVERIFY(must(storage->episodes(1)) == std::vector{extremes});
}

void TestStorageContract::textOfAnyKindComesBackFromManyRows()
{
    const auto storage = open();
    std::vector<MemoryRow> rows;
    std::map<std::string, EpisodeRecord> put;
    for (std::size_t i = 0; i < kMany; ++i) {
        const std::string &text = kTexts[i % kTexts.size()];
        const EpisodeRecord episode{std::to_string(i) + text,
                                    text,
                                    text + text,
                                    "\t" + text,
                                    0.1 * static_cast<double>(i),
                                    text + "\n",
                                    Timestamp{-static_cast<std::int64_t>(i)},
                                    RegimeId(i),
                                    -1e-300};
        put[episode.id] = episode;
        rows.emplace_back(episode);
    }
    EpisodeRecord unknown{"unknown", "", "", "", std::nan(""), "", Timestamp{1}, {}, 1};
    rows.emplace_back(unknown);
    storage->putMemory(std::move(rows));
    const auto episodes = must(storage->episodes(10'000));
    QCOMPARE(episodes.size(), std::size_t{kMany + 1});
    for (const EpisodeRecord &episode : episodes) {
        QVERIFY2(episode.id == unknown.id ? std::isnan(episode.reward) : episode == put.at(episode.id),
                 episode.id.c_str());
    }
}

void TestStorageContract::whatNoTextCanHoldIsReplaced()
{
    const bool zerosAreKept = QByteArrayView(QTest::currentDataTag()) == "sqlite";
    const std::string replacement = "\xEF\xBF\xBD";
    const auto storage = open();
    for (const std::size_t count : {std::size_t{1}, std::size_t{kMany}}) {
        std::vector<MemoryRow> rows;
        for (std::size_t i = 0; i < count; ++i) {
            const std::string id = std::to_string(count) + "/" + std::to_string(i);
            rows.emplace_back(AgentStateRecord{id,
                                               std::to_string(count),
                                               std::string("a\0b", 3),
                                               "c\xFF"
                                               "d ü",
                                               {},
                                               {},
                                               {}});
        }
        storage->putMemory(std::move(rows));
        const auto states = must(storage->agentStates(std::to_string(count)));
        QVERIFY2(storage->health().state == StorageState::Working, storage->health().reason.c_str());
        QCOMPARE(states.size(), count);
        for (const AgentStateRecord &state : states) {
            QCOMPARE(state.weights, zerosAreKept ? std::string("a\0b", 3) : "a" + replacement + "b");
            QCOMPARE(state.thresholds, "c" + replacement + "d ü");
        }
    }
}

QTEST_GUILESS_MAIN(TestStorageContract)
#include "tst_storage_contract.moc"
