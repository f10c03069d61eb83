// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "storage/models.h"

#include <string_view>

namespace coinswarm::storage {

/// Where a record type is kept. `timeColumn` is what RowQuery::from and ::to refer to. The columns are the record's
/// fields in their order, after "session_id" for what belongs to a session; the migrations must agree (tested).
/// `putOnce` says that a row is not changed once it is put: only a batch that is sent again finds it there. The others
/// are put again with every change.
template <class Row>
struct Table;

enum class Scope : unsigned char { Sessions, Session, Memory };

template <>
struct Table<SessionRecord> {
    static constexpr std::string_view name = "sessions";
    static constexpr std::string_view timeColumn = "started";
    static constexpr Scope scope = Scope::Sessions;
    static constexpr bool putOnce = false;
};
template <>
struct Table<Order> {
    static constexpr std::string_view name = "orders";
    static constexpr std::string_view timeColumn = "created";
    static constexpr Scope scope = Scope::Session;
    static constexpr bool putOnce = false;
};
template <>
struct Table<Fill> {
    static constexpr std::string_view name = "fills";
    static constexpr std::string_view timeColumn = "time";
    static constexpr Scope scope = Scope::Session;
    static constexpr bool putOnce = true;
};
template <>
struct Table<RoundTrip> {
    static constexpr std::string_view name = "round_trips";
    static constexpr std::string_view timeColumn = "exit_time";
    static constexpr Scope scope = Scope::Session;
    static constexpr bool putOnce = true;
};
template <>
struct Table<Regime> {
    static constexpr std::string_view name = "regimes";
    static constexpr std::string_view timeColumn = "start";
    static constexpr Scope scope = Scope::Session;
    static constexpr bool putOnce = false;
};
template <>
struct Table<Decision> {
    static constexpr std::string_view name = "decisions";
    static constexpr std::string_view timeColumn = "time";
    static constexpr Scope scope = Scope::Session;
    static constexpr bool putOnce = true;
};
template <>
struct Table<api::Approval> {
    static constexpr std::string_view name = "approvals";
    static constexpr std::string_view timeColumn = "requested";
    static constexpr Scope scope = Scope::Session;
    static constexpr bool putOnce = false;
};
template <>
struct Table<AlertRecord> {
    static constexpr std::string_view name = "alerts";
    static constexpr std::string_view timeColumn = "time";
    static constexpr Scope scope = Scope::Session;
    static constexpr bool putOnce = true;
};
template <>
struct Table<ExplanationRecord> {
    static constexpr std::string_view name = "explanations";
    static constexpr std::string_view timeColumn = "id";
    static constexpr Scope scope = Scope::Session;
    static constexpr bool putOnce = false;
};
template <>
struct Table<EpisodeRecord> {
    static constexpr std::string_view name = "episodes";
    static constexpr std::string_view timeColumn = "timestamp";
    static constexpr Scope scope = Scope::Memory;
    static constexpr bool putOnce = true;
};
template <>
struct Table<PatternRecord> {
    static constexpr std::string_view name = "patterns";
    static constexpr std::string_view timeColumn = "last_updated";
    static constexpr Scope scope = Scope::Memory;
    static constexpr bool putOnce = false;
};
template <>
struct Table<AgentStateRecord> {
    static constexpr std::string_view name = "agent_states";
    static constexpr std::string_view timeColumn = "timestamp";
    static constexpr Scope scope = Scope::Memory;
    static constexpr bool putOnce = true;
};
template <>
struct Table<ProposalRecord> {
    static constexpr std::string_view name = "proposals";
    static constexpr std::string_view timeColumn = "timestamp";
    static constexpr Scope scope = Scope::Memory;
    static constexpr bool putOnce = true;
};
template <>
struct Table<QuorumVoteRecord> {
    static constexpr std::string_view name = "quorum_votes";
    static constexpr std::string_view timeColumn = "timestamp";
    static constexpr Scope scope = Scope::Memory;
    static constexpr bool putOnce = true;
};

} // namespace coinswarm::storage
