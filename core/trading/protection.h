// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "trading/order_manager.h"

#include <coinswarm/instrument.h>
#include <coinswarm/position.h>

#include <optional>
#include <vector>

namespace coinswarm::trading {

/// How one instrument's position is protected: by reduce-only stop and target orders that together with the position's
/// changes are kept at its size. Where one fills, the other shrinks or goes (OCO).
struct Protection {
    Side side = Side::Buy; ///< of the entries
    OrderId entry; ///< the newest entry; its approval covers these orders
    DecisionId decision;
    AgentId agent;
    RegimeId regime;
    Price stop; ///< zero for none
    Price target;
    Timestamp due; ///< when fills of a working entry have been gathered long enough; zero for nothing to do
    bool suspended =
        false; ///< a protective order was refused or ended from outside; none is sent until an operator confirms
    bool refused = false; ///< suspended because the gate or the venue said no, not because an order ended from outside
    std::string reason;
    Timestamp remindAt; ///< next reminder to the operator; zero for none

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("side", self.side);
        visit("entry", self.entry);
        visit("decision", self.decision);
        visit("agent", self.agent);
        visit("regime", self.regime);
        visit("stop", self.stop);
        visit("target", self.target);
        visit("due", self.due);
        visit("suspended", self.suspended);
        visit("refused", self.refused);
        visit("reason", self.reason);
        visit("remind_at", self.remindAt);
    }
};

/// What must be done so that the protective orders match the position.
struct ProtectionPlan {
    std::vector<OrderId> cancel;
    std::optional<Order> stop; ///< drafts, still to pass the gate
    std::optional<Order> target;
};

/// Pure function of what is held and what is open. Orders on their way out count as still there, so that stop orders never
/// add up to more than the position; what they protected is protected again once they are gone.
ProtectionPlan planProtection(const Protection &protection, const Position &position, const Instrument &instrument,
                              const OrderManager &orders);

} // namespace coinswarm::trading
