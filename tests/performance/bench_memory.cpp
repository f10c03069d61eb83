// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The memory of episodes: how near it finds, how fast, and how fast beside hnswlib in the same run.
//
//   vectors    float32 vectors of two kinds in the index alone, one thread. Index and hnswlib search in turns; each has the
//              smallest ef of a list at which its recall reaches 0.99, and the median of the turns is reported.
//   memory     HotMemory with the same data as embeddings: unfiltered, filtered, exact, the next recall after a commit,
//              building, saving, and opening a snapshot of twice as many episodes.
//   paths      the same graph searched with each instruction set that this processor has.

#include "performance/benchmark.h"
#include "performance/hnsw_baseline.h"
#include "support/check.h"
#include "support/vector_data.h"

#include "embedded_memory.h"
#include "index/float_index.h"

#include <QtCore/QTemporaryDir>

#include <algorithm>
#include <cstdio>
#include <set>

namespace coinswarm::bench {

namespace {

using index::FloatIndex;
using index::FloatNeighbour;
using index::SearchSpace;
using test::VectorData;

constexpr std::size_t kCount = 10;
constexpr double kRecall = 0.99;
constexpr unsigned kThreads = 2;

struct Size {
    std::size_t vectors;
    std::size_t queries;
    int turns;
};

struct Figure {
    double recall = 0;
    std::size_t ef = 0;
    double p50 = 0; ///< microseconds
    double p99 = 0;
    double perSecond = 0;
};

/// Times `search(i)` for each query, once per turn; the median turn counts.
template <class Search>
class Turns
{
public:
    Turns(std::size_t queries, Search search) : m_queries(queries), m_search(std::move(search)) {}

    void run()
    {
        std::vector<double> microseconds;
        const auto start = Clock::now();
        for (std::size_t i = 0; i < m_queries; ++i) {
            const auto begin = Clock::now();
            m_search(i);
            microseconds.push_back(secondsSince(begin) * 1e6);
        }
        m_perSecond.push_back(static_cast<double>(m_queries) / secondsSince(start));
        const Percentiles turn = percentiles(std::move(microseconds));
        m_p50.push_back(turn.p50);
        m_p99.push_back(turn.p99);
    }
    Figure figure(double recall = 1, std::size_t ef = 0) const
    {
        return {recall, ef, percentiles(m_p50).p50, percentiles(m_p99).p50, percentiles(m_perSecond).p50};
    }

private:
    std::size_t m_queries;
    Search m_search;
    std::vector<double> m_p50;
    std::vector<double> m_p99;
    std::vector<double> m_perSecond;
};

template <class Search>
Figure timed(std::size_t queries, int turns, Search search)
{
    Turns<Search> timing(queries, std::move(search));
    for (int i = 0; i < turns; ++i) {
        timing.run();
    }
    return timing.figure();
}

/// The smallest ef with which `recallAt` gives kRecall, and what it gives there.
template <class RecallAt>
std::pair<std::size_t, double> smallestEf(RecallAt recallAt)
{
    std::size_t last = 0;
    double recall = 0;
    for (const std::size_t ef : {10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, 128, 192, 256, 512}) {
        last = ef;
        recall = recallAt(ef);
        if (recall >= kRecall) {
            break;
        }
    }
    return {last, recall};
}

void printFigure(const char *name, const Figure &figure, bool json)
{
    if (json) {
        std::printf("\"%s\":{\"recall\":%.4f,\"ef\":%zu,\"p50_us\":%.2f,\"p99_us\":%.2f,\"per_second\":%.0f}", name,
                    figure.recall, figure.ef, figure.p50, figure.p99, figure.perSecond);
    } else {
        std::printf("  %-28s recall %.4f  ef %3zu  P50 %8.2f us  P99 %8.2f us  %8.0f/s\n", name, figure.recall,
                    figure.ef, figure.p50, figure.p99, figure.perSecond);
    }
}

void printNumber(const char *name, double value, bool json)
{
    std::printf(json ? ",\"%s\":%.3f" : "  %-40s %.3f\n", name, value);
}

class VectorBenchmark
{
public:
    VectorBenchmark(VectorData::Kind kind, Size size) : m_size(size)
    {
        VectorData data(kind, 7);
        m_vectors = data.take(size.vectors);
        m_queries = data.take(size.queries);
    }

