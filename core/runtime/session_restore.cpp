// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "runtime/session_restore.h"

#include "codec/binary_reader.h"
#include "codec/binary_writer.h"
#include "engine/record_codec.h"
#include "runtime/engine_recovery.h"

#include <algorithm>
#include <map>
#include <set>

namespace coinswarm::runtime {

namespace {

constexpr std::size_t kKeptHolds = 500;

/// What must be the same for a state to mean the same.
Result<void> requireSameShape(const engine::EngineConfig &before, const engine::EngineConfig &now)
{
    const auto differs = [](const char *what) {
        return Error{ErrorKind::Refused,
                     std::string("the session was made with other ") + what
                         + " than the configuration names now; change it back, or begin a new session (--fresh, or "
                           "another session.name)"};
    };
    if (before.instruments != now.instruments) {
        return differs("instruments");
    }
    if (before.intervals != now.intervals || before.decisionInterval != now.decisionInterval
        || before.keepBars != now.keepBars)
    {
        return differs("candle intervals");
    }
    if (before.indicators != now.indicators) {
        return differs("indicators");
    }
    bool sameAgents = before.agents.size() == now.agents.size();
    for (std::size_t i = 0; sameAgents && i < now.agents.size(); ++i) {
        sameAgents = before.agents[i].name == now.agents[i].name && before.agents[i].plugin == now.agents[i].plugin
            && before.agents[i].indicators == now.agents[i].indicators
            && before.agents[i].historyBars == now.agents[i].historyBars;
    }
    if (!sameAgents) {
        return differs("agents");
    }
    if (before.memory != now.memory) {
        return differs("use of memory");
    }
    if (before.desk.mode != now.desk.mode || before.desk.startingCash != now.desk.startingCash) {
        return differs("mode or starting cash");
    }
    return {};
}

Result<void> restoreSnapshot(const journal::ByteBuffer &bytes, RestoredSession &session)
{
    Result<SessionSnapshot> snapshot = codec::decoded<SessionSnapshot>(bytes);
    if (!snapshot.ok()) {
        return Error{ErrorKind::Corrupt, "the journal's snapshot cannot be read: " + snapshot.error().message};
    }
    if (const Result<void> restored = restoreEngine(snapshot->engine, *session.engine); !restored.ok()) {
        return restored.error();
    }
    session.agents = std::move(snapshot->agents);
    session.events = snapshot->events;
    session.market = snapshot->market;
    session.feed = std::move(snapshot->feed);
    for (const Order &order : session.engine->desk().orders()) {
        session.lastOrderBefore = std::max(session.lastOrderBefore, order.id);
    }
    return {};
}

/// Gathers what is worth remembering of the effects that are seen again.
class Past
{
public:
    void add(Timestamp time, const engine::Effect &effect)
    {
        if (const auto *ask = std::get_if<engine::effect::AskAgents>(&effect)) {
            m_asked.insert_or_assign(ask->state.ask, PastEffect{time, effect});
            return;
        }
        if (std::holds_alternative<engine::effect::RecallEpisodes>(effect)) {
            return; // What was recalled is in the question to the agents.
        }
        if (const auto *made = std::get_if<engine::effect::DecisionMade>(&effect)) {
            if (const auto asked = m_asked.find(made->decision.ask); asked != m_asked.end()) {
                m_effects.push_back(std::move(asked->second));
                m_asked.erase(asked);
            }
            m_holds += made->decision.action == Action::Hold ? 1 : 0;
        }
        m_effects.push_back({time, effect});
        if (m_holds > 2 * kKeptHolds) {
            forgetHolds();
        }
    }

    std::vector<PastEffect> take()
    {
        forgetHolds();
        return std::move(m_effects);
    }

private:
    void forgetHolds()
    {
        std::set<AskId> forgotten;
        for (const PastEffect &past : m_effects) {
            const auto *made = std::get_if<engine::effect::DecisionMade>(&past.effect);
            if (made != nullptr && made->decision.action == Action::Hold && m_holds > kKeptHolds) {
                forgotten.insert(made->decision.ask);
                --m_holds;
            }
        }
        std::erase_if(m_effects, [&forgotten](const PastEffect &past) {
            const auto *made = std::get_if<engine::effect::DecisionMade>(&past.effect);
            const auto *ask = std::get_if<engine::effect::AskAgents>(&past.effect);
            return (made != nullptr && forgotten.contains(made->decision.ask))
                || (ask != nullptr && forgotten.contains(ask->state.ask));
        });
    }

