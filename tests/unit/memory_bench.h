// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/quorum/ed25519_crypto.h"
#include "memory/state/memory_draft.h"
#include "memory/state/memory_evaluator.h"
#include "memory/state/memory_policy.h"
#include "memory/state/proposal_rules.h"

#include "support/episodes.h"

#include <map>
#include <random>

/// A memory with one engine that proposes, and another that is not registered.
namespace coinswarm::testing {

using namespace coinswarm::memory;

inline constexpr std::int64_t kSecond = 1'000'000'000;
inline constexpr Timestamp kNoon{1'704'110'400 * kSecond}; ///< 2024-01-01 12:00

class MemoryBench
{
public:
    MemoryBench()
        : engine(journal::JournalKey::generate().value()),
          stranger(journal::JournalKey::generate().value()),
          cluster(journal::sha256(std::as_bytes(std::span("bench", 5)))),
          evaluator(noKey, cluster, MemoryState({{engine.publicKey(), "desk"}}))
    {}

    /// A trade of the engine that earned `profit` on 1,000; `number` tells it from others.
    Episode episode(std::uint64_t number, const char *profit = "1") const
    {
        Episode episode;
        episode.session = "paper-1";
        episode.roundTrip = RoundTripId(number);
        episode.symbol = "BTC-USDT";
        episode.side = Side::Buy;
        episode.quantity = Quantity::parse("10").value();
        episode.entered = episode.quantity;
        episode.entryPrice = Price::parse("100").value();
        episode.fees = Money::parse("2").value();
        episode.pnl = Money::parse(profit).value();
        episode.exitPrice = Price::fromRaw(episode.entryPrice.raw + (episode.pnl + episode.fees).raw / 10);
        episode.slippageBps = 1.5;
        episode.entryTime = Timestamp{kNoon.ns - 7'200 * kSecond};
        episode.exitTime = Timestamp{kNoon.ns - 3'600 * kSecond};
        episode.volatility = VolatilityRegime::High;
        episode.spread = SpreadRegime::Tight;
        episode.trend = TrendRegime::Up;
        episode.hours = SessionRegime::Europe;
        episode.votes = {{"mean_reversion", Action::Sell, 0.4}, {"trend", Action::Buy, 0.8}};
        episode.fills = {"in-" + std::to_string(number), "out-" + std::to_string(number)};
        episode.state.values[0] = 7;
        return episode;
    }

    static AddEpisode cited(Episode episode)
    {
        const JournalCitation citation = cite(episode, Sequence(40), journal::Digest{std::byte{9}});
        return {std::move(episode), citation};
    }

    std::vector<std::string> items(const std::vector<ProposalBody> &bodies) const
    {
        std::vector<MemoryProposal> proposals;
        for (const ProposalBody &body : bodies) {
            proposals.push_back({kNoon, "because", body});
        }
        return signProposals(engine, cluster, proposals).value();
    }
    std::string item(const ProposalBody &body) const { return items({body}).front(); }

    std::vector<api::Rejection> judge(const std::vector<std::string> &items) const
    {
        std::vector<api::Rejection> verdicts;
        for (const quorum::ReasonCode code : evaluator.evaluate(slot + 1, {quorum::BatchKind::Items, items})) {
            verdicts.push_back(static_cast<api::Rejection>(code));
        }
        return verdicts;
    }
    api::Rejection judge(const ProposalBody &body) const { return judge(std::vector{item(body)}).front(); }

    /// As a quorum would decide it.
    SlotChanges commit(const std::vector<std::string> &items)
    {
        quorum::Final decided;
        decided.decided.batch = {quorum::BatchKind::Items, items};
        decided.decided.certificate.body.slot = ++slot;
        decided.decided.certificate.body.accepted =
            quorum::AcceptedItems::of(evaluator.evaluate(slot, decided.decided.batch));
        return evaluator.apply(decided).value();
    }
    SlotChanges commit(const ProposalBody &body) { return commit(std::vector{item(body)}); }

    /// Episodes that need no signature: `fill` completes each.
    template <class Fill>
    void add(std::size_t count, Fill fill)
    {
        std::vector<ProposalBody> bodies;
        for (std::size_t i = 0; i < count; ++i) {
            Episode one = episode(1'000 + state().episodeCount() + bodies.size());
            fill(one, i);
            bodies.emplace_back(cited(std::move(one)));
            if (bodies.size() == kMostBundled || i + 1 == count) {
                commit(items(bodies));
                bodies.clear();
            }
        }
    }

    const MemoryState &state() const { return evaluator.state(); }

    quorum::Ed25519Crypto noKey;
    quorum::Ed25519Crypto engine;
    quorum::Ed25519Crypto stranger;
    journal::Digest cluster;
    MemoryEvaluator evaluator;
    quorum::Slot slot = 0;
};

/// A profit on 1,000 in the way prices give it.
inline void earn(Episode &episode, Money profit)
{
    episode.pnl = profit;
    episode.exitPrice = Price::fromRaw(episode.entryPrice.raw + (profit + episode.fees).raw / 10);
}

inline std::vector<EpisodeId> episodes(std::uint64_t from, std::uint64_t to)
{
    std::vector<EpisodeId> ids;
    for (std::uint64_t i = from; i <= to; ++i) {
        ids.emplace_back(i);
    }
    return ids;
}

} // namespace coinswarm::testing
