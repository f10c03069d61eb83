// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "api/rejection.h"

#include <algorithm>

namespace coinswarm::api {

std::string_view explanationOf(Rejection rejection)
{
    static constexpr std::array<std::string_view, kEnumNames<Rejection>.size()> sentences{
        "Accepted.",
        "The bytes are not a proposal.",
        "The engine that signed it is not registered.",
        "The signature does not hold.",
        "The very same proposal was committed before.",
        "The justification is longer than 2,000 bytes.",
        "The times are impossible: an entry after its exit, an exit after the proposal, or a time before 2009.",
        "The symbol is empty, longer than 32 bytes, or has other characters than letters, digits and . _ - / :",
        "The session is empty or longer than 128 bytes, or the trade has no number.",
        "The quantities are not positive, more was held than entered, or so little was put in that rounding decides "
        "the "
        "reward.",
        "The prices are not positive.",
        "The profit is not what prices, quantity and fees give.",
        "The fees, or what is paid back of them, are larger than what was traded.",
        "The slippage is not a number, or beyond 10,000 basis points.",
        "The votes are more than 64, unnamed, doubled, or have a confidence outside 0 to 1.",
        "The fills are fewer than two, more than 4,096, unnamed, longer than 128 bytes, or doubled.",
        "A fill of it is cited by an episode that is committed, other than one that closed that trade and opened this.",
        "The trade is committed already, with the same or another content.",
        "The record of the trade does not lead to the journal head that it cites.",
        "There is no pattern with this number.",
        "There is no episode with this number.",
        "It names no episode.",
        "An episode of it belongs to a pattern already, or is named twice.",
        "An episode of it is too far from the pattern's centre, or has the other side.",
        "The pattern's centre would move too far from where it was founded.",
        "The pattern is deprecated.",
        "The pattern is promoted already.",
        "The pattern has fewer than 100 episodes, or fewer than 20 days.",
        "The pattern's Sharpe ratio is below 1.5.",
        "The pattern's drawdown is above 0.10.",
        "The pattern does not decay: promotion would still be granted, or it has too few episodes to tell.",
        "The agents are unnamed, doubled, out of order, or not the same before and after.",
        "A weight is not a number, below 0.02 or above 0.80.",
        "The weights do not sum to 1.",
        "The weights that it starts from are not those in force.",
        "The weights stay as they are.",
        "With these weights the committed episodes would have earned less, or there are fewer than 20 of them.",
        "The agent has no name, or one longer than 64 bytes.",
        "The agent is benched or playing already as it asks.",
        "The engine is registered or revoked already as it asks, or its name is longer than 64 bytes.",
        "It would revoke the last registered engine.",
        "A feature of the state is -128; features lie in -127 … 127.",
    };
    const auto index = static_cast<std::size_t>(rejection);
    return index < sentences.size() ? sentences[index]
                                    : std::string_view("Refused for a reason unknown to this version.");
}

std::string reasonName(std::uint16_t code)
{
    if (code < kEnumNames<Rejection>.size()) {
        return std::string(kEnumNames<Rejection>[code]);
    }
    switch (code) {
    case kMalformedMembership:
        return "malformed_membership";
    case kUnapprovedMembership:
        return "unapproved_membership";
    default:
        return "code_" + std::to_string(code);
    }
}

std::string reasonSentence(std::uint16_t code)
{
    switch (code) {
    case kMalformedMembership:
        return "It is not the next epoch of this cluster.";
    case kUnapprovedMembership:
        return "A quorum of the present managers, and those who are new, have not approved it.";
    default:
        return std::string(explanationOf(static_cast<Rejection>(code)));
    }
}

std::string reasonText(std::string_view name)
{
    const auto &names = kEnumNames<Rejection>;
    const auto found = std::find(names.begin(), names.end(), name);
    if (found != names.end()) {
        return std::string(explanationOf(static_cast<Rejection>(found - names.begin())));
    }
    for (const std::uint16_t code : {kMalformedMembership, kUnapprovedMembership}) {
        if (name == reasonName(code)) {
            return reasonSentence(code);
        }
    }
    return std::string(name);
}

} // namespace coinswarm::api
