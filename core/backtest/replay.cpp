// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "backtest/replay.h"

#include "backtest/decision_hasher.h"
#include "codec/binary_reader.h"
#include "codec/binary_writer.h"
#include "engine/record_codec.h"
#include "journal/journal_reader.h"
#include "plugins/inline_agents.h"
#include "runtime/engine_recovery.h"
#include "runtime/session_restore.h"

#include <algorithm>
#include <deque>
#include <map>

namespace coinswarm::backtest {

namespace {

constexpr std::uint64_t kProgressEvery = 20'000;

struct Expected {
    std::uint16_t type = 0;
    std::vector<std::byte> payload;
};

/// The agents of a journal, made again from the plugins that are here now.
class Recomputation
{
public:
    Recomputation(const engine::EngineConfig &config, std::vector<plugins::Seat> seats)
        : m_config(config), m_pool(std::move(seats), [this](plugins::AgentAnswer answer) {
              m_answers[{answer.ask, answer.agent}] = std::move(answer.result);
          })
    {
        (void)m_pool.specs(); // What they declare is in the header; asking is part of the protocol.
    }

    void start(const engine::EngineCore &engine) { m_pool.start(IndicatorSlots(engine.market().indicatorNames())); }

    void restore(const std::vector<std::string> &states)
    {
        for (std::size_t i = 0; i < states.size(); ++i) {
            m_pool.restoreState(AgentId(static_cast<std::uint32_t>(i + 1)), states[i]);
        }
    }

    void onEffect(const engine::EngineCore &engine, const engine::Effect &effect)
    {
        if (const auto *ask = std::get_if<engine::effect::AskAgents>(&effect)) {
            MarketState state = ask->state;
            engine.attachHistory(state);
            m_pool.ask(state, ask->agents, Duration::max());
        } else if (const auto *closed = std::get_if<engine::effect::RoundTripClosed>(&effect)) {
            for (std::size_t i = 0; i < closed->voted.size(); ++i) {
                m_pool.learn(AgentId(static_cast<std::uint32_t>(i + 1)), {closed->trade, closed->voted[i]});
            }
        }
    }

    /// Null if the agent votes as recorded; otherwise what it says now.
    std::optional<std::string> differenceFrom(const engine::event::AgentVoted &recorded)
    {
        const auto found = m_answers.find({recorded.ask, recorded.agent});
        if (found == m_answers.end()) {
            return "no answer";
        }
        const std::variant<Vote, plugins::AgentFailure> now = std::move(found->second);
        m_answers.erase(found);
        forgetBefore(recorded.ask);
        if (const auto *vote = std::get_if<Vote>(&now)) {
            if (*vote == recorded.vote) {
                return std::nullopt;
            }
            std::vector<std::byte> bytes;
            const engine::EventBody body =
                engine::event::AgentVoted{recorded.ask, recorded.agent, *vote, recorded.elapsed};
            engine::encodeRecord(body, bytes);
            return engine::describeRecord(engine::recordType(body), bytes);
        }
        return "failure: " + std::get<plugins::AgentFailure>(now).detail;
    }

    /// Answers that came too late for the session were never recorded; they must not pile up.
    void forgetBefore(AskId ask)
    {
        constexpr std::uint64_t kOpenAsks = 1'000;
        while (!m_answers.empty() && m_answers.begin()->first.first.value + kOpenAsks < ask.value) {
            m_answers.erase(m_answers.begin());
        }
    }

    const std::string &nameOf(AgentId agent) const { return m_config.agents[agent.value - 1].name; }

private:
    const engine::EngineConfig m_config;
    std::map<std::pair<AskId, AgentId>, std::variant<Vote, plugins::AgentFailure>> m_answers;
    plugins::InlineAgents m_pool;
};

class Replay
{
public:
    explicit Replay(const ReplayOptions &options) : m_options(options) {}