    std::vector<PastEffect> m_effects;
    std::map<AskId, PastEffect> m_asked; ///< not decided yet
    std::size_t m_holds = 0;
};

/// The event of a market, if it is one.
std::optional<MarketEvent> marketEvent(const engine::EventBody &event)
{
    return std::visit(
        [](const auto &body) -> std::optional<MarketEvent> {
            if constexpr (std::is_constructible_v<MarketEvent, decltype(body)>) {
                return body;
            } else {
                return std::nullopt;
            }
        },
        event);
}

/// Moves the state into an engine that goes on with `config`.
Result<void> adopt(const engine::EngineConfig &config, RestoredSession &session)
{
    std::vector<std::byte> state;
    codec::BinaryWriter writer(state);
    session.engine->visitState(writer);
    Result<std::unique_ptr<engine::EngineCore>> engine = engine::EngineCore::create(config);
    if (!engine.ok()) {
        return engine.error();
    }
    session.engine = std::move(engine).value();
    codec::BinaryReader reader(state);
    session.engine->visitState(reader);
    return {};
}

} // namespace

Result<void> restoreEngine(std::span<const std::byte> state, engine::EngineCore &engine)
{
    try {
        codec::BinaryReader reader(state);
        engine.visitState(reader);
        if (!reader.atEnd()) {
            return Error{ErrorKind::Corrupt, "the journal's snapshot holds more than this version of the engine knows"};
        }
    } catch (const std::exception &error) { // not only of the decoder: what was read need not fit together
        return Error{ErrorKind::Corrupt, std::string("the journal's snapshot cannot be read: ") + error.what()};
    }
    return {};
}

Result<std::unique_ptr<engine::EngineCore>> engineAtSegment(journal::JournalReader &reader)
{
    const Result<journal::ByteBuffer> headerBytes = reader.readHeaderPayload();
    if (!headerBytes.ok()) {
        return headerBytes.error();
    }
    Result<engine::JournalHeader> header = codec::decoded<engine::JournalHeader>(*headerBytes);
    if (!header.ok()) {
        return Error{ErrorKind::Corrupt, "the journal's header cannot be read: " + header.error().message};
    }
    const Result<journal::ByteBuffer> bytes = reader.readSnapshot();
    if (!bytes.ok()) {
        return bytes.error();
    }
    Result<std::unique_ptr<engine::EngineCore>> engine = engine::EngineCore::create(std::move(header->engine));
    if (!engine.ok() || bytes->empty()) {
        return engine;
    }
    const Result<SessionSnapshot> snapshot = codec::decoded<SessionSnapshot>(*bytes);
    if (!snapshot.ok()) {
        return Error{ErrorKind::Corrupt, "the journal's snapshot cannot be read: " + snapshot.error().message};
    }
    if (const Result<void> restored = restoreEngine(snapshot->engine, **engine); !restored.ok()) {
        return restored.error();
    }
    return engine;
}

journal::ByteBuffer encodeSnapshot(engine::EngineCore &engine, std::vector<std::string> agents, std::uint64_t events,
                                   const MarketPlace &market, std::string feed)
{
    SessionSnapshot snapshot;
    codec::BinaryWriter writer(snapshot.engine);
    engine.visitState(writer);
    snapshot.agents = std::move(agents);
    snapshot.events = events;
    snapshot.market = market;
    snapshot.feed = std::move(feed);
    return codec::encoded(snapshot);
}

Result<RestoredSession> restoreSession(const std::string &folder, const engine::EngineConfig &config)
{
    Result<journal::JournalReader> opened = journal::JournalReader::openAtLastSnapshot(folder);
    if (!opened.ok()) {
        return opened.error();
    }
    journal::JournalReader &reader = *opened;
    const Result<journal::ByteBuffer> headerBytes = reader.readHeaderPayload();
    if (!headerBytes.ok()) {
        return headerBytes.error();
    }
    Result<engine::JournalHeader> header = codec::decoded<engine::JournalHeader>(*headerBytes);
    if (!header.ok()) {
        return Error{ErrorKind::Corrupt, "the journal's header cannot be read: " + header.error().message};
    }
    if (const Result<void> same = requireSameShape(header->engine, config); !same.ok()) {
        return same.error();
    }

    RestoredSession session;
    session.header = std::move(header).value();
    // What has happened is repeated under the rules under which it happened: with other limits the engine would deny
    // orders that are at the venue, and never know of them.
    Result<std::unique_ptr<engine::EngineCore>> engine = engine::EngineCore::create(session.header.engine);
    if (!engine.ok()) {
        return engine.error();
    }
    session.engine = std::move(engine).value();
    const Result<journal::ByteBuffer> snapshot = reader.readSnapshot();
    if (!snapshot.ok()) {
        return snapshot.error();
    }
    if (!snapshot->empty()) {
        if (const Result<void> restored = restoreSnapshot(*snapshot, session); !restored.ok()) {
            return restored.error();
        }
    }

    Past past;
    std::vector<engine::Effect> effects;
    std::size_t recorded = 0;
    for (;;) {
        const Result<std::optional<journal::RecordView>> next = reader.next();
        if (!next.ok()) {
            return next.error();
        }
        if (!next->has_value()) {
            break;
        }
        const journal::RecordView &record = **next;
        if (engine::isEffectType(record.header.type)) {
            ++recorded;
            if ((record.header.flags & journal::kCitable) != 0) {
                session.citable.push_back(
                    {record.header.type, Sequence(record.header.sequence), Timestamp{record.header.timeNs},
                     journal::ByteBuffer(record.payload.begin(), record.payload.end()), reader.chain()});
            }
            continue;
        }
        Result<engine::EventBody> event = engine::decodeEvent(record.header.type, record.payload);
        if (!event.ok()) {
            return event.error();
        }
        effects.clear();
        recorded = 0;
        const Timestamp time{record.header.timeNs};
        if (const std::optional<MarketEvent> market = marketEvent(*event)) {
            session.market.add(visibleAt(*market));
        }
        session.engine->apply({time, std::move(event).value()}, effects);
        ++session.events;
        for (const engine::Effect &effect : effects) {
            past.add(time, effect);
            if (const auto *closed = std::get_if<engine::effect::RoundTripClosed>(&effect)) {
                session.outcomes.push_back(*closed);
            }
        }
    }
    session.unrecorded.assign(effects.begin() + static_cast<std::ptrdiff_t>(std::min(recorded, effects.size())),
                              effects.end());
    session.closed = reader.closed();
    session.past = past.take();
    if (!session.engine->failed().empty()) {
        Result<RecoveredEngine> recovered = recoverEngine(folder);
        if (!recovered.ok()) {
            return recovered.error();
        }
        session.engine = std::move(recovered->engine);
        session.skipped = std::move(recovered->skipped);
    }
    if (const Result<void> adopted = adopt(config, session); !adopted.ok()) {
        return adopted.error();
    }
    return session;
}

} // namespace coinswarm::runtime
