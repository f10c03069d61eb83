// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/decimal.h>
#include <coinswarm/fields.h>
#include <coinswarm/ids.h>
#include <coinswarm/instrument.h>
#include <coinswarm/timestamp.h>

#include <string>

namespace coinswarm {

enum class OrderType : unsigned char {
    Market,
    Limit,
    Stop, ///< becomes a market order when the market trades at or through `stopPrice` against the position
    TakeProfit, ///< becomes a market order when the market trades at or through `stopPrice` in the position's favour
};

enum class TimeInForce : unsigned char {
    GoodTilCancelled,
    ImmediateOrCancel, ///< what cannot be filled at once is cancelled
    FillOrKill, ///< all at once or nothing
};

/// Why the order exists.
enum class OrderPurpose : unsigned char {
    Entry, ///< opens or adds to a position
    Exit, ///< reduces to flat because the committee said so
    StopLoss, ///< protects an entry
    TakeProfit, ///< protects an entry
};

enum class OrderState : unsigned char {
    Proposed, ///< the committee decided it
    Denied, ///< the risk gate refused it (final)
    AwaitingApproval, ///< passed the gate, waits for the operator
    Rejected, ///< the operator said no (final)
    Expired, ///< nobody answered in time or the market left the price band (final)
    WaitingForCancels, ///< approved, waits until the protective orders it replaces are gone
    Submitting, ///< intent is journaled; the venue has not answered
    Accepted, ///< working at the venue
    PartlyFilled, ///< working at the venue, something is filled
    Filled, ///< final
    CancelRequested, ///< working at the venue, a cancel is on its way
    Cancelled, ///< final; may be partly filled
    VenueRejected, ///< the venue refused it (final)
    Unknown, ///< the venue did not answer; it is being asked by client id and counts against every limit
};

constexpr auto enumNames(OrderType)
{
    return std::array<std::string_view, 4>{"market", "limit", "stop", "take_profit"};
}
constexpr auto enumNames(TimeInForce)
{
    return std::array<std::string_view, 3>{"gtc", "ioc", "fok"};
}
constexpr auto enumNames(OrderPurpose)
{
    return std::array<std::string_view, 4>{"entry", "exit", "stop_loss", "take_profit"};
}
constexpr auto enumNames(OrderState)
{
    return std::array<std::string_view, 14>{
        "proposed",       "denied",   "awaiting_approval", "rejected", "expired",          "waiting_for_cancels",
        "submitting",     "accepted", "partly_filled",     "filled",   "cancel_requested", "cancelled",
        "venue_rejected", "unknown"};
}

constexpr bool isFinal(OrderState state)
{
    switch (state) {
    case OrderState::Denied:
    case OrderState::Rejected:
    case OrderState::Expired:
    case OrderState::Filled:
    case OrderState::Cancelled:
    case OrderState::VenueRejected:
        return true;
    default:
        return false;
    }
}

/// True where the venue may hold the order, so that a fill can still come.
constexpr bool mayBeAtVenue(OrderState state)
{
    return state == OrderState::Submitting || state == OrderState::Accepted || state == OrderState::PartlyFilled
        || state == OrderState::CancelRequested || state == OrderState::Unknown;
}

/// One order and what has become of it so far.
struct Order {
    OrderId id;
    std::string clientId; ///< what the venue knows it by; unique over sessions, the key for every retry and question
    InstrumentId instrument;
    DecisionId decision; ///< the committee decision it came from
    OrderId parent; ///< the entry that a protective order belongs to
    Side side = Side::Buy;
    OrderType type = OrderType::Market;
    TimeInForce timeInForce = TimeInForce::GoodTilCancelled;
    OrderPurpose purpose = OrderPurpose::Entry;
    bool reduceOnly = false;
    bool postOnly = false;
    Quantity quantity;
    Price limitPrice; ///< zero unless Limit
    Price stopPrice; ///< zero unless Stop or TakeProfit
    Price referencePrice; ///< last price when it was decided; slippage is measured against it
    Price protectiveStop; ///< stop the entry will be protected by; zero for none
    Price protectiveTarget;
    OrderState state = OrderState::Proposed;
    Quantity filled;
    Money filledNotional; ///< Σ price × quantity of its fills
    Money fees;
    Timestamp created;
    Timestamp updated;
    std::string reason; ///< why it is in its state, for a person

    constexpr Quantity remaining() const { return quantity - filled; }
    bool operator==(const Order &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("id", self.id);
        visit("client_id", self.clientId);
        visit("instrument", self.instrument);
        visit("decision", self.decision);
        visit("parent", self.parent);
        visit("side", self.side);
        visit("type", self.type);
        visit("time_in_force", self.timeInForce);
        visit("purpose", self.purpose);
        visit("reduce_only", self.reduceOnly);
        visit("post_only", self.postOnly);
        visit("quantity", self.quantity);
        visit("limit_price", self.limitPrice);
        visit("stop_price", self.stopPrice);
        visit("reference_price", self.referencePrice);
        visit("protective_stop", self.protectiveStop);
        visit("protective_target", self.protectiveTarget);
        visit("state", self.state);
        visit("filled", self.filled);
        visit("filled_notional", self.filledNotional);
        visit("fees", self.fees);
        visit("created", self.created);
        visit("updated", self.updated);
        visit("reason", self.reason);
    }
};

} // namespace coinswarm
