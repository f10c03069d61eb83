// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tag_bytes.h"

namespace coinswarm::replica {

void writeTags(SnapshotWriter &out, const EpisodeTags &tags)
{
    out.text(tags.symbol);
    out.number(static_cast<std::uint8_t>(tags.action));
    out.number(static_cast<std::uint8_t>(tags.volatility));
    out.number(static_cast<std::uint8_t>(tags.spread));
    out.number(static_cast<std::uint8_t>(tags.trend));
    out.number(static_cast<std::uint8_t>(tags.hours));
    out.number(tags.reward);
    out.number(tags.time.ns);
    out.number(tags.pattern.value);
    out.number(static_cast<std::uint8_t>(tags.promoted));
    out.number(static_cast<std::uint8_t>(tags.deprecated));
}

EpisodeTags readTags(SnapshotReader &in)
{
    EpisodeTags tags;
    tags.symbol = in.text();
    tags.action = static_cast<Action>(in.number<std::uint8_t>());
    tags.volatility = static_cast<VolatilityRegime>(in.number<std::uint8_t>());
    tags.spread = static_cast<SpreadRegime>(in.number<std::uint8_t>());
    tags.trend = static_cast<TrendRegime>(in.number<std::uint8_t>());
    tags.hours = static_cast<SessionRegime>(in.number<std::uint8_t>());
    tags.reward = in.number<double>();
    tags.time.ns = in.number<std::int64_t>();
    tags.pattern = PatternId(in.number<std::uint64_t>());
    tags.promoted = in.number<std::uint8_t>() != 0;
    tags.deprecated = in.number<std::uint8_t>() != 0;
    return tags;
}

} // namespace coinswarm::replica