    void run(const char *name, bool json)
    {
        const auto start = Clock::now();
        m_index.emplace(m_vectors, index::GraphShape{}, kThreads, index::rowKernels());
        const double buildSeconds = secondsSince(start);
        findTruth();
        std::printf(json ? "\"%s\":{" : "%s\n", name);
        compare(json);
        printNumber("build_seconds", buildSeconds, json);
        if (m_baselineBuildSeconds > 0) {
            printNumber("hnswlib_build_seconds", m_baselineBuildSeconds, json);
        }
        std::printf(json ? ",\"paths\":{" : "");
        paths(json);
        std::printf(json ? "}}" : "");
    }

private:
    const float *query(std::size_t i) const { return m_queries.data() + i * kEmbeddingSize; }

    void findTruth()
    {
        for (std::size_t i = 0; i < m_size.queries; ++i) {
            std::set<std::size_t> nearest;
            for (const FloatNeighbour &one : m_index->searchExactly(query(i), kCount)) {
                nearest.insert(one.id - 1);
            }
            m_truth.push_back(std::move(nearest));
        }
    }

    template <class Numbers>
    double recallOf(Numbers numbersFor) const
    {
        std::size_t hits = 0;
        for (std::size_t i = 0; i < m_size.queries; ++i) {
            for (const std::size_t number : numbersFor(i)) {
                hits += m_truth[i].count(number);
            }
        }
        return static_cast<double>(hits) / static_cast<double>(m_size.queries * kCount);
    }

    void compare(bool json)
    {
        SearchSpace space;
        std::vector<std::size_t> numbers;
        const auto [ef, recall] = smallestEf([&](std::size_t trial) {
            return recallOf([&](std::size_t i) {
                numbers.clear();
                for (const FloatNeighbour &one : m_index->search(query(i), kCount, trial, space)) {
                    numbers.push_back(one.id - 1);
                }
                return numbers;
            });
        });
        Turns ours(m_size.queries, [&, ef = ef](std::size_t i) { m_index->search(query(i), kCount, ef, space); });
        const auto start = Clock::now();
        const std::unique_ptr<HnswBaseline> other = buildHnswBaseline(m_vectors, kEmbeddingSize, 16, 200, kThreads);
        if (!other) {
            for (int i = 0; i < m_size.turns; ++i) {
                ours.run();
            }
            printFigure("index", ours.figure(recall, ef), json);
            return;
        }
        m_baselineBuildSeconds = secondsSince(start);
        const auto [otherEf, otherRecall] = smallestEf([&](std::size_t trial) {
            other->setEf(trial);
            return recallOf([&](std::size_t i) {
                other->search(query(i), kCount, numbers);
                return numbers;
            });
        });
        other->setEf(otherEf);
        Turns theirs(m_size.queries, [&](std::size_t i) { other->search(query(i), kCount, numbers); });
        for (int i = 0; i < m_size.turns; ++i) {
            ours.run();
            theirs.run();
        }
        printFigure("index", ours.figure(recall, ef), json);
        std::printf(json ? "," : "");
        printFigure("hnswlib", theirs.figure(otherRecall, otherEf), json);
        printNumber("times_hnswlib_per_second", ours.figure().perSecond / theirs.figure().perSecond, json);
    }

    /// The graph alone, over bytes, with each set of kernels.
    void paths(bool json)
    {
        std::vector<index::QueryVector> queries;
        for (std::size_t i = 0; i < m_size.queries; ++i) {
            queries.emplace_back(m_index->rounded(query(i)).data());
        }
        std::vector<std::byte> bytes;
        m_index->graph().appendTo(bytes);
        std::vector<std::uint64_t> ids;
        while (ids.size() < m_size.vectors) {
            ids.push_back(ids.size() + 1);
        }
        SearchSpace space;
        bool first = true;
        for (const index::RowKernels *kernels : index::availableKernels()) {
            index::HnswGraph graph(m_index->rows(), m_index->graph().shape(), *kernels);
            if (!graph.assign(bytes, ids)) {
                throw std::runtime_error("the graph does not come back from its own bytes");
            }
            std::printf(json && !first ? "," : "");
            first = false;
            const Figure figure =
                timed(m_size.queries, m_size.turns, [&](std::size_t i) { graph.search(queries[i], 48, space); });
            printFigure((std::string("bytes_ef_48_") + kernels->name).c_str(), figure, json);
        }
    }

