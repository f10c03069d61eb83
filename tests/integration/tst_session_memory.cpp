// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "backtest/replay.h"
#include "support/paper_session.h"
#include "unit/scripted_memory.h"

#include <QtTest/QtTest>

#include <atomic>

namespace coinswarm::test {

namespace {

class Witness final : public runtime::SessionObserver
{
public:
    void onEvent(const engine::Event &) override {}
    void onEffect(Timestamp, const engine::Effect &effect) override
    {
        if (const auto *ask = std::get_if<engine::effect::AskAgents>(&effect)) {
            remembered += ask->state.recall.neighbours.empty() ? 0 : 1;
        } else if (std::holds_alternative<engine::effect::EpisodeClosed>(effect)) {
            ++episodes;
        } else if (const auto *changed = std::get_if<engine::effect::WeightsChanged>(&effect)) {
            weightsSlot = changed->slot;
        }
    }
    void onJournalFailed(const Error &) override {}
    void onTick(runtime::Session &) override {}

    std::atomic<int> remembered{0};
    std::atomic<int> episodes{0};
    std::atomic<std::uint64_t> weightsSlot{0};
};

} // namespace

/// A paper session that remembers: threads, votes and the journal as a user has them, with a memory that a test wrote.
class TestSessionMemory : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void remembersAcrossARestartAndReplays()
    {
        ScriptedMemory memory(0.003);
        std::string journal;
        {
            const std::unique_ptr<runtime::Session> session = open(&memory);
            journal = session->journalFolder();
            Witness witness;
            session->start({&witness});
            QVERIFY(waitFor([&] { return witness.episodes > 1 && witness.remembered > 50; }, std::chrono::seconds(90)));
            std::vector<engine::event::AgentWeight> weights;
            for (const std::string &name : session->engine().roster().names()) {
                weights.push_back({name, weights.empty() ? 1.0 : 0.0});
            }
            session->post([&](runtime::Session &s) {
                s.command(engine::event::WeightsCommitted{9, "c0ffee", weights});
            });
            QVERIFY(waitFor([&] { return witness.weightsSlot == 9; }));
            session->stop();
        }
        {
            const std::unique_ptr<runtime::Session> session = open(&memory);
            QVERIFY(session->continued());
            QCOMPARE(session->engine().roster().weightsSlot(), std::uint64_t{9});
            QCOMPARE(session->engine().roster().members().front().weight, 1.0);
            Witness witness;
            session->start({&witness});
            // The state was kept: nobody waits for the market to become known again.
            QVERIFY(waitFor([&] { return witness.remembered > 5; }, std::chrono::seconds(90)));
            session->stop();
        }
        backtest::ReplayOptions options;
        options.recompute = true;
        options.plugins = &m_plugins;
        const backtest::ReplayReport report = take(backtest::replayJournal(journal, options));
        QVERIFY2(report.identical, (report.difference + "\n" + report.recorded + "\n" + report.replayed).c_str());
        QVERIFY(report.votes > 50);
    }

    void isContinuedAsItWasBegun()
    {
        m_settings.push_back("session.name=other");
        ScriptedMemory memory(0);
        {
            const std::unique_ptr<runtime::Session> session = open(&memory);
            Witness witness;
            session->start({&witness});
            session->stop();
        }
        const Result<std::unique_ptr<runtime::Session>> without = tryOpen(nullptr);
        QVERIFY(!without.ok());
        QVERIFY2(without.error().message.find("memory") != std::string::npos, without.error().message.c_str());
    }

    void initTestCase()
    {
        take(m_plugins.scan());
        m_settings = busySettings();
    }

private:
    Result<std::unique_ptr<runtime::Session>> tryOpen(runtime::EpisodicMemory *memory)
    {
        config::Sources sources;
        sources.overrides = m_settings;
        runtime::SessionOptions options;
        options.configuration = config::loadConfiguration(sources).configuration;
        options.paths = config::Paths::below(m_folder.path().toStdString());
        take(config::prepareFolders(options.paths));
        options.memory = memory;
        return runtime::Session::open(std::move(options), m_plugins);
    }
    std::unique_ptr<runtime::Session> open(runtime::EpisodicMemory *memory) { return take(tryOpen(memory)); }

    static plugins::PluginHostOptions host()
    {
        plugins::PluginHostOptions options;
        options.folders = {{shippedPlugins(), true}};
        return options;
    }

    QTemporaryDir m_folder;
    plugins::PluginHost m_plugins{host()};
    std::vector<std::string> m_settings;
};

} // namespace coinswarm::test

QTEST_GUILESS_MAIN(coinswarm::test::TestSessionMemory)
#include "tst_session_memory.moc"