    Result<ReplayReport> run(const std::filesystem::path &journal)
    {
        m_journal = journal;
        Result<journal::JournalReader> opened = journal::JournalReader::open(journal);
        if (!opened.ok()) {
            return opened.error();
        }
        journal::JournalReader &reader = *opened;
        for (;;) {
            const Result<std::optional<journal::RecordView>> next = reader.next();
            if (!next.ok()) {
                return next.error();
            }
            if (!next->has_value()) {
                break;
            }
            if (reader.segment().number != m_segment) {
                if (const Result<void> begun = beginSegment(reader); !begun.ok()) {
                    return begun.error();
                }
            }
            if (!m_report.difference.empty()) {
                return finish();
            }
            if (const Result<void> done = onRecord(**next); !done.ok()) {
                return done.error();
            }
            if (!m_report.difference.empty()) {
                return finish();
            }
            if (++m_report.records % kProgressEvery == 0) {
                if (m_options.cancelled != nullptr && m_options.cancelled->load()) {
                    return Error{ErrorKind::Unavailable, "the replay was cancelled"};
                }
                if (m_options.onProgress) {
                    m_options.onProgress(m_report.records);
                }
            }
        }
        m_report.torn = reader.torn();
        // A crash may have kept the effects of the last event out of it; a journal that was closed has them all.
        if (!m_expected.empty() && reader.closed()) {
            differ(Sequence(m_last.value + 1), "the journal ends before everything that its last event caused is in it",
                   {});
        }
        m_report.identical = m_report.difference.empty();
        return finish();
    }

private:
    Result<void> beginSegment(journal::JournalReader &reader)
    {
        m_segment = reader.segment().number;
        const Result<journal::ByteBuffer> payload = reader.readHeaderPayload();
        if (!payload.ok()) {
            return payload.error();
        }
        Result<engine::JournalHeader> header = codec::decoded<engine::JournalHeader>(*payload);
        if (!header.ok()) {
            return Error{ErrorKind::Corrupt,
                         "the header of segment " + std::to_string(m_segment)
                             + " cannot be read: " + header.error().message};
        }
        const Result<journal::ByteBuffer> bytes = reader.readSnapshot();
        if (!bytes.ok()) {
            return bytes.error();
        }
        runtime::SessionSnapshot snapshot;
        if (!bytes->empty()) {
            Result<runtime::SessionSnapshot> decoded = codec::decoded<runtime::SessionSnapshot>(*bytes);
            if (!decoded.ok()) {
                return Error{ErrorKind::Corrupt,
                             "the snapshot of segment " + std::to_string(m_segment)
                                 + " cannot be read: " + decoded.error().message};
            }
            snapshot = std::move(decoded).value();
        }
        if (m_engine != nullptr && snapshot.engine.empty()) {
            return {}; // The engine had failed; see Session::snapshot().
        }
        if (m_engine != nullptr) {
            if (!m_engine->failed().empty()) {
                Result<runtime::RecoveredEngine> recovered = runtime::recoverEngine(m_journal, m_segment);
                if (!recovered.ok()) {
                    return recovered.error();
                }
                m_engine = std::move(recovered->engine);
            }
            std::vector<std::byte> state;
            codec::BinaryWriter writer(state);
            m_engine->visitState(writer);
            if (state != snapshot.engine) {
                differ(reader.segment().firstSequence,
                       "the state recorded at the start of segment " + std::to_string(m_segment)
                           + " is not the state that the events before it lead to",
                       {});
                return {};
            }
        }
        Result<std::unique_ptr<engine::EngineCore>> engine = engine::EngineCore::create(header->engine);
        if (!engine.ok()) {
            return engine.error();
        }
        m_engine = std::move(engine).value();
        if (!snapshot.engine.empty()) {
            if (const Result<void> restored = runtime::restoreEngine(snapshot.engine, *m_engine); !restored.ok()) {
                return restored.error();
            }
        }
        return m_options.recompute ? makeAgents(*header, snapshot) : Result<void>();
    }

    Result<void> makeAgents(const engine::JournalHeader &header, const runtime::SessionSnapshot &snapshot)
    {
        std::vector<plugins::Seat> seats;
        for (const engine::RosterEntry &entry : header.engine.agents) {
            const api::PluginInfo plugin = m_options.plugins->find(entry.plugin).value_or(api::PluginInfo{});
            if (plugin.sha256 != entry.pluginSha256) {
                m_report.changedPlugins.push_back(entry.name);
            }
            Result<std::unique_ptr<Agent>> agent = m_options.plugins->createAgent(entry.plugin, entry.settings);
            if (!agent.ok()) {
                return agent.error();
            }
            seats.push_back({entry.name, entry.plugin, std::move(agent).value()});
        }
        m_agents = std::make_unique<Recomputation>(header.engine, std::move(seats));
        m_agents->start(*m_engine);
        m_agents->restore(snapshot.agents);
        return {};
    }

