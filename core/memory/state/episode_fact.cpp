// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/state/episode_fact.h"

#include "codec/binary_writer.h"

#include <algorithm>

namespace coinswarm::memory {

namespace {

journal::Digest keyOf(std::string_view tag, const journal::PublicKey &engine, const std::string &place,
                      const std::string &name)
{
    journal::ByteBuffer bytes;
    codec::BinaryWriter write(bytes);
    write.write(std::string(tag));
    write.write(engine);
    write.write(place);
    write.write(name);
    return journal::sha256(bytes);
}

} // namespace

journal::Digest tripKey(const journal::PublicKey &engine, const std::string &session, RoundTripId trip)
{
    return keyOf("trip", engine, session, std::to_string(trip.value));
}

FillKey fillKey(const journal::PublicKey &engine, const std::string &symbol, const std::string &fill)
{
    const journal::Digest digest = keyOf("fill", engine, symbol, fill);
    FillKey key{};
    std::copy_n(digest.begin(), key.size(), key.begin());
    return key;
}

FillUse useOf(std::size_t fill, std::size_t fills)
{
    return fill == 0 ? FillUse::Opens : fill + 1 == fills ? FillUse::Closes : FillUse::Within;
}

EpisodeFact factOf(const journal::PublicKey &engine, const Episode &episode, std::uint64_t slot)
{
    EpisodeFact fact;
    fact.trip = tripKey(engine, episode.session, episode.roundTrip);
    for (const std::string &fill : episode.fills) {
        fact.fills.push_back(fillKey(engine, episode.symbol, fill));
    }
    fact.symbol = episode.symbol;
    fact.action = episode.side == Side::Buy ? Action::Buy : Action::Sell;
    fact.reward = episode.reward();
    fact.slippageBps = episode.slippageBps;
    fact.volatility = episode.volatility;
    fact.spread = episode.spread;
    fact.trend = episode.trend;
    fact.hours = episode.hours;
    fact.exitTime = episode.exitTime;
    fact.votes = episode.votes;
    fact.state = episode.state;
    fact.slot = slot;
    return fact;
}

} // namespace coinswarm::memory