    Size m_size;
    std::vector<float> m_vectors;
    std::vector<float> m_queries;
    std::optional<FloatIndex> m_index;
    std::vector<std::set<std::size_t>> m_truth;
    double m_baselineBuildSeconds = 0;
};

class MemoryBenchmark
{
public:
    explicit MemoryBenchmark(Size size) : m_size(size), m_data(VectorData::Kind::EmbeddingLike, 9) {}

    void run(bool json)
    {
        const QTemporaryDir folder;
        m_memory = take(replica::EmbeddedMemory::open({}, folder.path().toStdString()));
        std::printf(json ? "\"memory\":{" : "memory\n");
        auto start = Clock::now();
        add(m_size.vectors);
        const double applySeconds = secondsSince(start);
        start = Clock::now();
        take(m_memory->optimise([](double) { return true; }));
        const double buildSeconds = secondsSince(start);
        for (std::size_t i = 0; i < m_size.queries; ++i) {
            m_queries.push_back(embedding());
        }
        recalls(json);
        printNumber("apply_microseconds_each", applySeconds / static_cast<double>(m_size.vectors) * 1e6, json);
        printNumber("build_seconds", buildSeconds, json);
        visible(json);
        restart(folder.path().toStdString(), json);
        std::printf(json ? "}" : "");
    }

private:
    Embedding embedding()
    {
        const std::vector<float> vector = m_data.take(1);
        Embedding embedding;
        for (std::size_t i = 0; i < kEmbeddingSize; ++i) {
            embedding.values[i] = static_cast<std::int8_t>(std::clamp(vector[i] * 20, -127.0F, 127.0F));
        }
        return embedding;
    }

    /// Every tenth episode is of one symbol, every hundredth of one pattern besides.
    PutEpisode episode()
    {
        PutEpisode put{{EpisodeId(++m_last), embedding(), {}}};
        put.item.tags.symbol = "SYM-" + std::to_string(m_random() % 10);
        put.item.tags.pattern = PatternId(1 + m_random() % 100);
        put.item.tags.action = Action::Buy;
        put.item.tags.time = Timestamp::fromMilliseconds(static_cast<std::int64_t>(m_last));
        return put;
    }

    void add(std::size_t count)
    {
        std::vector<MemoryChange> changes;
        for (std::size_t i = 0; i < count; ++i) {
            changes.push_back(episode());
            if (changes.size() == 64 || i + 1 == count) {
                take(m_memory->apply(++m_slot, changes));
                changes.clear();
            }
        }
    }

    Figure recall(const RecallFilter &filter, bool exact)
    {
        const auto query = [&](std::size_t i, bool exactly) {
            return take(m_memory->recall({m_queries[i], kCount, filter, exactly})).neighbours;
        };
        std::size_t hits = 0;
        std::size_t expected = 0;
        for (std::size_t i = 0; i < m_size.queries; ++i) {
            const std::vector<Neighbour> right = query(i, true);
            expected += right.size();
            for (const Neighbour &one : query(i, exact)) {
                hits += static_cast<std::size_t>(std::count(right.begin(), right.end(), one));
            }
        }
        Figure figure = timed(m_size.queries, m_size.turns, [&](std::size_t i) { query(i, exact); });
        figure.recall = static_cast<double>(hits) / static_cast<double>(expected);
        return figure;
    }

