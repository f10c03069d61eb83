// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "contract/memory_model.h"
#include "embedded_memory.h"
#include "support/check.h"

#ifdef COINSWARM_HAS_REDIS
#include "redis_memory.h"
#include "support/redis_server.h"
#endif

#include <QtTest/QtTest>

#include <atomic>
#include <thread>

using namespace coinswarm;
using namespace coinswarm::redis;
using namespace coinswarm::replica;
using namespace coinswarm::test;

namespace {

/// What every HotMemory must do. A new one is a new line in implementations().
struct Implementation {
    const char *name;
    /// Opens what the folder holds.
    Result<std::unique_ptr<HotMemory>> (*open)(const std::string &folder);
    /// The one file that save() writes into the folder; empty if it saves elsewhere.
    const char *file;
};

template <class Memory>
Result<std::unique_ptr<HotMemory>> asHotMemory(Result<std::unique_ptr<Memory>> memory)
{
    return memory.ok() ? Result<std::unique_ptr<HotMemory>>(std::move(memory).value()) : memory.error();
}

Result<std::unique_ptr<HotMemory>> openEmbedded(const std::string &folder)
{
    return asHotMemory(EmbeddedMemory::open({}, folder));
}

Result<std::unique_ptr<HotMemory>> openExact(const std::string &folder)
{
    MemoryOptions options;
    options.exact = true;
    return asHotMemory(EmbeddedMemory::open(options, folder));
}

#ifdef COINSWARM_HAS_REDIS
std::unique_ptr<RedisServer> redisServer; ///< of this run

/// Each folder is a cluster of its own, as it is in a session.
Result<std::unique_ptr<HotMemory>> openRedis(const std::string &folder)
{
    if (redisServer == nullptr) {
        return Error{ErrorKind::Unavailable, "no server"};
    }
    RedisMemoryOptions options;
    take(setRedisAddress(options.redis, redisServer->address()));
    options.cluster = folder;
    return asHotMemory(RedisMemory::open(options, folder));
}
#endif

std::vector<MemoryChange> puts(EpisodeMaker &maker, std::uint64_t first, std::uint64_t count)
{
    std::vector<MemoryChange> changes;
    for (std::uint64_t id = first; id < first + count; ++id) {
        changes.push_back(PutEpisode{maker.item(id)});
    }
    return changes;
}

RecallQuery exactQuery(const Embedding &embedding, RecallFilter filter = {}, std::uint32_t count = kRecalledEpisodes)
{
    return {embedding, count, std::move(filter), true};
}

/// A filter that sets each of its parts with the given probability in per cent.
RecallFilter randomFilter(std::mt19937 &random, unsigned percent)
{
    RecallFilter filter;
    const auto chosen = [&] { return random() % 100 < percent; };
    if (chosen()) {
        filter.symbol = random() % 4 == 0 ? "DOGE-USD" : "ETH-USD";
    }
    if (chosen()) {
        filter.action = static_cast<Action>(random() % 3);
    }
    if (chosen()) {
        filter.volatility = static_cast<VolatilityRegime>(random() % 4);
    }
    if (chosen()) {
        filter.spread = static_cast<SpreadRegime>(random() % 4);
    }
    if (chosen()) {
        filter.trend = static_cast<TrendRegime>(random() % 4);
    }
    if (chosen()) {
        filter.hours = static_cast<SessionRegime>(random() % 5);
    }
    if (chosen()) {
        filter.pattern = PatternId(1 + random() % 8);
    }
    if (chosen()) {
        filter.from = Timestamp::fromMilliseconds(random() % 600'000);
    }
    if (chosen()) {
        filter.to = Timestamp::fromMilliseconds(200'000 + random() % 600'000);
    }
    filter.withDeprecated = chosen();
    return filter;
}

} // namespace

Q_DECLARE_METATYPE(const Implementation *)

class TestMemoryContract : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void init();
    void cleanup() { m_memory.reset(); }
    void emptyMemoryAnswersNothing_data() { implementations(); }
    void emptyMemoryAnswersNothing();
    void nearestComeFirstWithTheirTags_data() { implementations(); }
    void nearestComeFirstWithTheirTags();
    void equallyNearOnesComeById_data() { implementations(); }
    void equallyNearOnesComeById();
    void eachFilterKeepsWhatMatches_data() { implementations(); }
    void eachFilterKeepsWhatMatches();
    void combinedFiltersKeepWhatMatchesAll_data() { implementations(); }
    void combinedFiltersKeepWhatMatchesAll();
    void changesAreSeenByTheNextRecall_data() { implementations(); }
    void changesAreSeenByTheNextRecall();
    void slotsComeInOrder_data() { implementations(); }
    void slotsComeInOrder();
    void aSlotThatIsRefusedChangesNothing_data() { implementations(); }
    void aSlotThatIsRefusedChangesNothing();
    void impossibleQuestionsAreRefused_data() { implementations(); }
    void impossibleQuestionsAreRefused();
    void manyCanBeRecalled_data() { implementations(); }
    void manyCanBeRecalled();
    void recallsFindMostWhileTheIndexIsBuilt_data() { implementations(); }
    void recallsFindMostWhileTheIndexIsBuilt();
    void recallsSeeWholeSlots_data() { implementations(); }
    void recallsSeeWholeSlots();
    void optimisingKeepsEverything_data() { implementations(); }
    void optimisingKeepsEverything();
    void optimisingCanBeGivenUp_data() { implementations(); }
    void optimisingCanBeGivenUp();
    void savedMemoryComesBack_data() { implementations(); }
    void savedMemoryComesBack();
    void bentSnapshotsAreRefused_data() { implementations(); }
    void bentSnapshotsAreRefused();
    void clearingForgetsWhatIsStored_data() { implementations(); }
    void clearingForgetsWhatIsStored();
    void infoCounts_data() { implementations(); }
    void infoCounts();

private:
    static void implementations();
    std::string folder() const { return m_folder->path().toStdString(); }
    void reopen();
    void apply(const std::vector<MemoryChange> &changes);
    bool agrees(const RecallQuery &query);

