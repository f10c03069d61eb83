// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/approval.h"
#include "api/risk_check.h"
#include "trading/trading_alert.h"

#include <coinswarm/approved_order.h>
#include <coinswarm/fill.h>
#include <coinswarm/order.h>
#include <coinswarm/position.h>

namespace coinswarm::trading {

/// Whether new entries may go out.
struct HaltState {
    bool halted = false; ///< kill switch; only orders that reduce risk pass until it is re-armed
    bool paused = false; ///< no new entries; everything else goes on
    std::string reason; ///< of the halt, or of the pause
    Timestamp since;

    bool operator==(const HaltState &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("halted", self.halted);
        visit("paused", self.paused);
        visit("reason", self.reason);
        visit("since", self.since);
    }
};

/// Hears what the trading desk does, while it does it, in the desk's thread. Must not call the desk back.
class DeskListener
{
public:
    virtual ~DeskListener() = default;

    virtual void submit(const ApprovedOrder &order) = 0; ///< send it to the venue, once
    virtual void cancel(const Order &order) = 0;
    virtual void query(const Order &order) = 0; ///< ask the venue what has become of it
    virtual void orderChanged(const Order &order) = 0;
    virtual void riskChecked(const Order &order, const api::RiskReport &report) = 0;
    virtual void approvalChanged(const api::Approval &approval) = 0;
    virtual void fillBooked(const Fill &fill, const Position &position) = 0;
    virtual void roundTripClosed(const RoundTrip &trip) = 0;
    virtual void alert(const TradingAlert &alert) = 0;
    virtual void haltChanged(const HaltState &state) = 0;
};

} // namespace coinswarm::trading
