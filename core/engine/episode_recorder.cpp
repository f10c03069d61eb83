// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/episode_recorder.h"

namespace coinswarm::engine {

namespace {

/// Decisions whose order may still be filled. An entry order lives for minutes, and a new one needs a closed bar.
constexpr std::size_t kMostEntries = 128;

} // namespace

void EpisodeRecorder::onEntry(const Decision &decision, const AskedState &seen, const std::vector<std::string> &agents)
{
    Entry &entry = m_entries[decision.id];
    entry.state = seen.embedding;
    entry.regime = seen.regime;
    for (const CountedVote &counted : decision.votes) {
        if (counted.status == VoteStatus::Voted) {
            entry.votes.push_back({agents[counted.agent.value - 1], counted.vote.action, counted.vote.confidence});
        }
    }
    while (m_entries.size() > kMostEntries) {
        m_entries.erase(m_entries.begin());
    }
}

void EpisodeRecorder::onFill(const Fill &fill, DecisionId decision, const Position &after)
{
    const auto [found, fresh] = m_trades.try_emplace(fill.instrument);
    OpenTrade &trade = found->second;
    if (fresh) {
        trade.entry = entryOf(decision);
        trade.side = fill.side;
    }
    if (fill.side == trade.side) {
        trade.entered += fill.quantity;
    }
    trade.fills.push_back(fill.venueFillId);
    // The position goes through zero where a fill is larger than what was held: it now has the fill's side, and was opened
    // by it.
    const bool sameSide = after.quantity.isPositive() == (fill.side == Side::Buy);
    trade.crossed = !fresh && !after.quantity.isZero() && sameSide && abs(after.quantity) < fill.quantity;
    if (trade.crossed) {
        trade.next = entryOf(decision);
        trade.left = abs(after.quantity);
    }
}

std::optional<EpisodeRecorder::Entry> EpisodeRecorder::entryOf(DecisionId decision) const
{
    const auto found = m_entries.find(decision);
    return found == m_entries.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Episode> EpisodeRecorder::onRoundTrip(const RoundTrip &trade, const std::string &session,
                                                    const std::string &symbol)
{
    const auto found = m_trades.find(trade.instrument);
    if (found == m_trades.end()) {
        return std::nullopt; // Opened before the session had memory.
    }
    OpenTrade closed = std::move(found->second);
    if (closed.crossed) {
        OpenTrade next;
        next.entry = std::move(closed.next);
        next.side = trade.side == Side::Buy ? Side::Sell : Side::Buy;
        next.entered = closed.left;
        next.fills = {closed.fills.back()};
        found->second = std::move(next);
    } else {
        m_trades.erase(found);
    }
    if (!closed.entry) {
        return std::nullopt;
    }
    Episode episode;
    episode.session = session;
    episode.roundTrip = trade.id;
    episode.symbol = symbol;
    episode.side = trade.side;
    episode.quantity = trade.quantity;
    episode.entered = closed.entered;
    episode.entryPrice = trade.entryPrice;
    episode.exitPrice = trade.exitPrice;
    episode.pnl = trade.pnl;
    episode.fees = trade.fees;
    episode.slippageBps = trade.slippageBps;
    episode.entryTime = trade.entryTime;
    episode.exitTime = trade.exitTime;
    episode.volatility = closed.entry->regime.volatility;
    episode.spread = closed.entry->regime.spread;
    episode.trend = closed.entry->regime.trend;
    episode.hours = closed.entry->regime.session;
    episode.regimeVersion = closed.entry->regime.version;
    episode.votes = std::move(closed.entry->votes);
    episode.fills = std::move(closed.fills);
    episode.state = closed.entry->state;
    return episode;
}

} // namespace coinswarm::engine
