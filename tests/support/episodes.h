// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "codec/binary_writer.h"
#include "journal/citable_record.h"
#include "memory/quorum/ed25519_crypto.h"
#include "memory/state/signed_proposal.h"

#include <random>

/// Trades that an engine might have made, correct to the last digit, and its signature under them.
namespace coinswarm::testing {

inline constexpr std::int64_t kBegin2026 = 1'767'225'600LL * 1'000'000'000;

/// The n-th of a sequence: one an hour, every third loses.
inline Episode makeEpisode(std::uint64_t n, std::string session = "paper-test")
{
    Episode episode;
    episode.session = std::move(session);
    episode.roundTrip = RoundTripId(n);
    episode.symbol = "BTC-USDT";
    episode.side = Side::Buy;
    episode.quantity = Quantity::fromRaw(1'000'000);
    episode.entered = episode.quantity;
    episode.entryPrice = Price::fromInteger(50'000);
    episode.exitPrice = Price::fromInteger(n % 3 == 0 ? 49'800 : 50'300);
    episode.fees = Money::fromRaw(50'000'000);
    episode.pnl =
        notional(episode.exitPrice, episode.entered) - notional(episode.entryPrice, episode.entered) - episode.fees;
    episode.slippageBps = 1.5;
    episode.entryTime = Timestamp{kBegin2026 + static_cast<std::int64_t>(n) * 3'600'000'000'000};
    episode.exitTime = Timestamp{episode.entryTime.ns + 1'800'000'000'000};
    episode.volatility = VolatilityRegime::High;
    episode.trend = TrendRegime::Up;
    episode.votes = {{"mean_reversion", Action::Hold, 0.5}, {"trend", Action::Buy, 0.8}};
    episode.fills = {"f" + std::to_string(2 * n), "f" + std::to_string(2 * n + 1)};
    std::mt19937_64 random(n);
    for (std::int8_t &value : episode.state.values) {
        value = static_cast<std::int8_t>(static_cast<int>(random() % 255) - 127);
    }
    return episode;
}

/// A citation that holds: of a journal in which the trade is the record after `before`.
inline memory::JournalCitation cite(const Episode &episode, Sequence sequence = Sequence(40),
                                    journal::Digest before = {})
{
    const journal::CitableRecord record{memory::kEpisodeRecordType, sequence, episode.exitTime, codec::encoded(episode),
                                        before};
    return {record.sequence, record.time, record.before, record.chain()};
}

/// Proposals of one engine.
class EpisodeSource
{
public:
    explicit EpisodeSource(journal::JournalKey key) : m_crypto(std::move(key)) {}

    const journal::PublicKey &key() const { return m_crypto.publicKey(); }
    const quorum::Crypto &crypto() const { return m_crypto; }

    memory::MemoryProposal proposal(const Episode &episode) const
    {
        return {episode.exitTime, {}, memory::AddEpisode{episode, cite(episode, Sequence(episode.roundTrip.value))}};
    }
    memory::MemoryProposal proposal(std::uint64_t n) const { return proposal(makeEpisode(n)); }
    std::vector<std::string> items(const journal::Digest &cluster,
                                   const std::vector<memory::MemoryProposal> &proposals) const
    {
        return memory::signProposals(m_crypto, cluster, proposals).value();
    }

private:
    quorum::Ed25519Crypto m_crypto;
};

} // namespace coinswarm::testing
