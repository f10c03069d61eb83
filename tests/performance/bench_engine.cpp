// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Trades per second through the engine: one instrument, bars of one and five minutes, the three shipped agents deciding
// at every minute's close in line, the simulated venue; with the journal off and on. Baseline, in the same run over the
// same trades: the bare loop, an array of structs through EMA, SMA, ADX and a matching step, with nothing around it.

#include "performance/synthetic_market.h"

#include "codec/binary_writer.h"
#include "journal/journal_writer.h"
#include "runtime/kernel.h"
#include "runtime/market_player.h"

#include <QtCore/QTemporaryDir>

#include <cstdio>
#include <string_view>

using namespace coinswarm;
using namespace coinswarm::bench;
using namespace coinswarm::engine;
using namespace coinswarm::journal;
using namespace coinswarm::plugins;
using namespace coinswarm::runtime;

namespace {

constexpr std::size_t kBatch = 4'096;

/// What any engine has to do for a trade, written by hand for this one purpose.
class BareLoop
{
public:
    void run(std::span<const Trade> trades)
    {
        for (const Trade &trade : trades) {
            const double price = static_cast<double>(trade.price.raw) * 1e-8;
            m_ema += (price - m_ema) * 0.1;
            m_sum += price - m_window[m_at];
            m_window[m_at] = price;
            m_at = m_at + 1 == m_window.size() ? 0 : m_at + 1;
            const double move = price - m_last;
            m_plus += ((move > 0 ? move : 0) - m_plus) * (1.0 / 14);
            m_minus += ((move < 0 ? -move : 0) - m_minus) * (1.0 / 14);
            const double gap = m_plus > m_minus ? m_plus - m_minus : m_minus - m_plus;
            m_adx += (gap / (m_plus + m_minus + 1e-9) - m_adx) * (1.0 / 14);
            m_last = price;
            if (trade.price.raw <= m_bid) {
                m_position += trade.quantity.raw;
                m_bid = 0;
            } else if (m_adx > 0.25 && m_ema * 20 > m_sum) {
                m_bid = trade.price.raw - 1'000'000;
            }
        }
    }
    double outcome() const { return m_ema + m_adx + static_cast<double>(m_position); }

private:
    std::array<double, 20> m_window{};
    double m_ema = 0;
    double m_sum = 0;
    double m_plus = 0;
    double m_minus = 0;
    double m_adx = 0;
    double m_last = 0;
    std::int64_t m_bid = 0;
    std::int64_t m_position = 0;
    std::size_t m_at = 0;
};

struct Counts {
    double eventsPerSecond = 0;
    std::uint64_t decisions = 0;
    std::uint64_t fills = 0;
};

class DecisionCounter final : public KernelObserver
{
public:
    void onEvent(const Event &) override {}
    void onEffect(Timestamp, const Effect &effect) override
    {
        counts.decisions += std::holds_alternative<engine::effect::DecisionMade>(effect) ? 1 : 0;
        counts.fills += std::holds_alternative<engine::effect::FillBooked>(effect) ? 1 : 0;
    }
    void onJournalFailed(const Error &error) override { throw std::runtime_error(error.message); }

