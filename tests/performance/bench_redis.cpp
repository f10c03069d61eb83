// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "contract/memory_model.h"
#include "performance/benchmark.h"
#include "redis_memory.h"
#include "redis_ticks_feed.h"
#include "support/redis_server.h"
#include "tick_stream.h"

#include <QtCore/QTemporaryDir>

#include <thread>

// Memory in Redis and live ticks through a Redis Stream, beside bare hiredis on the same server.
namespace coinswarm::bench {

namespace {

using namespace std::chrono_literals;

struct Sizes {
    std::uint64_t slots;
    std::uint64_t episodes;
    int ticks;
};

void print(const char *name, double value, bool json)
{
    std::printf(json ? ",\"%s\":%.6g" : "  %-34s %14.6g\n", name, value);
}

class RedisBenchmark
{
public:
    RedisBenchmark(const Sizes &sizes, bool json)
        : m_sizes(sizes), m_json(json), m_server(take(test::RedisServer::start()))
    {
        take(redis::setRedisAddress(m_options.redis, m_server->socketPath()));
        m_options.redis.commandTimeout = 30s;
        m_options.replica.exact = true; // no graph: it is the writing that is measured
    }

    void run()
    {
        bareHiredis();
        applies();
        fills();
        ticks();
    }

private:
    /// What the server and hiredis can do: commands of the size of an episode, 256 at a time.
    void bareHiredis()
    {
        const auto redis = take(redis::RedisConnection::open(m_options.redis));
        const std::string value(440, 'x');
        const auto start = Clock::now();
        for (std::uint64_t i = 0; i < m_sizes.episodes; ++i) {
            redis->append({"HSET", "bare", std::to_string(i), value});
            if (i % 256 == 255) {
                take(redis->readAll());
            }
        }
        take(redis->readAll());
        const double seconds = secondsSince(start);
        print("bare_hset_per_second", static_cast<double>(m_sizes.episodes) / seconds, m_json);
        std::vector<double> trips;
        for (int i = 0; i < 5'000; ++i) {
            const auto begin = Clock::now();
            take(redis->command({"PING"}));
            trips.push_back(secondsSince(begin) * 1e6);
        }
        print("bare_ping_p50_us", percentiles(trips).p50, m_json);
        print("bare_ping_p99_us", percentiles(trips).p99, m_json);
        take(redis->command({"FLUSHALL"}));
    }

    /// Slots of three episodes, with and without Redis behind them, in turns.
    void applies()
    {
        std::vector<std::vector<MemoryChange>> slots;
        test::EpisodeMaker maker(1);
        for (std::uint64_t slot = 0; slot < m_sizes.slots; ++slot) {
            std::vector<MemoryChange> changes;
            for (std::uint64_t i = 1; i <= 3; ++i) {
                changes.emplace_back(PutEpisode{maker.item(3 * slot + i)});
            }
            slots.push_back(std::move(changes));
        }
        const auto alone = take(replica::EmbeddedMemory::open(m_options.replica, {}));
        std::vector<double> times;
        double seconds = applyAll(*alone, slots, times);
        print("apply_embedded_slots_per_second", static_cast<double>(m_sizes.slots) / seconds, m_json);
        print("apply_embedded_p99_us", percentiles(times).p99, m_json);
        m_options.cluster = "applies";
        const auto memory = take(redis::RedisMemory::open(m_options, {}));
        const auto start = Clock::now();
        seconds = applyAll(*memory, slots, times);
        print("apply_redis_slots_per_second", static_cast<double>(m_sizes.slots) / seconds, m_json);
        print("apply_redis_p50_us", percentiles(times).p50, m_json);
        print("apply_redis_p99_us", percentiles(times).p99, m_json);
        settle(*memory);
        print("until_in_redis_slots_per_second", static_cast<double>(m_sizes.slots) / secondsSince(start), m_json);
        print("filled_instead_of_written", static_cast<double>(memory->writerStatus().fills), m_json);
    }

    static double applyAll(HotMemory &memory, const std::vector<std::vector<MemoryChange>> &slots,
                           std::vector<double> &times)
    {
        times.clear();
        const auto start = Clock::now();
        for (std::size_t i = 0; i < slots.size(); ++i) {
            const auto begin = Clock::now();
            take(memory.apply(i + 1, slots[i]));
            times.push_back(secondsSince(begin) * 1e6);
        }
        return secondsSince(start);
    }

