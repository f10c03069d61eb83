// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "index/exact_scan.h"
#include "index/float_index.h"
#include "index/graph_batch.h"
#include "support/vector_data.h"

#include <QtTest/QtTest>

#include <algorithm>
#include <random>

using namespace coinswarm;
using namespace coinswarm::index;
using coinswarm::test::VectorData;

namespace {

constexpr std::size_t kCount = 10;

/// Rows with ids from 1, and a graph over them.
struct Indexed {
    explicit Indexed(GraphShape shape = {}, const RowKernels &kernels = rowKernels()) : graph(rows, shape, kernels) {}

    void add(const Embedding &embedding)
    {
        rows.append(embedding.values.data());
        ids.push_back(ids.size() + 1);
    }
    void build(unsigned threads, std::size_t batch = kBatchRows)
    {
        const std::span<const std::uint64_t> all(ids);
        while (graph.size() < ids.size()) {
            const std::size_t next = std::min(batch, ids.size() - graph.size());
            graph.commit(planBatch(graph, all.subspan(graph.size(), next), threads));
        }
    }
    std::vector<std::byte> bytes() const
    {
        std::vector<std::byte> out;
        graph.appendTo(out);
        return out;
    }

    VectorRows rows;
    std::vector<std::uint64_t> ids;
    HnswGraph graph;
};

std::vector<Embedding> embeddings(VectorData::Kind kind, std::size_t count, unsigned seed = 5)
{
    const std::vector<float> vectors = VectorData(kind, seed).take(count);
    std::vector<Embedding> all(count);
    for (std::size_t i = 0; i < vectors.size(); ++i) {
        all[i / kEmbeddingSize].values[i % kEmbeddingSize] =
            static_cast<std::int8_t>(std::clamp(vectors[i] * 25, -127.0F, 127.0F));
    }
    return all;
}

std::vector<std::uint64_t> everyRow(std::size_t rows)
{
    return std::vector<std::uint64_t>((rows + 63) / 64, ~std::uint64_t{0});
}

std::vector<Candidate> scan(const Indexed &index, const Embedding &query, RowBits allowed, std::size_t count,
                            const RowKernels &kernels = rowKernels())
{
    Nearest nearest(count);
    scanRows(index.rows, index.ids, QueryVector(query.values.data()), allowed, 0, static_cast<Row>(index.ids.size()),
             nearest, kernels);
    return nearest.take();
}

} // namespace

Q_DECLARE_METATYPE(VectorData::Kind)

class TestMemoryIndex : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void searchesFindTheNearest_data();
    void searchesFindTheNearest();
    void floatsAreComparedAgain_data();
    void floatsAreComparedAgain();
    void scansFindTheNearestOnAnyData();
    void theGraphDependsOnTheRowsAlone();
    void everyInstructionSetFindsTheSame();
    void equalRowsAreAllFound();
    void aGraphComesBackFromItsBytes();
    void bentBytesAreRefusedOrHarmless();
};

void TestMemoryIndex::searchesFindTheNearest_data()
{
    QTest::addColumn<VectorData::Kind>("kind");
    QTest::newRow("clustered") << VectorData::Kind::Clustered;
    QTest::newRow("embedding-like") << VectorData::Kind::EmbeddingLike;
}

void TestMemoryIndex::searchesFindTheNearest()
{
    QFETCH(VectorData::Kind, kind);
    constexpr std::size_t kRows = 8'000;
    constexpr std::size_t kQueries = 200;
    const std::vector<Embedding> all = embeddings(kind, kRows + kQueries);
    Indexed index;
    std::for_each(all.begin(), all.begin() + kRows, [&](const Embedding &one) { index.add(one); });
    index.build(2);
    const std::vector<std::uint64_t> allowed = everyRow(kRows);
    SearchSpace space;
    std::size_t hits = 0;
    for (std::size_t i = kRows; i < all.size(); ++i) {
        index.graph.search(QueryVector(all[i].values.data()), 64, space);
        for (const Candidate &right : scan(index, all[i], allowed, kCount)) {
            for (std::size_t at = 0; at < kCount; ++at) {
                hits += space.pool.row(at) == right.row ? 1 : 0;
            }
        }
    }
    QVERIFY2(hits >= kQueries * kCount * 99 / 100, qPrintable(QString::number(hits)));
}

