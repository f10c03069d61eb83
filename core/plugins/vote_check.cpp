// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "plugins/vote_check.h"

#include <coinswarm/text.h>

namespace coinswarm::plugins {

namespace {

constexpr std::uint64_t kMaxWarmupBars = 100'000;
constexpr std::uint32_t kMaxHistoryBars = 1'024;

void cutReason(std::string &reason)
{
    if (reason.size() <= kMaxReasonBytes) {
        return;
    }
    constexpr std::string_view ellipsis = "…";
    std::size_t end = kMaxReasonBytes - ellipsis.size();
    // Never in the middle of a character: continuation bytes of UTF-8 are 10xxxxxx.
    while (end > 0 && (static_cast<unsigned char>(reason[end]) & 0xC0U) == 0x80U) {
        --end;
    }
    reason.resize(end);
    reason += ellipsis;
}

void cutReasons(std::vector<std::string> &reasons)
{
    if (reasons.size() > kMaxReasons) {
        const std::size_t left = reasons.size() - (kMaxReasons - 1);
        reasons.resize(kMaxReasons - 1);
        reasons.push_back("… and " + std::to_string(left) + " more reasons.");
    }
    for (std::string &reason : reasons) {
        cutReason(reason);
    }
}

std::string wrongSide(const char *what, Price price, const char *should, Price close)
{
    return std::string("voted a ") + what + " of " + toString(price) + ", which is not " + should + " the price of "
        + toString(close);
}

/// Empty if stop and target fit the action.
std::string faultOfLevels(const Vote &vote, Price close)
{
    if (vote.stop.isNegative() || vote.target.isNegative()) {
        return "voted a negative stop or target";
    }
    const bool buy = vote.action == Action::Buy;
    if (!vote.stop.isZero() && (buy ? vote.stop >= close : vote.stop <= close)) {
        return wrongSide("stop", vote.stop, buy ? "below" : "above", close);
    }
    if (!vote.target.isZero() && (buy ? vote.target <= close : vote.target >= close)) {
        return wrongSide("target", vote.target, buy ? "above" : "below", close);
    }
    return {};
}

std::string faultOf(const Vote &vote, const AgentSpec &spec, Price close)
{
    if (static_cast<unsigned>(vote.action) > static_cast<unsigned>(Action::Sell)) {
        return "voted an action that does not exist (" + std::to_string(static_cast<unsigned>(vote.action)) + ")";
    }
    // Written so that NaN fails as well.
    if (!(vote.confidence >= 0 && vote.confidence <= 1)) {
        return sentence({"voted with confidence ", number(vote.confidence, 4), ", which is not within 0 … 1"});
    }
    if (vote.size.isNegative()) {
        return "voted the negative size " + toString(vote.size);
    }
    if (vote.veto && !spec.mayVeto) {
        return "vetoed without having declared that it may";
    }
    if (vote.veto && vote.action != Action::Hold) {
        return "vetoed and voted to trade at the same time";
    }
    if (vote.action == Action::Hold) {
        const bool levels = !vote.size.isZero() || !vote.stop.isZero() || !vote.target.isZero();
        return levels ? "voted HOLD with a size, stop or target" : "";
    }
    return faultOfLevels(vote, close);
}

} // namespace

Result<Vote> checkedVote(Vote vote, const AgentSpec &spec, Price close)
{
    const std::string fault = faultOf(vote, spec, close);
    if (!fault.empty()) {
        return invalid(fault + ".");
    }
    cutReasons(vote.reasons);
    return vote;
}

Result<AgentSpec> checkedSpec(AgentSpec spec)
{
    if (spec.historyBars > kMaxHistoryBars) {
        return invalid("declares " + std::to_string(spec.historyBars) + " bars of history; at most "
                       + std::to_string(kMaxHistoryBars) + " are kept.");
    }
    if (spec.warmupBars > kMaxWarmupBars) {
        return invalid("declares a warm-up of " + std::to_string(spec.warmupBars) + " bars; at most "
                       + std::to_string(kMaxWarmupBars) + " are allowed.");
    }
    if (spec.indicators.size() > kMaxIndicatorSlots) {
        return invalid("asks for " + std::to_string(spec.indicators.size()) + " indicators; the table has "
                       + std::to_string(kMaxIndicatorSlots) + " slots.");
    }
    return spec;
}

} // namespace coinswarm::plugins
