// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/projection/proposal_text.h"

#include "api/rejection.h"
#include "memory/quorum/membership_change.h"

#include <coinswarm/text.h>

namespace coinswarm::memory {

namespace {

std::string decimals(double value, int count)
{
    return std::string(std::string_view(number(value, count)));
}

std::string plural(std::size_t count, const std::string &what)
{
    return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

std::string text(const AddEpisode &proposal)
{
    const Episode &e = proposal.episode;
    const bool bought = e.side == Side::Buy;
    return std::string(bought ? "bought " : "sold ") + decimals(e.entered.toDouble(), 8) + " " + e.symbol + " at "
        + decimals(e.entryPrice.toDouble(), 2) + ", " + (bought ? "sold" : "bought back") + " at "
        + decimals(e.exitPrice.toDouble(), 2) + " on " + toString(e.exitTime) + "; earned "
        + decimals(e.pnl.toDouble(), 2) + " after fees of " + decimals(e.fees.toDouble(), 2) + " ("
        + decimals(e.reward() * 100, 3) + " %); " + plural(e.fills.size(), "fill") + ", "
        + plural(e.votes.size(), "vote") + "; trade " + std::to_string(e.roundTrip.value) + " of " + e.session;
}

std::string text(const UpdatePattern &proposal)
{
    std::string episodes;
    for (std::size_t i = 0; i < proposal.episodes.size() && i < 8; ++i) {
        episodes += (i == 0 ? "" : ", ") + std::to_string(proposal.episodes[i].value);
    }
    return (proposal.pattern ? "pattern " + std::to_string(proposal.pattern.value) + " takes "
                             : std::string("a new pattern of "))
        + plural(proposal.episodes.size(), "episode") + ": " + episodes + (proposal.episodes.size() > 8 ? ", …" : "");
}

std::string text(const PromotePattern &proposal)
{
    return "promote pattern " + std::to_string(proposal.pattern.value);
}

std::string text(const DeprecatePattern &proposal)
{
    return "deprecate pattern " + std::to_string(proposal.pattern.value);
}

std::string text(const ChangeWeights &proposal)
{
    std::string all;
    for (std::size_t i = 0; i < proposal.to.size(); ++i) {
        const bool known = i < proposal.from.size() && proposal.from[i].agent == proposal.to[i].agent;
        all += (i == 0 ? "" : ", ") + proposal.to[i].agent + " "
            + (known ? decimals(proposal.from[i].weight, 3) + " to " : std::string())
            + decimals(proposal.to[i].weight, 3);
    }
    return "weights: " + all;
}

std::string text(const BenchAgent &proposal)
{
    return (proposal.benched ? "bench " : "bring back ") + proposal.agent;
}

std::string text(const RegisterEngine &proposal)
{
    const std::string key = journal::toHex(proposal.key);
    return proposal.name.empty() ? "revoke the engine " + key : "register the engine " + proposal.name + ", " + key;
}

} // namespace

std::string textOf(const ProposalBody &body)
{
    return std::visit([](const auto &proposal) { return text(proposal); }, body);
}

std::string membershipText(const std::string &item)
{
    const Result<quorum::MembershipChange> change = quorum::decodeChange(item);
    return change ? "epoch " + std::to_string(change->next.number) + " with " + std::to_string(change->next.size())
            + " managers, approved by " + std::to_string(change->approvals.size())
                  : "nobody can read it";
}

} // namespace coinswarm::memory