    const Implementation *m_implementation = nullptr;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<HotMemory> m_memory;
    MemoryModel m_model;
};

void TestMemoryContract::implementations()
{
    static const Implementation all[] = {
        {"embedded", openEmbedded, "episodes.index"},
        {"exact", openExact, "episodes.index"},
#ifdef COINSWARM_HAS_REDIS
        {"redis", openRedis, "episodes.index"},
#endif
    };
    QTest::addColumn<const Implementation *>("implementation");
    for (const Implementation &one : all) {
        QTest::newRow(one.name) << &one;
    }
}

void TestMemoryContract::initTestCase()
{
#ifdef COINSWARM_HAS_REDIS
    if (RedisServer::isAvailable()) {
        redisServer = take(RedisServer::start());
    }
#endif
}

void TestMemoryContract::cleanupTestCase()
{
#ifdef COINSWARM_HAS_REDIS
    redisServer.reset();
#endif
}

void TestMemoryContract::init()
{
    QFETCH(const Implementation *, implementation);
#ifdef COINSWARM_HAS_REDIS
    if (implementation->open == openRedis && redisServer == nullptr) {
        QSKIP("SKIPPED: redis-server is not installed");
    }
#endif
    m_implementation = implementation;
    m_folder = std::make_unique<QTemporaryDir>();
    m_model = {};
    m_memory = take(implementation->open(folder()));
}

void TestMemoryContract::reopen()
{
    m_memory.reset();
    m_memory = take(m_implementation->open(folder()));
}

void TestMemoryContract::apply(const std::vector<MemoryChange> &changes)
{
    m_model.apply(m_model.slot() + 1, changes);
    take(m_memory->apply(m_model.slot(), changes));
}

/// Whether memory answers what the model does.
bool TestMemoryContract::agrees(const RecallQuery &query)
{
    return take(m_memory->recall(query)) == m_model.recall(query);
}

void TestMemoryContract::emptyMemoryAnswersNothing()
{
    QCOMPARE(m_memory->slot(), std::uint64_t{0});
    QVERIFY(agrees(exactQuery({})));
    QVERIFY(agrees(RecallQuery{}));
    QVERIFY(!m_memory->get(EpisodeId(1)).has_value());
    QCOMPARE(m_memory->info().episodes, std::uint64_t{0});
    take(m_memory->apply(1, {}));
    QCOMPARE(m_memory->slot(), std::uint64_t{1});
}

