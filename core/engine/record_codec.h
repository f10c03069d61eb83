// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/effect.h"
#include "engine/event.h"
#include "journal/record.h"

#include <coinswarm/result.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace coinswarm::engine {

/// Journal record types of the engine: events from 1 in the order of EventBody, effects from 256 in the order of
/// Effect. 0xFF00 and above belong to the journal itself.
inline constexpr std::uint16_t kFirstEffectType = 256;

constexpr bool isEventType(std::uint16_t type)
{
    return type >= 1 && type <= std::variant_size_v<EventBody>;
}

constexpr bool isEffectType(std::uint16_t type)
{
    return type >= kFirstEffectType && type < kFirstEffectType + std::variant_size_v<Effect>;
}

inline std::uint16_t recordType(const EventBody &body)
{
    return static_cast<std::uint16_t>(body.index() + 1);
}

inline std::uint16_t recordType(const Effect &effect)
{
    return static_cast<std::uint16_t>(kFirstEffectType + effect.index());
}

/// Flags of its record in the journal: a closed trade can be cited.
inline std::uint16_t recordFlags(const Effect &effect)
{
    return std::holds_alternative<effect::EpisodeClosed>(effect) ? journal::kCitable : std::uint16_t{0};
}

/// Appends the payload of an event's or effect's record to `out` (its time is the record's own).
void encodeRecord(const EventBody &body, std::vector<std::byte> &out);
void encodeRecord(const Effect &effect, std::vector<std::byte> &out);

/// Reads the payload of an event record. Corrupt if it is not one value of that type exactly.
Result<EventBody> decodeEvent(std::uint16_t type, std::span<const std::byte> payload);

/// An effect as a journal holds it: as data. A Submit is read back as the order it carried, because only the risk gate
/// can make an ApprovedOrder.
struct SubmittedOrder {
    Order order;
    ApprovalId approval;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("order", self.order);
        visit("approval", self.approval);
    }
};
using RecordedEffect = std::variant<effect::AskAgents, effect::DecisionMade, SubmittedOrder, effect::Cancel,
                                    effect::Query, effect::OrderChanged, effect::RiskChecked, effect::ApprovalChanged,
                                    effect::FillBooked, effect::RoundTripClosed, effect::RegimeChanged,
                                    effect::AgentBenched, effect::Alert, effect::HaltChanged, effect::RecallEpisodes,
                                    effect::EpisodeClosed, effect::WeightsChanged, effect::AgentReturned>;
Result<RecordedEffect> decodeEffect(std::uint16_t type, std::span<const std::byte> payload);

/// A record as one line of JSON for people ("decision_made {…}"). For what is not an engine record, its type in hex.
std::string describeRecord(std::uint16_t type, std::span<const std::byte> payload);

/// "trade", "agent_voted", … "decision_made"; empty for what is not an engine record.
std::string_view recordTypeName(std::uint16_t type);

/// Markdown table of all record types with their fields in order, for docs/record-types.md.
std::string recordTypesMarkdown();

} // namespace coinswarm::engine
