// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

// How long a decision takes: a bar closes, three agents are asked, they vote, the committee decides, the gate judges.
//   inline    agents in the engine's thread, as in backtests; baseline: the three decide() calls alone
//   memory    the same with recall: the state as a point, the question, the answer; baseline: without
//   state     the state as a point alone, per bar; baseline: the regime of a bar
//   threads   a thread per agent, as in paper and live sessions; baseline: one hand-over to a thread and back
//   to wire   from the decision to the order's leaving, which waits for one fdatasync; baseline: write() + fdatasync

#include "performance/synthetic_market.h"

#include "codec/binary_writer.h"
#include "journal/journal_writer.h"
#include "market/regime_classifier.h"
#include "market/state_embedding.h"
#include "plugins/threaded_agents.h"
#include "runtime/kernel.h"
#include "runtime/market_player.h"

#include <QtCore/QTemporaryDir>

#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <string_view>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

using namespace coinswarm;
using namespace coinswarm::bench;
using namespace coinswarm::engine;
using namespace coinswarm::journal;
using namespace coinswarm::market;
using namespace coinswarm::plugins;
using namespace coinswarm::runtime;

namespace {

/// Bars of five minutes that trend, turn and rest.
std::vector<Candle> makeBars(std::size_t count)
{
    std::vector<Candle> bars;
    TradeStream stream;
    Timestamp open{1'704'067'200'000'000'000};
    for (std::size_t i = 0; i < count; ++i) {
        Candle bar;
        bar.instrument = InstrumentId(1);
        bar.interval = Interval{300};
        bar.openTime = open;
        for (int j = 0; j < 200; ++j) {
            const Trade trade = stream.next();
            bar.open = j == 0 ? trade.price : bar.open;
            bar.high = std::max(bar.high, trade.price);
            bar.low = j == 0 ? trade.price : std::min(bar.low, trade.price);
            bar.close = trade.price;
            bar.volume += trade.quantity;
        }
        bars.push_back(bar);
        open = open + Interval{300}.duration();
    }
    return bars;
}

/// Notices decisions.
class Watcher final : public KernelObserver
{
public:
    void onEvent(const Event &) override {}
    void onEffect(Timestamp, const Effect &effect) override
    {
        decided = decided || std::holds_alternative<engine::effect::DecisionMade>(effect);
    }
    void onJournalFailed(const Error &error) override { throw std::runtime_error(error.message); }

