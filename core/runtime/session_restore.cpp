// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "runtime/session_restore.h"

#include "codec/binary_reader.h"
#include "codec/binary_writer.h"
#include "engine/record_codec.h"

namespace coinswarm {

namespace {

/// What must be the same for a state to mean the same.
Result<void> requireSameShape(const EngineConfig &before, const EngineConfig &now)
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
        || before.keepBars != now.keepBars) {
        return differs("candle intervals");
    }
    if (before.indicators != now.indicators) {
        return differs("indicators");
    }
    bool sameAgents = before.agents.size() == now.agents.size();
    for (std::size_t i = 0; sameAgents && i < now.agents.size(); ++i) {
        sameAgents = before.agents[i].name == now.agents[i].name
            && before.agents[i].indicators == now.agents[i].indicators
            && before.agents[i].historyBars == now.agents[i].historyBars;
    }
    if (!sameAgents) {
        return differs("agents");
    }
    if (before.desk.mode != now.desk.mode || before.desk.startingCash != now.desk.startingCash) {
        return differs("mode or starting cash");
    }
    return {};
}

Result<void> restoreSnapshot(const ByteBuffer &bytes, RestoredSession &session)
{
    Result<SessionSnapshot> snapshot = codec::decoded<SessionSnapshot>(bytes);
    if (!snapshot.ok()) {
        return Error{ErrorKind::Corrupt, "the journal's snapshot cannot be read: " + snapshot.error().message};
    }
    try {
        codec::BinaryReader reader(snapshot->engine);
        session.engine->visitState(reader);
        if (!reader.atEnd()) {
            return Error{ErrorKind::Corrupt, "the journal's snapshot holds more than this version of the engine knows"};
        }
    } catch (const codec::BinaryReader::DecodeError &error) {
        return Error{ErrorKind::Corrupt, std::string("the journal's snapshot cannot be read: ") + error.what()};
    }
    session.agents = std::move(snapshot->agents);
    session.events = snapshot->events;
    return {};
}

} // namespace

ByteBuffer encodeSnapshot(EngineCore &engine, std::vector<std::string> agents, std::uint64_t events)
{
    SessionSnapshot snapshot;
    codec::BinaryWriter writer(snapshot.engine);
    engine.visitState(writer);
    snapshot.agents = std::move(agents);
    snapshot.events = events;
    return codec::encoded(snapshot);
}

Result<RestoredSession> restoreSession(const std::string &folder, const EngineConfig &config)
{
    Result<JournalReader> opened = JournalReader::openAtLastSnapshot(folder);
    if (!opened.ok()) {
        return opened.error();
    }
    JournalReader &reader = *opened;
    const Result<ByteBuffer> headerBytes = reader.readHeaderPayload();
    if (!headerBytes.ok()) {
        return headerBytes.error();
    }
    Result<JournalHeader> header = codec::decoded<JournalHeader>(*headerBytes);
    if (!header.ok()) {
        return Error{ErrorKind::Corrupt, "the journal's header cannot be read: " + header.error().message};
    }
    if (const Result<void> same = requireSameShape(header->engine, config); !same.ok()) {
        return same.error();
    }

    RestoredSession session;
    session.header = std::move(header).value();
    Result<std::unique_ptr<EngineCore>> engine = EngineCore::create(config);
    if (!engine.ok()) {
        return engine.error();
    }
    session.engine = std::move(engine).value();
    const Result<ByteBuffer> snapshot = reader.readSnapshot();
    if (!snapshot.ok()) {
        return snapshot.error();
    }
    if (!snapshot->empty()) {
        if (const Result<void> restored = restoreSnapshot(*snapshot, session); !restored.ok()) {
            return restored.error();
        }
    }

    std::vector<Effect> effects;
    std::size_t recorded = 0;
    for (;;) {
        const Result<std::optional<RecordView>> next = reader.next();
        if (!next.ok()) {
            return next.error();
        }
        if (!next->has_value()) {
            break;
        }
        const RecordView &record = **next;
        if (isEffectType(record.header.type)) {
            ++recorded;
            continue;
        }
        Result<EventBody> event = decodeEvent(record.header.type, record.payload);
        if (!event.ok()) {
            return event.error();
        }
        effects.clear();
        recorded = 0;
        session.engine->apply({Timestamp{record.header.timeNs}, std::move(event).value()}, effects);
        ++session.events;
        for (const Effect &effect : effects) {
            if (const auto *closed = std::get_if<effect::RoundTripClosed>(&effect)) {
                session.outcomes.push_back(*closed);
            }
        }
    }
    session.unrecorded.assign(effects.begin() + static_cast<std::ptrdiff_t>(std::min(recorded, effects.size())),
                              effects.end());
    session.closed = reader.closed();
    return session;
}

} // namespace coinswarm