    Result<void> onRecord(const journal::RecordView &record)
    {
        const Sequence sequence(record.header.sequence);
        m_last = sequence;
        if (engine::isEffectType(record.header.type)) {
            compareEffect(sequence, record);
            return {};
        }
        if (!m_expected.empty()) {
            differ(sequence, "the engine does more now than was recorded",
                   engine::describeRecord(record.header.type, record.payload));
            m_report.replayed = engine::describeRecord(m_expected.front().type, m_expected.front().payload);
            return {};
        }
        Result<engine::EventBody> event = engine::decodeEvent(record.header.type, record.payload);
        if (!event.ok()) {
            return Error{ErrorKind::Corrupt, "record " + std::to_string(sequence.value) + ": " + event.error().message};
        }
        if (m_agents != nullptr) {
            compareVote(sequence, *event, record);
        }
        apply({Timestamp{record.header.timeNs}, std::move(event).value()});
        return {};
    }

    void apply(const engine::Event &event)
    {
        ++m_report.events;
        m_effects.clear();
        m_engine->apply(event, m_effects);
        for (const engine::Effect &effect : m_effects) {
            Expected expected;
            expected.type = engine::recordType(effect);
            engine::encodeRecord(effect, expected.payload);
            m_expected.push_back(std::move(expected));
            m_hasher.onEffect(effect);
            if (m_agents != nullptr) {
                m_agents->onEffect(*m_engine, effect);
            }
        }
    }

    void compareEffect(Sequence sequence, const journal::RecordView &record)
    {
        ++m_report.effects;
        if (m_expected.empty()) {
            differ(sequence, "the journal holds an effect that the engine does not cause now",
                   engine::describeRecord(record.header.type, record.payload));
            return;
        }
        const Expected expected = std::move(m_expected.front());
        m_expected.pop_front();
        const bool same = expected.type == record.header.type
            && std::equal(expected.payload.begin(), expected.payload.end(), record.payload.begin(),
                          record.payload.end());
        if (!same) {
            differ(sequence, "the engine does something else now than was recorded",
                   engine::describeRecord(record.header.type, record.payload));
            m_report.replayed = engine::describeRecord(expected.type, expected.payload);
        }
    }

    void compareVote(Sequence sequence, const engine::EventBody &event, const journal::RecordView &record)
    {
        const auto *voted = std::get_if<engine::event::AgentVoted>(&event);
        if (voted == nullptr) {
            return;
        }
        ++m_report.votes;
        const std::optional<std::string> now = m_agents->differenceFrom(*voted);
        if (!now) {
            return;
        }
        const std::string &name = m_agents->nameOf(voted->agent);
        const bool changed = std::find(m_report.changedPlugins.begin(), m_report.changedPlugins.end(), name)
            != m_report.changedPlugins.end();
        differ(
            sequence,
            "agent " + name + " votes otherwise now; "
                + (changed
                       ? "its plugin is not the one that the journal was made with"
                       : "its plugin is the same file, so the journal was changed or the agent is not deterministic"),
            engine::describeRecord(record.header.type, record.payload));
        m_report.replayed = *now;
    }

    void differ(Sequence sequence, std::string what, std::string recorded)
    {
        m_report.differsAt = sequence;
        m_report.difference = std::move(what);
        m_report.recorded = std::move(recorded);
    }

    ReplayReport finish()
    {
        m_report.decisionsSha256 = m_hasher.finish();
        return std::move(m_report);
    }

    const ReplayOptions &m_options;
    std::filesystem::path m_journal;
    ReplayReport m_report;
    std::unique_ptr<engine::EngineCore> m_engine;
    std::unique_ptr<Recomputation> m_agents;
    DecisionHasher m_hasher;
    std::deque<Expected> m_expected; ///< effects of the last event that are still to be found in the journal
    std::vector<engine::Effect> m_effects;
    std::uint32_t m_segment = 0;
    Sequence m_last;
};

} // namespace

Result<ReplayReport> replayJournal(const std::filesystem::path &journal, const ReplayOptions &options)
{
    if (options.recompute && options.plugins == nullptr) {
        return invalid("recomputing needs the plugins");
    }
    return Replay(options).run(journal);
}

} // namespace coinswarm::backtest