    Counts counts;
};

Counts measureEngine(Shipped &shipped, std::uint64_t trades, const std::string &journalFolder)
{
    Kernel *target = nullptr;
    const EngineCore *clock = nullptr;
    InlineAgents agents(shipped.seats(), [&](AgentAnswer answer) {
        target->process(
            clock->now(),
            engine::event::AgentVoted{answer.ask, answer.agent, std::move(std::get<Vote>(answer.result)), {}});
    });
    const EngineConfig config = engineConfig(agents, Interval{60});
    const std::unique_ptr<EngineCore> engine = take(EngineCore::create(config));
    agents.start(IndicatorSlots(engine->market().indicatorNames()));
    const std::unique_ptr<Venue> venue = shipped.venue();
    std::unique_ptr<JournalWriter> journal;
    if (!journalFolder.empty()) {
        JournalOptions options;
        options.folder = journalFolder;
        options.sync = SyncPolicy::AtClose;
        options.reserveBytes = 0;
        SegmentStart start;
        start.header = codec::encoded(config);
        journal = take(JournalWriter::create(std::move(options), take(JournalKey::generate()), std::move(start)));
    }
    DecisionCounter counter;
    Kernel kernel({.engine = engine.get(),
                   .agents = &agents,
                   .venue = venue.get(),
                   .journal = journal.get(),
                   .observers = {&counter},
                   .waitForDisk = false});
    target = &kernel;
    clock = engine.get();
    MarketPlayer player(kernel, *engine, *venue);

    TradeStream stream;
    std::vector<MarketEvent> batch(kBatch);
    double seconds = 0;
    for (std::uint64_t done = 0; done < trades; done += kBatch) {
        for (MarketEvent &event : batch) {
            event = stream.next();
        }
        const auto start = Clock::now();
        for (const MarketEvent &event : batch) {
            player.play(event);
        }
        seconds += secondsSince(start);
    }
    if (journal) {
        const auto start = Clock::now();
        take(journal->close());
        seconds += secondsSince(start);
    }
    if (!engine->failed().empty()) {
        throw std::runtime_error(engine->failed());
    }
    counter.counts.eventsPerSecond = static_cast<double>(trades) / seconds;
    return counter.counts;
}

double measureFloor(std::uint64_t trades)
{
    BareLoop loop;
    TradeStream stream;
    std::vector<Trade> batch(kBatch);
    double seconds = 0;
    for (std::uint64_t done = 0; done < trades; done += kBatch) {
        for (Trade &trade : batch) {
            trade = stream.next();
        }
        const auto start = Clock::now();
        loop.run(batch);
        seconds += secondsSince(start);
    }
    if (loop.outcome() == 0) {
        throw std::runtime_error("the bare loop did nothing");
    }
    return static_cast<double>(trades) / seconds;
}

int measure(bool quick, bool json)
{
    const std::uint64_t trades = quick ? 2'000'000 : 10'000'000;
    const QTemporaryDir folder;
    Shipped shipped;
    double floor = 0;
    Counts off;
    Counts on;
    for (int round = 0; round < 3; ++round) { // taking turns, so that the machine's moods strike all
        floor = std::max(floor, measureFloor(trades));
        const Counts without = measureEngine(shipped, trades, {});
        off = without.eventsPerSecond > off.eventsPerSecond ? without : off;
        const QString journal = folder.filePath(QStringLiteral("journal"));
        const Counts with = measureEngine(shipped, trades, journal.toStdString());
        on = with.eventsPerSecond > on.eventsPerSecond ? with : on;
        QDir(journal).removeRecursively();
    }
    const auto number = [](std::uint64_t n) { return static_cast<unsigned long long>(n); };
    if (json) {
        std::printf("{\"benchmark\":\"engine\",\"trades\":%llu,\"decisions\":%llu,\"fills\":%llu,"
                    "\"events_per_second\":%.0f,\"events_per_second_journal_on\":%.0f,"
                    "\"baseline_bare_loop_events_per_second\":%.0f,\"ratio_to_bare_loop\":%.3f}\n",
                    number(trades), number(off.decisions), number(off.fills), off.eventsPerSecond, on.eventsPerSecond,
                    floor, off.eventsPerSecond / floor);
    } else {
        std::printf("journal off   %7.2f M trades/s (%.2f of the bare loop), %llu decisions, %llu fills\n"
                    "journal on    %7.2f M trades/s\n"
                    "bare loop     %7.2f M trades/s\n",
                    off.eventsPerSecond / 1e6, off.eventsPerSecond / floor, number(off.decisions), number(off.fills),
                    on.eventsPerSecond / 1e6, floor / 1e6);
    }
    return 0;
}

} // namespace

int main(int argc, char **argv)
{
    return benchmarkMain("bench_engine", argc, argv, measure);
}