void TestMemoryContract::nearestComeFirstWithTheirTags()
{
    EpisodeMaker maker(1);
    apply(puts(maker, 1, 500));
    for (int i = 0; i < 100; ++i) {
        const Recall recall = take(m_memory->recall(exactQuery(maker.embedding())));
        QCOMPARE(recall.neighbours.size(), std::size_t{10});
        QVERIFY(recall.unavailable.empty());
        QVERIFY(agrees(exactQuery(maker.embedding())));
    }
    QCOMPARE(m_memory->get(EpisodeId(7)), std::optional(m_model.items().at(7)));
}

void TestMemoryContract::equallyNearOnesComeById()
{
    EpisodeMaker maker(2);
    std::vector<MemoryChange> changes = puts(maker, 1, 60);
    std::reverse(changes.begin(), changes.end());
    const Embedding one = maker.embedding();
    const Embedding other = maker.embedding();
    for (MemoryChange &change : changes) {
        MemoryItem &item = std::get<PutEpisode>(change).item;
        item.embedding = item.id.value % 3 == 0 ? other : one;
        item.tags.deprecated = false;
    }
    apply(changes);
    for (const std::uint32_t count : {1U, 10U, 39U, 40U, 41U, 60U}) {
        QVERIFY(agrees(exactQuery(one, {}, count)));
        QVERIFY(agrees(exactQuery(other, {}, count)));
    }
    const Recall recall = take(m_memory->recall(exactQuery(one)));
    QCOMPARE(recall.neighbours.front().episode, EpisodeId(1));
    QCOMPARE(recall.neighbours.front().distance, 0);
    QCOMPARE(recall.neighbours.back().episode, EpisodeId(14));
}

