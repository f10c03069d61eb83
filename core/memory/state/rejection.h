// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/fields.h>

#include <cstdint>
#include <string_view>

namespace coinswarm::memory {

/// Why a proposal is refused. The number is signed with the vote and part of the protocol: append, never reorder.
enum class Rejection : std::uint16_t {
    None,
    Malformed,
    UnknownEngine,
    WrongSignature,
    Duplicate,
    TextTooLong,
    WrongTime,
    WrongSymbol,
    WrongTrade,
    WrongQuantity,
    WrongPrice,
    WrongPnl,
    WrongFees,
    WrongSlippage,
    WrongVotes,
    WrongFills,
    FillAlreadyCited,
    TripAlreadyKnown,
    WrongCitation,
    UnknownPattern,
    UnknownEpisode,
    NoEpisodes,
    EpisodeTaken,
    EpisodeUnlike,
    PatternDrifts,
    PatternDeprecated,
    PatternPromoted,
    TooFewEpisodes,
    SharpeTooLow,
    DrawdownTooDeep,
    PatternSound,
    WeightsNotNamed,
    WeightOutOfBounds,
    WeightsSum,
    WeightsNotInForce,
    WeightsUnchanged,
    WeightsScoreWorse,
    AgentUnnamed,
    AgentAlreadySo,
    EngineAlreadySo,
    LastEngine,
    WrongState,
};

/// A sentence for people: what was wrong with the proposal.
std::string_view explanationOf(Rejection rejection);

} // namespace coinswarm::memory

namespace coinswarm {

template <>
struct EnumNames<memory::Rejection> {
    static constexpr std::array<std::string_view, 42> names{
        "none",
        "malformed",
        "unknown_engine",
        "wrong_signature",
        "duplicate",
        "text_too_long",
        "wrong_time",
        "wrong_symbol",
        "wrong_trade",
        "wrong_quantity",
        "wrong_price",
        "wrong_pnl",
        "wrong_fees",
        "wrong_slippage",
        "wrong_votes",
        "wrong_fills",
        "fill_already_cited",
        "trip_already_known",
        "wrong_citation",
        "unknown_pattern",
        "unknown_episode",
        "no_episodes",
        "episode_taken",
        "episode_unlike",
        "pattern_drifts",
        "pattern_deprecated",
        "pattern_promoted",
        "too_few_episodes",
        "sharpe_too_low",
        "drawdown_too_deep",
        "pattern_sound",
        "weights_not_named",
        "weight_out_of_bounds",
        "weights_sum",
        "weights_not_in_force",
        "weights_unchanged",
        "weights_score_worse",
        "agent_unnamed",
        "agent_already_so",
        "engine_already_so",
        "last_engine",
        "wrong_state",
    };
};

} // namespace coinswarm