    bool decided = false;
};

EventBody bodyOf(AgentAnswer answer)
{
    if (auto *vote = std::get_if<Vote>(&answer.result)) {
        return engine::event::AgentVoted{answer.ask, answer.agent, std::move(*vote), answer.elapsed};
    }
    throw std::runtime_error(std::get<AgentFailure>(answer.result).detail);
}

/// Knows ten episodes and answers at once: what is measured is the engine's part.
class TenEpisodes final : public EpisodicMemory
{
public:
    Recall recall(const engine::effect::RecallEpisodes &) override
    {
        Recall recall;
        recall.slot = 1;
        for (std::uint64_t i = 1; i <= kRecalledEpisodes; ++i) {
            Neighbour &neighbour = recall.neighbours.emplace_back();
            neighbour.episode = EpisodeId(i);
            neighbour.tags.symbol = "BTC-USDT";
            neighbour.tags.action = i % 2 == 0 ? Action::Buy : Action::Sell;
            neighbour.tags.reward = 0.001;
        }
        return recall;
    }
};

/// What `perBar` takes for one bar.
template <class PerBar>
Percentiles measureEach(const std::vector<Candle> &bars, PerBar perBar)
{
    std::vector<double> micros;
    for (const Candle &bar : bars) {
        const auto start = Clock::now();
        perBar(bar);
        micros.push_back(secondsSince(start) * 1e6);
    }
    return percentiles(std::move(micros));
}

Percentiles measureState(const std::vector<Candle> &bars)
{
    StateEmbedding state(Interval{300});
    int sum = 0;
    const Percentiles result = measureEach(bars, [&](const Candle &bar) {
        state.onBar(bar);
        sum += state.value().values[0];
    });
    if (sum == 0) {
        throw std::runtime_error("the market stands still");
    }
    return result;
}

Percentiles measureRegime(const std::vector<Candle> &bars)
{
    RegimeClassifier regime(InstrumentId(1));
    std::uint64_t last = 0;
    return measureEach(bars, [&](const Candle &bar) { (void)regime.onBar(bar, last); });
}

Percentiles measureInline(Shipped &shipped, const std::vector<Candle> &bars, EpisodicMemory *memory)
{
    Kernel *target = nullptr;
    const EngineCore *clock = nullptr;
    InlineAgents agents(shipped.seats(),
                        [&](AgentAnswer answer) { target->process(clock->now(), bodyOf(std::move(answer))); });
    EngineConfig config = engineConfig(agents, Interval{300});
    config.memory = memory != nullptr;
    const std::unique_ptr<EngineCore> engine = take(EngineCore::create(config));
    agents.start(IndicatorSlots(engine->market().indicatorNames()));
    const std::unique_ptr<Venue> venue = shipped.venue();
    Watcher watcher;
    Kernel kernel(
        {.engine = engine.get(), .agents = &agents, .venue = venue.get(), .memory = memory, .observers = {&watcher}});
    target = &kernel;
    clock = engine.get();
    MarketPlayer player(kernel, *engine, *venue);

    std::vector<double> micros;
    for (const Candle &bar : bars) {
        // What the venue reports before the bar is no part of the decision.
        player.advance(bar.closeTime() - Duration(1));
        watcher.decided = false;
        const auto start = Clock::now();
        player.play(bar);
        if (watcher.decided) {
            micros.push_back(secondsSince(start) * 1e6);
        }
    }
    return percentiles(std::move(micros));
}

/// The agents' own time: their three votes on the states that the engine would show them, called one after another.
Percentiles measureVotesAlone(Shipped &shipped, const std::vector<Candle> &bars)
{
    InlineAgents spec(shipped.seats(), nullptr);
    const EngineConfig config = engineConfig(spec, Interval{300});
    std::vector<Seat> seats = shipped.seats();
    const std::unique_ptr<EngineCore> engine = take(EngineCore::create(config));
    for (Seat &seat : seats) {
        seat.agent->start(IndicatorSlots(engine->market().indicatorNames()));
    }
    std::vector<double> micros;
    std::vector<Effect> effects;
    std::vector<Effect> ignored;
    for (const Candle &bar : bars) {
        effects.clear();
        ignored.clear();
        engine->apply({bar.closeTime(), bar}, effects);
        for (const Effect &effect : effects) {
            const auto *ask = std::get_if<engine::effect::AskAgents>(&effect);
            if (ask == nullptr) {
                continue;
            }
            MarketState state = ask->state;
            engine->attachHistory(state);
            std::vector<Vote> votes;
            const auto start = Clock::now();
            for (const AgentId agent : ask->agents) {
                votes.push_back(seats[agent.value - 1].agent->decide(state));
            }
            if (votes.size() == seats.size()) {
                micros.push_back(secondsSince(start) * 1e6);
            }
            // Answered, so that nobody is benched for silence.
            for (std::size_t i = 0; i < votes.size(); ++i) {
                engine->apply(
                    {bar.closeTime(), engine::event::AgentVoted{ask->state.ask, ask->agents[i], votes[i], {}}},
                    ignored);
            }
        }
    }
    return percentiles(std::move(micros));
}

/// What other threads bring, for a thread that waits.
template <class T>
class Inbox
{
public:
    void put(T value)
    {
        const std::lock_guard lock(m_mutex);
        m_values.push_back(std::move(value));
        m_change.notify_one();
    }
    std::vector<T> take()
    {
        std::unique_lock lock(m_mutex);
        m_change.wait(lock, [this] { return !m_values.empty(); });
        return std::exchange(m_values, {});
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_change;
    std::vector<T> m_values;
};

Percentiles measureThreads(Shipped &shipped, const std::vector<Candle> &bars)
{
    Inbox<AgentAnswer> inbox;
    ThreadedAgents agents(shipped.seats(), [&](AgentAnswer answer) { inbox.put(std::move(answer)); });
    EngineConfig config = engineConfig(agents, Interval{300});
    config.agentDeadline = std::chrono::seconds(10);
    const std::unique_ptr<EngineCore> engine = take(EngineCore::create(config));
    agents.start(IndicatorSlots(engine->market().indicatorNames()));
    const std::unique_ptr<Venue> venue = shipped.venue();
    Watcher watcher;
    Kernel kernel({.engine = engine.get(), .agents = &agents, .venue = venue.get(), .observers = {&watcher}});
    MarketPlayer player(kernel, *engine, *venue);

    std::vector<double> micros;
    for (const Candle &bar : bars) {
        player.advance(bar.closeTime() - Duration(1));
        watcher.decided = false;
        const auto start = Clock::now();
        player.play(bar);
        const bool asked = engine->awaitsVotes();
        while (engine->awaitsVotes()) {
            for (AgentAnswer &answer : inbox.take()) {
                kernel.process(player.now(), bodyOf(std::move(answer)));
            }
        }
        if (asked && watcher.decided) {
            micros.push_back(secondsSince(start) * 1e6);
        }
    }
    agents.stop();
    return percentiles(std::move(micros));
}

Percentiles measureHandOver(std::size_t rounds)
{
    Inbox<int> there;
    Inbox<int> back;
    std::thread other([&] {
        for (int value = 1; value != 0;) {
            for (const int got : there.take()) {
                value = got;
                back.put(got);
            }
        }
    });
    std::vector<double> micros;
    for (std::size_t i = 0; i < rounds; ++i) {
        const auto start = Clock::now();
        there.put(1);
        back.take();
        micros.push_back(secondsSince(start) * 1e6);
    }
    there.put(0);
    other.join();
    return percentiles(std::move(micros));
}

struct Wire {
    Percentiles order;
    Percentiles baseline;
};

/// An order's way from its decision to the venue, through the journal and the disk.
Wire measureToWire(Shipped &shipped, const std::vector<Candle> &bars, const QTemporaryDir &folder)
{
    Kernel *target = nullptr;
    const EngineCore *clock = nullptr;
    InlineAgents agents(shipped.seats(),
                        [&](AgentAnswer answer) { target->process(clock->now(), bodyOf(std::move(answer))); });
    const EngineConfig config = engineConfig(agents, Interval{300});
    const std::unique_ptr<EngineCore> engine = take(EngineCore::create(config));
    agents.start(IndicatorSlots(engine->market().indicatorNames()));
    const std::unique_ptr<Venue> venue = shipped.venue();
    Inbox<Sequence> durable;
    JournalOptions options;
    options.folder = folder.filePath(QStringLiteral("journal")).toStdString();
    options.reserveBytes = 0;
    options.onDurable = [&](Sequence sequence) { durable.put(sequence); };
    SegmentStart segment;
    segment.header = codec::encoded(config);
    const std::unique_ptr<JournalWriter> journal =
        take(JournalWriter::create(std::move(options), take(JournalKey::generate()), std::move(segment)));
    Watcher watcher;
    Kernel kernel({.engine = engine.get(),
                   .agents = &agents,
                   .venue = venue.get(),
                   .journal = journal.get(),
                   .observers = {&watcher}});
    target = &kernel;
    clock = engine.get();
    MarketPlayer player(kernel, *engine, *venue);

    const int fd =
        ::open(folder.filePath(QStringLiteral("plain")).toUtf8().constData(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (fd < 0 || ::posix_fallocate(fd, 0, 64 << 20) != 0) {
        throw std::runtime_error("cannot write to the temporary folder");
    }
    const std::array<char, 512> block{};
    std::vector<double> order;
    std::vector<double> baseline;
    for (const Candle &bar : bars) {
        player.advance(bar.closeTime() - Duration(1));
        const auto start = Clock::now();
        player.play(bar);
        if (kernel.hasWaiting()) {
            while (kernel.hasWaiting()) {
                durable.take();
                kernel.releaseDurable();
            }
            order.push_back(secondsSince(start) * 1e6);
            const auto plain = Clock::now();
            if (::write(fd, block.data(), block.size()) < 0 || ::fdatasync(fd) != 0) {
                throw std::runtime_error("cannot write to the temporary folder");
            }
            baseline.push_back(secondsSince(plain) * 1e6);
        }
    }
    ::close(fd);
    take(journal->close());
    return {percentiles(std::move(order)), percentiles(std::move(baseline))};
}

int measure(bool quick, bool json)
{
    const std::vector<Candle> bars = makeBars(quick ? 4'000 : 20'000);
    const QTemporaryDir folder;
    Shipped shipped;
    const Percentiles inlined = measureInline(shipped, bars, nullptr);
    TenEpisodes episodes;
    const Percentiles remembered = measureInline(shipped, bars, &episodes);
    const Percentiles state = measureState(bars);
    const Percentiles regime = measureRegime(bars);
    const Percentiles votes = measureVotesAlone(shipped, bars);
    const Percentiles threads = measureThreads(shipped, bars);
    const Percentiles handOver = measureHandOver(bars.size());
    const Wire wire = measureToWire(shipped, bars, folder);
    if (json) {
        std::printf("{\"benchmark\":\"decision\",\"bars\":%zu,\"inline_us\":{\"p50\":%.2f,\"p99\":%.2f},"
                    "\"baseline_votes_alone_us\":{\"p50\":%.2f,\"p99\":%.2f},"
                    "\"memory_us\":{\"p50\":%.2f,\"p99\":%.2f},"
                    "\"state_us\":{\"p50\":%.2f,\"p99\":%.2f},"
                    "\"baseline_regime_us\":{\"p50\":%.2f,\"p99\":%.2f},"
                    "\"threads_us\":{\"p50\":%.2f,\"p99\":%.2f},"
                    "\"baseline_hand_over_us\":{\"p50\":%.2f,\"p99\":%.2f},"
                    "\"order_to_wire_us\":{\"p50\":%.2f,\"p99\":%.2f},"
                    "\"baseline_fdatasync_us\":{\"p50\":%.2f,\"p99\":%.2f}}\n",
                    bars.size(), inlined.p50, inlined.p99, votes.p50, votes.p99, remembered.p50, remembered.p99,
                    state.p50, state.p99, regime.p50, regime.p99, threads.p50, threads.p99, handOver.p50, handOver.p99,
                    wire.order.p50, wire.order.p99, wire.baseline.p50, wire.baseline.p99);
    } else {
        const auto line = [](const char *what, Percentiles ours, const char *other, Percentiles theirs) {
            std::printf("%-16s P50 %8.2f us, P99 %8.2f us    %s P50 %.2f us, P99 %.2f us\n", what, ours.p50, ours.p99,
                        other, theirs.p50, theirs.p99);
        };
        line("inline", inlined, "three decide() alone", votes);
        line("with memory", remembered, "without", inlined);
        line("state", state, "regime of a bar", regime);
        line("agent threads", threads, "one hand-over and back", handOver);
        line("order to wire", wire.order, "write() + fdatasync", wire.baseline);
    }
    return 0;
}

} // namespace

int main(int argc, char **argv)
{
    return benchmarkMain("bench_decision", argc, argv, measure);
}