void TestMemoryContract::eachFilterKeepsWhatMatches()
{
    EpisodeMaker maker(3);
    apply(puts(maker, 1, 600));
    std::vector<RecallFilter> filters(12);
    filters[0].symbol = "ETH-USD";
    filters[1].symbol = "unknown";
    filters[2].action = Action::Sell;
    filters[3].action = Action::Hold;
    filters[4].volatility = VolatilityRegime::High;
    filters[5].spread = SpreadRegime::Tight;
    filters[6].trend = TrendRegime::Down;
    filters[7].hours = SessionRegime::Late;
    filters[8].pattern = PatternId(3);
    filters[9].from = Timestamp::fromMilliseconds(300'000);
    filters[10].to = Timestamp::fromMilliseconds(300'000);
    filters[11].withDeprecated = true;
    for (RecallFilter filter : filters) {
        QVERIFY(agrees(exactQuery(maker.embedding(), filter)));
        QVERIFY(agrees(exactQuery(maker.embedding(), filter, 1'000)));
        filter.withDeprecated = true;
        QVERIFY(agrees(exactQuery(maker.embedding(), filter, 1'000)));
    }
    // The ends of the span: the first moment belongs to it, the last does not.
    RecallFilter moment;
    moment.from = m_model.items().at(17).tags.time;
    moment.to = Timestamp{moment.from->ns + 1};
    moment.withDeprecated = true;
    QVERIFY(!take(m_memory->recall(exactQuery(maker.embedding(), moment))).neighbours.empty());
    QVERIFY(agrees(exactQuery(maker.embedding(), moment)));
    moment.to = moment.from;
    QVERIFY(take(m_memory->recall(exactQuery(maker.embedding(), moment))).neighbours.empty());
}

void TestMemoryContract::combinedFiltersKeepWhatMatchesAll()
{
    EpisodeMaker maker(4);
    apply(puts(maker, 1, 800));
    std::size_t found = 0;
    for (int i = 0; i < 400; ++i) {
        const RecallQuery query =
            exactQuery(maker.embedding(), randomFilter(maker.random(), static_cast<unsigned>(10 + i % 40)));
        QVERIFY(agrees(query));
        found += m_model.recall(query).neighbours.size();
    }
    QVERIFY(found > 500);
}

void TestMemoryContract::changesAreSeenByTheNextRecall()
{
    EpisodeMaker maker(5);
    apply(puts(maker, 1, 300));
    for (int round = 0; round < 300; ++round) {
        std::vector<MemoryChange> changes;
        for (int i = 0; i < 3; ++i) {
            const std::uint64_t id = 1 + maker.random()() % 400;
            if (maker.random()() % 3 == 0) {
                changes.push_back(RemoveEpisode{EpisodeId(id)});
            } else {
                MemoryItem item = maker.item(id);
                const auto present = m_model.items().find(id);
                // Sometimes only what is known of an episode changes, and not where it lies.
                if (present != m_model.items().end() && maker.random()() % 2 == 0) {
                    item.embedding = present->second.embedding;
                }
                changes.push_back(PutEpisode{item});
            }
        }
        apply(changes);
        for (const MemoryChange &change : changes) {
            const auto *put = std::get_if<PutEpisode>(&change);
            const EpisodeId id = put != nullptr ? put->item.id : std::get<RemoveEpisode>(change).id;
            const auto expected = m_model.items().find(id.value);
            QCOMPARE(m_memory->get(id),
                     expected == m_model.items().end() ? std::nullopt : std::optional(expected->second));
            QVERIFY(agrees(exactQuery(put != nullptr ? put->item.embedding : maker.embedding())));
        }
        QVERIFY(agrees(exactQuery(maker.embedding(), randomFilter(maker.random(), 15))));
    }
    QCOMPARE(m_memory->info().episodes, std::uint64_t{m_model.items().size()});
}

void TestMemoryContract::slotsComeInOrder()
{
    EpisodeMaker maker(6);
    take(m_memory->apply(5, puts(maker, 1, 1)));
    QCOMPARE(m_memory->slot(), std::uint64_t{5});
    for (const std::uint64_t late : {0, 1, 5}) {
        const Result<void> refused = m_memory->apply(late, puts(maker, 2, 1));
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().kind, ErrorKind::Refused);
    }
    QVERIFY(!m_memory->get(EpisodeId(2)).has_value());
    take(m_memory->apply(9, puts(maker, 2, 1)));
    QCOMPARE(take(m_memory->recall(exactQuery({}))).slot, std::uint64_t{9});
}

void TestMemoryContract::aSlotThatIsRefusedChangesNothing()
{
    EpisodeMaker maker(7);
    apply(puts(maker, 1, 20));
    std::vector<MemoryItem> wrong(4, maker.item(22));
    wrong[0].id = EpisodeId();
    wrong[1].embedding.values[383] = -128;
    wrong[2].tags.action = static_cast<Action>(3);
    wrong[3].tags.hours = static_cast<SessionRegime>(200);
    for (const MemoryItem &item : wrong) {
        std::vector<MemoryChange> changes = puts(maker, 21, 1);
        changes.push_back(RemoveEpisode{EpisodeId(1)});
        changes.push_back(PutEpisode{item});
        const Result<void> refused = m_memory->apply(2, changes);
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().kind, ErrorKind::Invalid);
        QVERIFY(agrees(exactQuery(maker.embedding(), {}, 100)));
    }
    apply(puts(maker, 21, 1));
    QVERIFY(agrees(exactQuery(maker.embedding(), {}, 100)));
}

void TestMemoryContract::impossibleQuestionsAreRefused()
{
    EpisodeMaker maker(8);
    apply(puts(maker, 1, 20));
    std::vector<RecallQuery> wrong(4, exactQuery(maker.embedding()));
    wrong[0].count = 0;
    wrong[1].count = 1'001;
    wrong[2].embedding.values[0] = -128;
    wrong[3].filter.trend = static_cast<TrendRegime>(9);
    for (const RecallQuery &query : wrong) {
        const Result<Recall> refused = m_memory->recall(query);
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().kind, ErrorKind::Invalid);
        QVERIFY(!refused.error().message.empty());
    }
}

void TestMemoryContract::manyCanBeRecalled()
{
    EpisodeMaker maker(9);
    apply(puts(maker, 1, 1'500));
    for (const std::uint32_t count : {1U, 999U, 1'000U}) {
        QVERIFY(agrees(exactQuery(maker.embedding(), {}, count)));
    }
}

void TestMemoryContract::recallsFindMostWhileTheIndexIsBuilt()
{
    EpisodeMaker maker(10);
    std::size_t expected = 0;
    std::size_t found = 0;
    const auto ask = [&](const RecallFilter &filter) {
        const RecallQuery query{maker.embedding(), kRecalledEpisodes, filter, false};
        const Recall right = m_model.recall(query);
        const Recall recall = take(m_memory->recall(query));
        QCOMPARE(recall.slot, right.slot);
        QVERIFY(std::is_sorted(recall.neighbours.begin(), recall.neighbours.end(),
                               [](const Neighbour &a, const Neighbour &b) {
                                   return std::pair(a.distance, a.episode) < std::pair(b.distance, b.episode);
                               }));
        expected += right.neighbours.size();
        for (const Neighbour &neighbour : recall.neighbours) {
            found += static_cast<std::size_t>(std::count(right.neighbours.begin(), right.neighbours.end(), neighbour));
        }
    };
    for (std::uint64_t slot = 0; slot < 40; ++slot) {
        apply(puts(maker, 1 + slot * 150, 150));
        // What has just come is found at once.
        const MemoryItem &last = m_model.items().rbegin()->second;
        RecallFilter all;
        all.withDeprecated = true;
        QCOMPARE(take(m_memory->recall({last.embedding, 1, all, false})).neighbours.front().episode, last.id);
        ask({});
        ask(randomFilter(maker.random(), 15));
    }
    QTRY_COMPARE_WITH_TIMEOUT(m_memory->info().unindexed, std::uint64_t{0}, 60'000);
    for (int i = 0; i < 100; ++i) {
        ask({});
        ask(randomFilter(maker.random(), 15));
    }
    QVERIFY2(found * 100 >= expected * 99, qPrintable(QString::number(found) + u'/' + QString::number(expected)));
}

/// Each slot puts ten episodes of its own reward in the place of the ten before: a recall that saw half a slot shows two.
void TestMemoryContract::recallsSeeWholeSlots()
{
    constexpr std::uint64_t kSlots = 400;
    EpisodeMaker maker(11);
    const Embedding centre = maker.embedding();
    const auto changes = [&](std::uint64_t slot) {
        std::vector<MemoryChange> all = puts(maker, 1, 10);
        for (MemoryChange &change : all) {
            MemoryItem &item = std::get<PutEpisode>(change).item;
            item.embedding = slot % 3 == 0 ? centre : embeddingAround(centre, 3, maker.random());
            item.tags = {};
            item.tags.reward = static_cast<double>(slot);
        }
        return all;
    };
    take(m_memory->apply(1, changes(1)));
    std::atomic<bool> over{false};
    std::atomic<int> torn{0};
    std::atomic<int> recalls{0};
    std::vector<std::jthread> readers;
    for (int i = 0; i < 2; ++i) {
        readers.emplace_back([&] {
            std::uint64_t before = 0;
            while (!over) {
                const Result<Recall> recall = m_memory->recall({centre, 10, {}, recalls % 2 == 0});
                bool whole = recall.ok() && recall->neighbours.size() == 10 && recall->slot >= before;
                for (std::size_t at = 0; whole && at < 10; ++at) {
                    whole = recall->neighbours[at].tags.reward == static_cast<double>(recall->slot);
                }
                torn += whole ? 0 : 1;
                before = recall.ok() ? recall->slot : before;
                ++recalls;
            }
        });
    }
    for (std::uint64_t slot = 2; slot <= kSlots; ++slot) {
        take(m_memory->apply(slot, changes(slot)));
    }
    const int after = recalls;
    QTRY_VERIFY(recalls > after + 10);
    over = true;
    readers.clear();
    QCOMPARE(torn.load(), 0);
    QCOMPARE(m_memory->info().episodes, std::uint64_t{10});
}

void TestMemoryContract::optimisingKeepsEverything()
{
    EpisodeMaker maker(12);
    apply(puts(maker, 1, 1'000));
    std::vector<MemoryChange> changes;
    for (std::uint64_t id = 1; id <= 600; ++id) {
        changes.push_back(RemoveEpisode{EpisodeId(id)});
    }
    apply(changes);
    double last = -1;
    bool forward = true;
    take(m_memory->optimise([&](double done) {
        forward = forward && done >= last && done >= 0 && done <= 1;
        last = done;
        return true;
    }));
    QVERIFY(forward);
    QCOMPARE(last, 1.0);
    QCOMPARE(m_memory->info().episodes, std::uint64_t{400});
    for (int i = 0; i < 30; ++i) {
        QVERIFY(agrees(exactQuery(maker.embedding(), randomFilter(maker.random(), 15))));
    }
    apply(puts(maker, 2'000, 5));
    QVERIFY(agrees(exactQuery(maker.embedding())));
}

void TestMemoryContract::optimisingCanBeGivenUp()
{
    EpisodeMaker maker(13);
    apply(puts(maker, 1, 700));
    const Result<void> given = m_memory->optimise([](double) { return false; });
    QVERIFY(!given.ok());
    QCOMPARE(given.error().kind, ErrorKind::Refused);
    QVERIFY(agrees(exactQuery(maker.embedding())));
    apply(puts(maker, 701, 5));
    QVERIFY(agrees(exactQuery(maker.embedding())));
}

void TestMemoryContract::savedMemoryComesBack()
{
    EpisodeMaker maker(14);
    apply(puts(maker, 1, 3'000));
    apply({RemoveEpisode{EpisodeId(3)}, PutEpisode{maker.item(4)}});
    take(m_memory->save());
    const MemoryModel saved = m_model;
    apply(puts(maker, 5'000, 10));
    reopen();
    m_model = saved;
    QCOMPARE(m_memory->slot(), m_model.slot());
    QCOMPARE(m_memory->info().episodes, std::uint64_t{2'999});
    for (int i = 0; i < 30; ++i) {
        QVERIFY(agrees(exactQuery(maker.embedding(), randomFilter(maker.random(), 15))));
    }
    for (std::uint64_t id = 1; id <= 3'000; id += 7) {
        const auto expected = m_model.items().find(id);
        QCOMPARE(m_memory->get(EpisodeId(id)),
                 expected == m_model.items().end() ? std::nullopt : std::optional(expected->second));
    }
    // Goes on behind the slot that it was saved at, and is saved again.
    apply(puts(maker, 6'000, 10));
    take(m_memory->save());
    reopen();
    QVERIFY(agrees(exactQuery(maker.embedding())));
}

void TestMemoryContract::bentSnapshotsAreRefused()
{
    if (m_implementation->file[0] == '\0') {
        QSKIP("SKIPPED: this memory keeps no file of its own that could be bent");
    }
    EpisodeMaker maker(15);
    apply(puts(maker, 1, 40));
    take(m_memory->save());
    m_memory.reset();
    QFile file(m_folder->filePath(QString::fromLatin1(m_implementation->file)));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray whole = file.readAll();
    file.close();
    std::vector<QByteArray> bent{QByteArray(),     whole.left(1), whole.left(whole.size() / 2),
                                 whole.chopped(1), whole + 'x',   QByteArray(whole.size(), '\0')};
    for (qsizetype at = 0; at < whole.size(); at += at < 200 ? 1 : 97) {
        bent.push_back(whole);
        bent.back()[at] = static_cast<char>(bent.back()[at] ^ (1 << at % 8));
    }
    for (const QByteArray &bytes : bent) {
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
        file.close();
        const Result<std::unique_ptr<HotMemory>> refused = m_implementation->open(folder());
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().kind, ErrorKind::Corrupt);
        QVERIFY(QString::fromStdString(refused.error().message).contains(file.fileName()));
    }
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(whole) == whole.size());
    file.close();
    reopen();
    QVERIFY(agrees(exactQuery(maker.embedding())));
}

void TestMemoryContract::clearingForgetsWhatIsStored()
{
    EpisodeMaker maker(16);
    apply(puts(maker, 1, 50));
    take(m_memory->save());
    take(m_memory->clear());
    m_model = {};
    QCOMPARE(m_memory->slot(), std::uint64_t{0});
    QVERIFY(agrees(exactQuery(maker.embedding())));
    reopen();
    QCOMPARE(m_memory->slot(), std::uint64_t{0});
    QCOMPARE(m_memory->info().episodes, std::uint64_t{0});
    apply(puts(maker, 1, 50));
    QVERIFY(agrees(exactQuery(maker.embedding())));
}

void TestMemoryContract::infoCounts()
{
    EpisodeMaker maker(17);
    apply(puts(maker, 1, 100));
    for (int i = 0; i < 50; ++i) {
        take(m_memory->recall(exactQuery(maker.embedding())));
    }
    const MemoryInfo info = m_memory->info();
    QCOMPARE(info.health, MemoryHealth::Working);
    QVERIFY(info.reason.empty());
    QVERIFY(!info.backend.empty());
    QCOMPARE(info.slot, std::uint64_t{1});
    QCOMPARE(info.episodes, std::uint64_t{100});
    QVERIFY(info.unindexed <= 100);
    QVERIFY(info.bytes >= 100 * kEmbeddingSize);
    QCOMPARE(info.queries, std::uint64_t{50});
    QVERIFY(info.queriesPerSecond > 0);
    QVERIFY(info.medianMicroseconds > 0);
    QVERIFY(info.p99Microseconds >= info.medianMicroseconds);
}

QTEST_GUILESS_MAIN(TestMemoryContract)
#include "tst_memory_contract.moc"
