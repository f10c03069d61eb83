// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "runtime/engine_recovery.h"

#include "engine/record_codec.h"
#include "journal/journal_reader.h"
#include "runtime/session_restore.h"

#include <algorithm>

namespace coinswarm::runtime {

namespace {

constexpr std::size_t kMostSkipped = 8;

/// One way through the events. Adds the event at which the engine fails to `skipped`; then it is to be tried again.
Result<std::unique_ptr<engine::EngineCore>> repeatEvents(const std::filesystem::path &journal, std::uint32_t before,
                                                         std::vector<engine::event::EventSkipped> &skipped)
{
    Result<journal::JournalReader> reader = journal::JournalReader::openAtLastSnapshot(journal, before);
    if (!reader.ok()) {
        return reader.error();
    }
    Result<std::unique_ptr<engine::EngineCore>> engine = engineAtSegment(*reader);
    if (!engine.ok()) {
        return engine.error();
    }
    std::vector<engine::Effect> effects;
    for (;;) {
        const Result<std::optional<journal::RecordView>> next = reader->next();
        if (!next.ok()) {
            return next.error();
        }
        if (!next->has_value() || reader->segment().number >= before) {
            return engine;
        }
        const journal::RecordHeader &header = (*next)->header;
        if (engine::isEffectType(header.type)) {
            continue;
        }
        const Timestamp time{header.timeNs};
        const auto left = std::find_if(skipped.begin(), skipped.end(), [&](const engine::event::EventSkipped &skip) {
            return skip.record == Sequence(header.sequence);
        });
        effects.clear(); // Nothing of it leaves: what was sent is in the journal, and the venue is asked for the rest.
        if (left != skipped.end()) {
            (*engine)->apply({time, *left}, effects);
        } else {
            Result<engine::EventBody> event = engine::decodeEvent(header.type, (*next)->payload);
            if (!event.ok()) {
                return event.error();
            }
            (*engine)->apply({time, std::move(event).value()}, effects);
        }
        if (!(*engine)->failed().empty()) {
            skipped.push_back({Sequence(header.sequence), std::string(engine::recordTypeName(header.type)),
                               left == skipped.end() ? (*engine)->failed() : "halting failed: " + (*engine)->failed()});
            return engine;
        }
    }
}

} // namespace

Result<RecoveredEngine> recoverEngine(const std::filesystem::path &journal, std::uint32_t before)
{
    RecoveredEngine recovered;
    for (std::size_t tries = 0; tries <= kMostSkipped; ++tries) {
        Result<std::unique_ptr<engine::EngineCore>> engine = repeatEvents(journal, before, recovered.skipped);
        if (!engine.ok()) {
            return engine.error();
        }
        if ((*engine)->failed().empty()) {
            recovered.engine = std::move(engine).value();
            return recovered;
        }
    }
    return Error{ErrorKind::Refused,
                 "the engine fails at more than " + std::to_string(kMostSkipped) + " recorded events, last at record "
                     + std::to_string(recovered.skipped.back().record.value) + " (" + recovered.skipped.back().reason
                     + "), so the session cannot be continued; look after open orders and positions at the venue, then "
                       "begin another session (--fresh)"};
}

} // namespace coinswarm::runtime