void TestMemoryIndex::floatsAreComparedAgain_data()
{
    searchesFindTheNearest_data();
}

void TestMemoryIndex::floatsAreComparedAgain()
{
    QFETCH(VectorData::Kind, kind);
    constexpr std::size_t kRows = 6'000;
    constexpr std::size_t kQueries = 100;
    const std::vector<float> vectors = VectorData(kind, 6).take(kRows + kQueries);
    const std::span<const float> all(vectors);
    const FloatIndex index(all.first(kRows * kDimension), {}, 2, rowKernels());
    SearchSpace space;
    std::size_t hits = 0;
    for (std::size_t i = kRows; i < kRows + kQueries; ++i) {
        const std::vector<FloatNeighbour> right = index.searchExactly(all.data() + i * kDimension, kCount);
        const std::vector<FloatNeighbour> found = index.search(all.data() + i * kDimension, kCount, 128, space);
        QVERIFY(std::is_sorted(found.begin(), found.end(), [](const FloatNeighbour &a, const FloatNeighbour &b) {
            return a.distance < b.distance;
        }));
        for (const FloatNeighbour &one : found) {
            hits += static_cast<std::size_t>(std::count(right.begin(), right.end(), one));
        }
    }
    QVERIFY2(hits >= kQueries * kCount * 99 / 100, qPrintable(QString::number(hits)));
}

void TestMemoryIndex::scansFindTheNearestOnAnyData()
{
    constexpr std::size_t kRows = 3'000;
    const std::vector<Embedding> all = embeddings(VectorData::Kind::Uniform, kRows + 30);
    Indexed index;
    std::for_each(all.begin(), all.begin() + kRows, [&](const Embedding &one) { index.add(one); });
    std::mt19937_64 random(8);
    for (const RowKernels *kernels : availableKernels()) {
        for (std::size_t i = kRows; i < all.size(); ++i) {
            std::vector<std::uint64_t> allowed = everyRow(kRows);
            if (i % 2 == 0) {
                std::generate(allowed.begin(), allowed.end(), [&] { return random() & random() & random(); });
            }
            std::vector<Candidate> right;
            for (Row row = 0; row < kRows; ++row) {
                if ((allowed[row / 64] >> (row % 64) & 1) != 0) {
                    right.push_back({squaredDistance(all[i], all[row]), index.ids[row], row});
                }
            }
            std::sort(right.begin(), right.end());
            const std::vector<Candidate> found = scan(index, all[i], allowed, kCount, *kernels);
            QCOMPARE(found.size(), kCount);
            for (std::size_t at = 0; at < kCount; ++at) {
                QCOMPARE(found[at].row, right[at].row);
                QCOMPARE(found[at].distance, right[at].distance);
            }
        }
    }
}

