// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/order.h>
#include <coinswarm/venue.h>

#include <string>
#include <vector>

namespace coinswarm::simulated {

enum class VenueOrderStatus : unsigned char { Open, Filled, Cancelled, Rejected };

constexpr auto enumNames(VenueOrderStatus)
{
    return std::array<std::string_view, 4>{"open", "filled", "cancelled", "rejected"};
}

/// One order as the venue holds it.
struct VenueOrder {
    std::string clientId;
    std::string venueId;
    InstrumentId instrument;
    Side side = Side::Buy;
    OrderType type = OrderType::Market;
    TimeInForce timeInForce = TimeInForce::GoodTilCancelled;
    bool reduceOnly = false;
    bool postOnly = false;
    Quantity quantity;
    Price limitPrice;
    Price stopPrice;
    Timestamp submitted; ///< when the engine sent it
    Timestamp arrived; ///< when the venue had it
    VenueOrderStatus status = VenueOrderStatus::Open;
    std::string detail; ///< why it is closed
    Quantity filled;
    bool triggered = false; ///< a stop or take-profit that has become a market order
    bool offered = false; ///< the market has had its first look at it; from then on a limit order rests
    Quantity queueAhead = Quantity::fromRaw(-1); ///< what stands before it at its price; negative if unknown
    Timestamp lastReport; ///< when its latest report is due, so that a later one does not overtake it
    std::vector<VenueReport> fills;

    Quantity remaining() const { return quantity - filled; }
    bool isOpen() const { return status == VenueOrderStatus::Open; }
    bool isAtOnceOnly() const { return timeInForce != TimeInForce::GoodTilCancelled; }
    bool isStop() const { return type == OrderType::Stop || type == OrderType::TakeProfit; }
    /// Takes whatever price there is.
    bool isMarket() const { return type == OrderType::Market || (isStop() && triggered); }
    /// True if a trade at `price` sets a stop or take-profit off.
    bool triggersAt(Price price) const
    {
        const bool whenFalling = (type == OrderType::Stop) == (side == Side::Sell);
        return !price.isZero() && (whenFalling ? price <= stopPrice : price >= stopPrice);
    }
};

} // namespace coinswarm::simulated
