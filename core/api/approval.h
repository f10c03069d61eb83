// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/risk_check.h"

#include <coinswarm/decimal.h>
#include <coinswarm/ids.h>
#include <coinswarm/timestamp.h>

#include <string>
#include <vector>

namespace coinswarm::api {

enum class ApprovalState : unsigned char {
    Pending,
    Approved,
    Rejected,
    Expired, ///< nobody answered in time, or the kill switch withdrew it
    Superseded, ///< a newer approval or a newer decision took its place
    OutsideBand, ///< the market left the price band before somebody answered
};

constexpr auto enumNames(ApprovalState)
{
    return std::array<std::string_view, 6>{"pending", "approved", "rejected", "expired", "superseded", "outside_band"};
}

/// A question to the operator about exactly one order, and its answer.
struct Approval {
    ApprovalId id;
    OrderId order;
    InstrumentId instrument;
    std::string orderHash; ///< SHA-256 (hex) over everything the operator is shown; an answer must quote it
    ApprovalState state = ApprovalState::Pending;
    Timestamp requested;
    Timestamp expires;
    Price referencePrice; ///< last price when it was asked
    Price bandLow; ///< the answer counts only while the last price is within bandLow … bandHigh
    Price bandHigh;
    Money worstCase; ///< loss at the protective stop including fees; the whole notional where there is no stop
    std::uint32_t operatorsNeeded = 1; ///< different operators who must approve
    bool awaitingPrice = false; ///< restored after a restart and not yet compared with a fresh price
    std::vector<std::string> decidedBy; ///< who approved so far, or who rejected
    Timestamp decidedAt;
    std::string reason; ///< the operator's, or why it ended without an answer
    RiskReport release; ///< the gate's second run, when the approval released the order
    ApprovalId supersededBy; ///< the re-priced one

    bool operator==(const Approval &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("id", self.id);
        visit("order", self.order);
        visit("instrument", self.instrument);
        visit("order_hash", self.orderHash);
        visit("state", self.state);
        visit("requested", self.requested);
        visit("expires", self.expires);
        visit("reference_price", self.referencePrice);
        visit("band_low", self.bandLow);
        visit("band_high", self.bandHigh);
        visit("worst_case", self.worstCase);
        visit("operators_needed", self.operatorsNeeded);
        visit("awaiting_price", self.awaitingPrice);
        visit("decided_by", self.decidedBy);
        visit("decided_at", self.decidedAt);
        visit("reason", self.reason);
        visit("release", self.release);
        visit("superseded_by", self.supersededBy);
    }
};

} // namespace coinswarm::api