void TestMemoryIndex::theGraphDependsOnTheRowsAlone()
{
    const std::vector<Embedding> all = embeddings(VectorData::Kind::Clustered, 2'000);
    std::vector<std::vector<std::byte>> bytes;
    for (const unsigned threads : {1U, 1U, 2U, 5U}) {
        Indexed index;
        std::for_each(all.begin(), all.end(), [&](const Embedding &one) { index.add(one); });
        index.build(threads);
        bytes.push_back(index.bytes());
    }
    QVERIFY(std::all_of(bytes.begin(), bytes.end(), [&](const auto &one) { return one == bytes.front(); }));
    Indexed other;
    std::for_each(all.rbegin(), all.rend(), [&](const Embedding &one) { other.add(one); });
    other.build(1);
    QVERIFY(other.bytes() != bytes.front());
}

void TestMemoryIndex::everyInstructionSetFindsTheSame()
{
    const std::vector<Embedding> all = embeddings(VectorData::Kind::EmbeddingLike, 1'050);
    std::vector<std::vector<Row>> found;
    std::vector<std::vector<std::byte>> bytes;
    for (const RowKernels *kernels : availableKernels()) {
        Indexed index({}, *kernels);
        std::for_each(all.begin(), all.begin() + 1'000, [&](const Embedding &one) { index.add(one); });
        index.build(2);
        bytes.push_back(index.bytes());
        found.emplace_back();
        SearchSpace space;
        for (std::size_t i = 1'000; i < all.size(); ++i) {
            index.graph.search(QueryVector(all[i].values.data()), 20, space);
            for (std::size_t at = 0; at < space.pool.size(); ++at) {
                found.back().push_back(space.pool.row(at));
            }
        }
    }
    QVERIFY(!found.front().empty());
    QVERIFY(std::all_of(found.begin(), found.end(), [&](const auto &one) { return one == found.front(); }));
    QVERIFY(std::all_of(bytes.begin(), bytes.end(), [&](const auto &one) { return one == bytes.front(); }));
}

void TestMemoryIndex::equalRowsAreAllFound()
{
    const std::vector<Embedding> some = embeddings(VectorData::Kind::Clustered, 3);
    Indexed index;
    for (int i = 0; i < 60; ++i) {
        index.add(some[static_cast<std::size_t>(i) % 3]);
    }
    index.build(1, 7);
    SearchSpace space;
    index.graph.search(QueryVector(some[1].values.data()), 60, space);
    QVERIFY(space.pool.size() >= 20);
    for (std::size_t at = 0; at < 20; ++at) {
        QCOMPARE(space.pool.distance(at), 0);
        QCOMPARE(space.pool.row(at), static_cast<Row>(1 + 3 * at));
    }
}

void TestMemoryIndex::aGraphComesBackFromItsBytes()
{
    Indexed index;
    for (const Embedding &one : embeddings(VectorData::Kind::Clustered, 1'500)) {
        index.add(one);
    }
    QVERIFY(index.graph.assign(index.bytes(), index.ids));
    QCOMPARE(index.graph.size(), Row{0});
    index.build(2);
    HnswGraph again(index.rows, index.graph.shape(), rowKernels());
    const std::vector<std::byte> bytes = index.bytes();
    QVERIFY(again.assign(bytes, index.ids));
    std::vector<std::byte> written;
    again.appendTo(written);
    QCOMPARE(written, bytes);
}

void TestMemoryIndex::bentBytesAreRefusedOrHarmless()
{
    Indexed index;
    const std::vector<Embedding> all = embeddings(VectorData::Kind::Clustered, 120);
    for (const Embedding &one : all) {
        index.add(one);
    }
    index.build(1);
    const std::vector<std::byte> whole = index.bytes();
    std::mt19937 random(9);
    SearchSpace space;
    std::size_t refused = 0;
    for (std::size_t i = 0; i < whole.size(); ++i) {
        std::vector<std::byte> bent = whole;
        bent[i] ^= static_cast<std::byte>(1U << random() % 8);
        HnswGraph graph(index.rows, index.graph.shape(), rowKernels());
        if (graph.assign(bent, index.ids)) {
            graph.search(QueryVector(all[i % all.size()].values.data()), 20, space);
            QVERIFY(space.pool.size() > 0);
        } else {
            QCOMPARE(graph.size(), Row{0});
            ++refused;
        }
        QVERIFY(!graph.assign(std::span(whole).first(i), index.ids));
    }
    QVERIFY(refused > whole.size() / 2);
}

QTEST_GUILESS_MAIN(TestMemoryIndex)
#include "tst_memory_index.moc"
