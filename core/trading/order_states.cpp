// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "trading/order_states.h"

namespace coinswarm::trading {

bool isLegalTransition(OrderState from, OrderState to)
{
    using enum OrderState;
    const auto among = [to](std::initializer_list<OrderState> states) {
        for (const OrderState state : states) {
            if (state == to) {
                return true;
            }
        }
        return false;
    };
    switch (from) {
    case Proposed:
        return among({Denied, AwaitingApproval, WaitingForCancels, Submitting, Cancelled});
    case AwaitingApproval:
        return among({Denied, Rejected, Expired, Submitting, Cancelled});
    case WaitingForCancels:
        return among({Denied, Submitting, Cancelled});
    case Submitting:
        return among({Accepted, PartlyFilled, Filled, CancelRequested, Cancelled, VenueRejected, Unknown});
    case Accepted:
    case PartlyFilled:
        return among({PartlyFilled, Filled, CancelRequested, Cancelled, VenueRejected, Unknown}) && from != to;
    case CancelRequested:
        return among({Accepted, PartlyFilled, Filled, Cancelled, VenueRejected});
    case Unknown:
        return among({Accepted, PartlyFilled, Filled, CancelRequested, Cancelled, VenueRejected});
    case Cancelled:
    case VenueRejected:
        // The venue proves that it held the order after all: a late fill, or a late sign of life that must be cancelled.
        return among({Filled, CancelRequested});
    case Denied:
    case Rejected:
    case Expired:
    case Filled:
        break;
    }
    return false;
}

} // namespace coinswarm::trading
