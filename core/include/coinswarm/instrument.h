// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/decimal.h>
#include <coinswarm/fields.h>
#include <coinswarm/ids.h>

#include <string>

namespace coinswarm {

enum class Side : unsigned char { Buy, Sell };

constexpr auto enumNames(Side)
{
    return std::array<std::string_view, 2>{"buy", "sell"};
}

constexpr Side opposite(Side side)
{
    return side == Side::Buy ? Side::Sell : Side::Buy;
}

/// What is traded and in which steps. Prices are in `quote` per `base`, quantities in `base`.
struct Instrument {
    InstrumentId id;
    std::string symbol; ///< "BTC-USDT", the same on every venue
    std::string base; ///< "BTC"
    std::string quote; ///< "USDT"
    Price tick = Price::fromRaw(1'000'000); ///< smallest price step, 0.01
    Quantity lot = Quantity::fromRaw(1'000); ///< smallest quantity step, 0.00001
    Quantity minimumQuantity = Quantity::fromRaw(1'000);
    Money minimumNotional = Money::fromInteger(5);
    bool shortAllowed = false; ///< false on spot: SELL reduces to flat, never below

    bool operator==(const Instrument &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("id", self.id);
        visit("symbol", self.symbol);
        visit("base", self.base);
        visit("quote", self.quote);
        visit("tick", self.tick);
        visit("lot", self.lot);
        visit("minimum_quantity", self.minimumQuantity);
        visit("minimum_notional", self.minimumNotional);
        visit("short_allowed", self.shortAllowed);
    }
};

} // namespace coinswarm
