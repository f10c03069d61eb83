// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "backtest/backtest.h"

#include "backtest/backtest_recorder.h"
#include "codec/binary_writer.h"
#include "plugins/inline_agents.h"
#include "runtime/assembly.h"
#include "runtime/kernel.h"
#include "runtime/market_player.h"

#include <chrono>
#include <filesystem>

namespace coinswarm::backtest {

namespace {

constexpr std::size_t kBatch = 4'096;

Result<std::unique_ptr<journal::JournalWriter>> createJournal(const std::string &folder,
                                                              const engine::JournalHeader &header, Timestamp start)
{
    if (folder.empty()) {
        return std::unique_ptr<journal::JournalWriter>();
    }
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) {
        return Error{ErrorKind::Environment, "cannot make the journal folder " + folder + ": " + error.message()};
    }
    Result<journal::JournalKey> key = journal::JournalKey::generate();
    if (!key.ok()) {
        return key.error();
    }
    journal::JournalOptions options;
    options.folder = folder;
    options.sync = journal::SyncPolicy::AtClose;
    options.reserveBytes = 0;
    journal::SegmentStart segment;
    segment.createdAt = start;
    segment.header = codec::encoded(header);
    return journal::JournalWriter::create(std::move(options), std::move(key).value(), std::move(segment));
}

class Run
{
public:
    Run(const BacktestOptions &options, runtime::Assembly &assembly, engine::EngineCore &engine,
        runtime::Kernel &kernel, BacktestRecorder &recorder)
        : m_options(options),
          m_feed(*assembly.feed),
          m_engine(engine),
          m_player(kernel, engine, *assembly.venue),
          m_kernel(kernel),
          m_recorder(recorder),
          m_batch(kBatch)
    {}

    Result<void> playAll()
    {
        for (;;) {
            const Result<std::size_t> count = m_feed.read(m_batch);
            if (!count.ok()) {
                return count.error();
            }
            if (*count == 0) {
                break;
            }
            for (std::size_t i = 0; i < *count; ++i) {
                playOne(m_batch[i]);
            }
            if (m_options.cancelled != nullptr && m_options.cancelled->load()) {
                return Error{ErrorKind::Unavailable, "the backtest was cancelled"};
            }
            if (m_options.onProgress) {
                m_options.onProgress(m_feed.progress().value_or(0));
            }
        }
        m_kernel.process(m_player.now(), engine::event::FeedEnded{});
        m_recorder.onEnd(m_player.now());
        return {};
    }

private:
    void playOne(const MarketEvent &event)
    {
        const std::uint64_t before = m_decisionBars;
        m_player.play(event);
        m_decisionBars = m_engine.market().warmedBars(InstrumentId(1));
        if (m_decisionBars != before) {
            m_recorder.onBar(m_player.now());
        }
    }

    const BacktestOptions &m_options;
    Feed &m_feed;
    const engine::EngineCore &m_engine;
    runtime::MarketPlayer m_player;
    runtime::Kernel &m_kernel;
    BacktestRecorder &m_recorder;
    std::vector<MarketEvent> m_batch;
    std::uint64_t m_decisionBars = 0;
};

} // namespace

Result<BacktestResult> runBacktest(const BacktestOptions &options, plugins::PluginHost &plugins)
{
    const auto started = std::chrono::steady_clock::now();
    runtime::AssemblyOptions assemblyOptions;
    assemblyOptions.mode = api::TradingMode::Backtest;
    assemblyOptions.session = options.session;
    assemblyOptions.memory = options.memory != nullptr;
    assemblyOptions.configurationHash = options.configurationHash;
    Result<runtime::Assembly> assembled = runtime::assemble(options.configuration, plugins, assemblyOptions);
    if (!assembled.ok()) {
        return assembled.error();
    }
    runtime::Assembly &assembly = *assembled;

    runtime::Kernel *target = nullptr;
    const engine::EngineCore *clock = nullptr;
    plugins::InlineAgents::Options agentOptions;
    agentOptions.onHang = options.onHang;
    plugins::InlineAgents agents(
        std::move(assembly.seats),
        [&](plugins::AgentAnswer answer) {
            if (target == nullptr) {
                return; // A failure before the run; specs() and start() report it.
            }
            std::visit(
                [&](auto &content) {
                    if constexpr (std::is_same_v<std::decay_t<decltype(content)>, Vote>) {
                        target->process(clock->now(),
                                        engine::event::AgentVoted{answer.ask, answer.agent, std::move(content), {}});
                    } else {
                        target->process(clock->now(),
                                        engine::event::AgentFailed{answer.ask, answer.agent,
                                                                   content.fault == plugins::AgentFault::Hung,
                                                                   std::move(content.detail)});
                    }
                },
                answer.result);
        },
        std::move(agentOptions));
    if (const Result<void> enrolled = runtime::enrol(agents, assembly.header.engine); !enrolled.ok()) {
        return enrolled.error();
    }
    Result<std::unique_ptr<engine::EngineCore>> engine = engine::EngineCore::create(assembly.header.engine);
    if (!engine.ok()) {
        return engine.error();
    }
    agents.start(IndicatorSlots((*engine)->market().indicatorNames()));

    Result<CsvFile> fills = CsvFile::create(options.fillsFile, "ts_ms,order_id,symbol,side,qty,price,fee,liquidity");
    Result<CsvFile> equity = CsvFile::create(options.equityFile, "ts_ms,equity,cash,position,drawdown");
    if (!fills.ok() || !equity.ok()) {
        return fills.ok() ? equity.error() : fills.error();
    }
    Result<std::unique_ptr<journal::JournalWriter>> journal = createJournal(options.journalFolder, assembly.header, {});
    if (!journal.ok()) {
        return journal.error();
    }
    BacktestRecorder recorder(**engine, std::move(fills).value(), std::move(equity).value());
    runtime::Kernel kernel({.engine = engine->get(),
                            .agents = &agents,
                            .venue = assembly.venue.get(),
                            .memory = options.memory,
                            .journal = journal->get(),
                            .observers = {&recorder},
                            .waitForDisk = false});
    target = &kernel;
    clock = engine->get();
    for (const Candle &bar : assembly.feed->history()) {
        kernel.process(bar.closeTime(), engine::event::HistoryBar{bar});
    }

    const Result<void> played = Run(options, assembly, **engine, kernel, recorder).playAll();
    agents.stop();
    if (!played.ok()) {
        return played.error();
    }
    BacktestResult result;
    if (*journal != nullptr) {
        const Result<journal::JournalHead> head = (*journal)->close();
        if (!head.ok()) {
            return head.error();
        }
        result.journalHead = head->text();
    }
    if (recorder.journalError()) {
        return *recorder.journalError();
    }
    if (const Result<void> closed = recorder.close(); !closed.ok()) {
        return closed.error();
    }
    if (const std::string &failure = (*engine)->failed(); !failure.empty()) {
        return Error{ErrorKind::Corrupt, "the engine stopped: " + failure};
    }
    // Nobody halts a backtest by hand; figures of a run that stopped trading half-way would mislead.
    if (const trading::HaltState &halt = (*engine)->desk().haltState(); halt.halted) {
        return Error{ErrorKind::Corrupt, "trading was halted: " + halt.reason};
    }
    result.performance = recorder.report();
    result.events = kernel.events();
    result.decisions = recorder.hasher().decisions();
    result.decisionsSha256 = recorder.hasher().finish();
    result.defects = assembly.feed->defects();
    result.wallSeconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    result.eventsPerSecond = static_cast<double>(result.events) / result.wallSeconds;
    return result;
}

} // namespace coinswarm::backtest