    void recalls(bool json)
    {
        RecallFilter tenth;
        tenth.symbol = "SYM-3";
        RecallFilter hundredth;
        hundredth.pattern = PatternId(7);
        RecallFilter thousandth = tenth;
        thousandth.pattern = hundredth.pattern;
        const struct {
            const char *name;
            RecallFilter filter;
            bool exact;
        } rows[] = {{"recall", {}, false},
                    {"recall_of_10_percent", tenth, false},
                    {"recall_of_1_percent", hundredth, false},
                    {"recall_of_0.1_percent", thousandth, false},
                    {"recall_exact", {}, true}};
        for (const auto &row : rows) {
            std::printf(json && &row != &rows[0] ? "," : "");
            printFigure(row.name, recall(row.filter, row.exact), json);
        }
    }

    /// From handing over a slot to having found its episode.
    void visible(bool json)
    {
        std::vector<double> microseconds;
        for (int i = 0; i < 500; ++i) {
            const PutEpisode put = episode();
            const std::vector<MemoryChange> changes{put};
            const auto start = Clock::now();
            take(m_memory->apply(++m_slot, changes));
            const Recall recall = take(m_memory->recall({put.item.embedding, 1, {}, false}));
            microseconds.push_back(secondsSince(start) * 1e6);
            if (recall.neighbours.front().episode != put.item.id) {
                throw std::runtime_error("a committed episode was not visible to the next recall");
            }
        }
        const Percentiles times = percentiles(std::move(microseconds));
        printNumber("apply_then_found_p50_us", times.p50, json);
        printNumber("apply_then_found_p99_us", times.p99, json);
    }

    void restart(const std::string &folder, bool json)
    {
        add(2 * m_size.vectors - m_last);
        if (!test::waitFor([&] { return m_memory->info().unindexed == 0; }, std::chrono::minutes(10))) {
            throw std::runtime_error("the graph was not brought up in ten minutes");
        }
        printNumber("memory_mb", static_cast<double>(m_memory->info().bytes) / 1e6, json);
        auto start = Clock::now();
        take(m_memory->save());
        printNumber("save_seconds", secondsSince(start), json);
        m_memory.reset();
        start = Clock::now();
        m_memory = take(replica::EmbeddedMemory::open({}, folder));
        const Recall recall = take(m_memory->recall({m_queries[0], kCount, {}, false}));
        printNumber("restart_seconds", secondsSince(start), json);
        const MemoryInfo info = m_memory->info();
        if (recall.neighbours.size() != kCount || info.episodes != 2 * m_size.vectors || info.unindexed != 0) {
            throw std::runtime_error("the memory did not come back whole");
        }
        printNumber("restart_episodes", static_cast<double>(info.episodes), json);
    }

    static void take(const Result<void> &result) { test::take(result); }
    template <class T>
    static T take(Result<T> result)
    {
        return test::take(std::move(result));
    }

    Size m_size;
    VectorData m_data;
    std::mt19937 m_random{11};
    std::unique_ptr<HotMemory> m_memory;
    std::vector<Embedding> m_queries;
    std::uint64_t m_last = 0;
    std::uint64_t m_slot = 0;
};

int measure(bool quick, bool json)
{
    const Size size = quick ? Size{10'000, 300, 3} : Size{100'000, 1'000, 7};
    if (!buildHnswBaseline({}, kEmbeddingSize, 16, 200, 0)) {
        std::fprintf(stderr, "bench_memory: NO BASELINE: %s\n", hnswBaselineName().c_str());
    }
    // It takes minutes: who waits wants to see what is there already.
    std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
    std::printf(json ? "{\"benchmark\":\"memory\",\"vectors\":%zu,\"kernels\":\"%s\",\"baseline\":\"%s\","
                     : "%zu vectors of 384, k = 10, kernels %s, baseline %s\n",
                size.vectors, index::rowKernels().name, hnswBaselineName().c_str());
    VectorBenchmark(VectorData::Kind::Clustered, size).run("clustered", json);
    std::printf(json ? "," : "");
    VectorBenchmark(VectorData::Kind::EmbeddingLike, size).run("embedding_like", json);
    std::printf(json ? "," : "");
    MemoryBenchmark(size).run(json);
    std::printf(json ? "}\n" : "");
    return 0;
}

} // namespace

} // namespace coinswarm::bench

int main(int argc, char **argv)
{
    return coinswarm::bench::benchmarkMain("bench_memory", argc, argv, coinswarm::bench::measure);
}
