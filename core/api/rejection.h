// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/fields.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace coinswarm::api {

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

/// What the quorum itself refuses an item for; managers' votes carry these numbers beside those of Rejection.
inline constexpr std::uint16_t kMalformedMembership = 0xFF01; ///< not the next epoch of this cluster
inline constexpr std::uint16_t kUnapprovedMembership =
    0xFF02; ///< not approved by a quorum of this epoch and the new ones

/// A sentence for people: what was wrong with the proposal.
std::string_view explanationOf(Rejection rejection);

/// A vote's number in words: "wrong_pnl", "malformed_membership"; "code_700" if this version does not know it.
std::string reasonName(std::uint16_t code);
/// The same as a sentence for people.
std::string reasonSentence(std::uint16_t code);
/// The sentence for a name that reasonName() gave; the name itself if this version does not know it.
std::string reasonText(std::string_view name);

constexpr auto enumNames(Rejection)
{
    return std::array<std::string_view, 42>{"none",
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
                                            "wrong_state"};
}

} // namespace coinswarm::api