    static void settle(redis::RedisMemory &memory)
    {
        if (!memory.settle(5min)) {
            throw std::runtime_error("Redis did not come up in five minutes: " + memory.info().reason);
        }
    }

    void fills()
    {
        test::EpisodeMaker maker(2);
        std::vector<MemoryChange> changes;
        for (std::uint64_t id = 1; id <= m_sizes.episodes; ++id) {
            changes.emplace_back(PutEpisode{maker.item(id)});
        }
        m_options.cluster = "fills";
        m_options.checkInterval = 10ms;
        const auto memory = take(redis::RedisMemory::open(m_options, {}));
        auto start = Clock::now();
        take(memory->apply(1, changes));
        print("fill_apply_seconds", secondsSince(start), m_json);
        settle(*memory);
        const auto redis = take(redis::RedisConnection::open(m_options.redis));
        start = Clock::now();
        take(redis->command({"FLUSHALL"}));
        const std::uint64_t fills = memory->writerStatus().fills;
        while (memory->writerStatus().fills == fills) {
            std::this_thread::yield();
        }
        print("fill_episodes", static_cast<double>(m_sizes.episodes), m_json);
        print("fill_seconds", secondsSince(start), m_json);
        start = Clock::now();
        const auto other = take(redis::RedisMemory::open(m_options, {}));
        print("load_seconds", secondsSince(start), m_json);
        if (!other->wasLoaded() || other->info().episodes != m_sizes.episodes) {
            throw std::runtime_error("what was filled was not loaded: " + other->info().reason);
        }
    }

    /// From before XADD to the event in the hands of who reads the feed: one at a time, and then as fast as possible.
    void ticks()
    {
        Instrument instrument;
        instrument.id = InstrumentId(1);
        instrument.symbol = "BTC-USDT";
        redis_ticks::TickStream::Options writing;
        writing.redis = m_options.redis;
        const auto stream = take(redis_ticks::TickStream::open(writing, {instrument}));
        redis_ticks::RedisTicksFeed::Options reading;
        reading.redis = m_options.redis;
        redis_ticks::RedisTicksFeed feed(reading);
        take(feed.open());
        std::vector<MarketEvent> got(4'096);
        take(feed.read(got));
        std::vector<double> times;
        for (int i = 0; i < 5'000; ++i) {
            const auto start = Clock::now();
            take(stream->publish(std::vector<MarketEvent>{Trade{instrument.id, Side::Buy, {}, {}, {}, 1}}));
            while (take(feed.read(got)) == 0) {
                std::this_thread::yield();
            }
            times.push_back(secondsSince(start) * 1e6);
        }
        print("tick_p50_us", percentiles(times).p50, m_json);
        print("tick_p99_us", percentiles(times).p99, m_json);
        const std::vector<MarketEvent> batch(500, Trade{instrument.id, Side::Buy, {}, {}, {}, 1});
        const auto start = Clock::now();
        std::thread writer([&] {
            for (int i = 0; i < m_sizes.ticks / 500; ++i) {
                take(stream->publish(batch));
            }
        });
        for (int read = 0; read < m_sizes.ticks / 500 * 500;) {
            const std::size_t count = take(feed.read(got));
            read += static_cast<int>(count);
            if (count == 0) {
                std::this_thread::yield();
            }
        }
        writer.join();
        print("ticks_per_second", m_sizes.ticks / secondsSince(start), m_json);
    }

    const Sizes m_sizes;
    const bool m_json;
    std::unique_ptr<test::RedisServer> m_server;
    redis::RedisMemoryOptions m_options;
};

int measure(bool quick, bool json)
{
    if (!test::RedisServer::isAvailable()) {
        throw std::runtime_error("redis-server is not installed");
    }
    const Sizes sizes = quick ? Sizes{2'000, 10'000, 50'000} : Sizes{20'000, 100'000, 500'000};
    std::printf(json ? "{\"benchmark\":\"redis\"" : "Redis over its unix socket, slots of three episodes\n");
    RedisBenchmark(sizes, json).run();
    std::printf(json ? "}\n" : "");
    return 0;
}

} // namespace

} // namespace coinswarm::bench

int main(int argc, char **argv)
{
    return coinswarm::bench::benchmarkMain("bench_redis", argc, argv, coinswarm::bench::measure);
}
