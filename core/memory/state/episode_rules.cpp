// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/state/memory_policy.h"
#include "memory/state/proposal_rules.h"

#include "codec/binary_writer.h"
#include "journal/citable_record.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace coinswarm::memory {

namespace {

/// Averages are rounded to eight decimals, so a profit computed from them may be off by half of the last one for each unit
/// traded, at either end, and by its own rounding.
std::int64_t toleranceOf(Quantity entered)
{
    return entered.raw / detail::kDecimalScale + 4;
}

bool speaksOfTime(const Episode &episode, Timestamp proposed)
{
    constexpr std::int64_t begin2009 = 1'230'768'000LL * 1'000'000'000;
    return episode.entryTime.ns >= begin2009 && episode.entryTime <= episode.exitTime && episode.exitTime <= proposed;
}

bool isTrade(const Episode &episode)
{
    return !episode.session.empty() && episode.session.size() <= kMostSessionBytes && episode.roundTrip;
}

bool isSymbol(const std::string &symbol)
{
    return !symbol.empty() && symbol.size() <= kMostSymbolBytes
        && std::all_of(symbol.begin(), symbol.end(), [](char c) {
               return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')
                   || std::string_view("._-/:").find(c) != std::string_view::npos;
           });
}

api::Rejection judgeMoney(const Episode &episode)
{
    if (!episode.quantity.isPositive() || !episode.entered.isPositive() || episode.quantity > episode.entered) {
        return api::Rejection::WrongQuantity;
    }
    if (!episode.entryPrice.isPositive() || !episode.exitPrice.isPositive()) {
        return api::Rejection::WrongPrice;
    }
    try {
        const Money in = notional(episode.entryPrice, episode.entered);
        const Money out = notional(episode.exitPrice, episode.entered);
        if (abs(episode.fees) > in + out) {
            return api::Rejection::WrongFees;
        }
        if (in.raw / kLeastWorth < toleranceOf(episode.entered)) {
            return api::Rejection::WrongQuantity;
        }
        const Money gross = episode.side == Side::Buy ? out - in : in - out;
        return abs(episode.pnl - (gross - episode.fees)).raw <= toleranceOf(episode.entered) ? api::Rejection::None
                                                                                             : api::Rejection::WrongPnl;
    } catch (const std::overflow_error &) {
        return api::Rejection::WrongQuantity;
    }
}

bool votesHold(const std::vector<EpisodeVote> &votes)
{
    std::set<std::string_view> agents;
    return votes.size() <= kMostVotes && std::all_of(votes.begin(), votes.end(), [&](const EpisodeVote &vote) {
               return !vote.agent.empty() && vote.agent.size() <= kMostNameBytes && vote.confidence >= 0
                   && vote.confidence <= 1 && agents.insert(vote.agent).second;
           });
}

bool fillsHold(const std::vector<std::string> &fills)
{
    std::set<std::string_view> seen;
    return fills.size() >= 2 && fills.size() <= kMostFills
        && std::all_of(fills.begin(), fills.end(), [&](const std::string &fill) {
               return !fill.empty() && fill.size() <= kMostFillBytes && seen.insert(fill).second;
           });
}

bool citationHolds(const AddEpisode &proposal, Timestamp proposed)
{
    const JournalCitation &cited = proposal.journal;
    const journal::CitableRecord record{kEpisodeRecordType, cited.record, cited.time, codec::encoded(proposal.episode),
                                        cited.before};
    return cited.record && proposal.episode.exitTime <= cited.time && cited.time <= proposed
        && record.chain() == cited.chain;
}

} // namespace

api::Rejection admit(const AddEpisode &proposal, const Submission &by, MemoryDraft &draft)
{
    const Episode &episode = proposal.episode;
    if (!speaksOfTime(episode, by.time)) {
        return api::Rejection::WrongTime;
    }
    if (!isSymbol(episode.symbol)) {
        return api::Rejection::WrongSymbol;
    }
    if (!isTrade(episode)) {
        return api::Rejection::WrongTrade;
    }
    if (const api::Rejection money = judgeMoney(episode); money != api::Rejection::None) {
        return money;
    }
    if (!(std::abs(episode.slippageBps) <= 10'000)) {
        return api::Rejection::WrongSlippage;
    }
    if (!votesHold(episode.votes)) {
        return api::Rejection::WrongVotes;
    }
    if (!fillsHold(episode.fills)) {
        return api::Rejection::WrongFills;
    }
    const auto &features = episode.state.values;
    if (std::find(features.begin(), features.end(), std::int8_t{-128}) != features.end()) {
        return api::Rejection::WrongState;
    }
    EpisodeFact fact = factOf(by.engine, episode, draft.slot());
    if (draft.knowsTrip(fact.trip)) {
        return api::Rejection::TripAlreadyKnown;
    }
    for (std::size_t i = 0; i < fact.fills.size(); ++i) {
        if (draft.usesFill(fact.fills[i], useOf(i, fact.fills.size()))) {
            return api::Rejection::FillAlreadyCited;
        }
    }
    if (!citationHolds(proposal, by.time)) {
        return api::Rejection::WrongCitation;
    }
    draft.addEpisode(by.item, std::move(fact));
    return api::Rejection::None;
}

} // namespace coinswarm::memory
