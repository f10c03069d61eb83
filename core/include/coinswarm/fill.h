// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/order.h>

namespace coinswarm {

enum class Liquidity : unsigned char { Maker, Taker };

constexpr auto enumNames(Liquidity)
{
    return std::array<std::string_view, 2>{"maker", "taker"};
}

/// A part of an order that was executed, as the engine booked it.
struct Fill {
    FillId id;
    OrderId order;
    InstrumentId instrument;
    Side side = Side::Buy;
    Price price;
    Quantity quantity;
    Money notional; ///< price × quantity rounded half to even, the amount that cash moved by before the fee
    Money fee; ///< in quote currency; negative is a rebate
    Liquidity liquidity = Liquidity::Taker;
    Timestamp time;
    std::string venueFillId; ///< a fill reported twice under one id is booked once

    bool operator==(const Fill &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("id", self.id);
        visit("order", self.order);
        visit("instrument", self.instrument);
        visit("side", self.side);
        visit("price", self.price);
        visit("quantity", self.quantity);
        visit("notional", self.notional);
        visit("fee", self.fee);
        visit("liquidity", self.liquidity);
        visit("time", self.time);
        visit("venue_fill_id", self.venueFillId);
    }
};

} // namespace coinswarm
