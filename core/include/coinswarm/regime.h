// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/fields.h>
#include <coinswarm/ids.h>
#include <coinswarm/timestamp.h>

namespace coinswarm {

enum class VolatilityRegime : unsigned char { Unknown, Low, Normal, High };
enum class SpreadRegime : unsigned char { Unknown, Tight, Normal, Wide };
enum class TrendRegime : unsigned char { Unknown, Down, Range, Up };
/// By UTC hour: Asia 00–07, Europe 07–13, America 13–21, Late 21–24.
enum class SessionRegime : unsigned char { Unknown, Asia, Europe, America, Late };

constexpr auto enumNames(VolatilityRegime)
{
    return std::array<std::string_view, 4>{"unknown", "low", "normal", "high"};
}
constexpr auto enumNames(SpreadRegime)
{
    return std::array<std::string_view, 4>{"unknown", "tight", "normal", "wide"};
}
constexpr auto enumNames(TrendRegime)
{
    return std::array<std::string_view, 4>{"unknown", "down", "range", "up"};
}
constexpr auto enumNames(SessionRegime)
{
    return std::array<std::string_view, 5>{"unknown", "asia", "europe", "america", "late"};
}

/// The character of one instrument's market from `start` until `end`. A change of any part ends one regime and starts
/// the next, which has a new id.
struct Regime {
    RegimeId id;
    InstrumentId instrument;
    VolatilityRegime volatility = VolatilityRegime::Unknown;
    SpreadRegime spread = SpreadRegime::Unknown;
    TrendRegime trend = TrendRegime::Unknown;
    SessionRegime session = SessionRegime::Unknown;
    std::uint32_t version = 1; ///< version of the classification rules
    Timestamp start;
    Timestamp end; ///< zero while it lasts

    bool operator==(const Regime &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("id", self.id);
        visit("instrument", self.instrument);
        visit("volatility", self.volatility);
        visit("spread", self.spread);
        visit("trend", self.trend);
        visit("session", self.session);
        visit("version", self.version);
        visit("start", self.start);
        visit("end", self.end);
    }
};

} // namespace coinswarm
