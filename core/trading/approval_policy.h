// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/trading_mode.h"

#include <coinswarm/decimal.h>
#include <coinswarm/fields.h>
#include <coinswarm/result.h>
#include <coinswarm/timestamp.h>

namespace coinswarm::trading {

/// Which entries wait for an operator. Orders that only reduce risk never do.
enum class ApprovalRule : unsigned char { None, AboveNotional, All };

constexpr auto enumNames(ApprovalRule)
{
    return std::array<std::string_view, 3>{"none", "above_notional", "all"};
}

/// In Live every entry needs an approval, whatever the rule says.
struct ApprovalPolicy {
    ApprovalRule rule = ApprovalRule::AboveNotional;
    Money threshold = Money::fromInteger(500); ///< AboveNotional: orders above it wait
    Duration expiry = std::chrono::seconds(60); ///< of the wall clock, see Pace
    std::int32_t bandBps = 50; ///< half the width of the price band around the last price when it was asked
    Money twoOperatorsAbove = Money::fromInteger(50'000); ///< above it two different operators must approve

    bool operator==(const ApprovalPolicy &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("rule", self.rule);
        visit("threshold", self.threshold);
        visit("expiry", self.expiry);
        visit("band_bps", self.bandBps);
        visit("two_operators_above", self.twoOperatorsAbove);
    }
};

/// Refuses the first setting that is not positive, by name.
Result<void> validate(const ApprovalPolicy &policy);

/// Whether an order that may add risk needs an approval.
bool needsApproval(const ApprovalPolicy &policy, api::TradingMode mode, Money orderNotional);

} // namespace coinswarm::trading
