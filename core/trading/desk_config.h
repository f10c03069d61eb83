// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/trading_mode.h"
#include "trading/approval_policy.h"
#include "trading/order_manager.h"
#include "trading/risk_limits.h"

#include <coinswarm/order.h>

namespace coinswarm::trading {

/// Everything about trading that the configuration decides.
struct DeskConfig {
    api::TradingMode mode = api::TradingMode::Paper;
    Money startingCash = Money::fromInteger(100'000);
    Ratio feeRate = Ratio::fromRaw(100'000); ///< of a taker, 0.001; for worst cases and the cash check, not for booking
    RiskLimits limits;
    ApprovalPolicy approvals;
    OrderSettings orders;
    OrderType entryType = OrderType::Market; ///< Market or Limit (at the near side of the quote)
    bool postOnly = false; ///< limit entries only
    Duration entryLifetime = std::chrono::minutes(5); ///< an unfilled limit entry is cancelled after this
    bool allowPyramiding = false; ///< whether a decision may add to a position
    /// A stop that is cancelled by the kill switch leaves the position without protection, which is more risk, not less.
    bool keepProtectiveOnHalt = true;
    /// A market exit at a bad moment has lost more than the missing stop (freqtrade#4999): off means alert and keep asking.
    bool flattenWhenStopRefused = false;
    Duration protectionDelay =
        std::chrono::milliseconds(250); ///< fills of a working entry are gathered before its stop goes out
    Duration reminderInterval = std::chrono::seconds(60); ///< how often an unprotected position is pointed out again

    bool operator==(const DeskConfig &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("mode", self.mode);
        visit("starting_cash", self.startingCash);
        visit("fee_rate", self.feeRate);
        visit("limits", self.limits);
        visit("approvals", self.approvals);
        visit("orders", self.orders);
        visit("entry_type", self.entryType);
        visit("post_only", self.postOnly);
        visit("entry_lifetime", self.entryLifetime);
        visit("allow_pyramiding", self.allowPyramiding);
        visit("keep_protective_on_halt", self.keepProtectiveOnHalt);
        visit("flatten_when_stop_refused", self.flattenWhenStopRefused);
        visit("protection_delay", self.protectionDelay);
        visit("reminder_interval", self.reminderInterval);
    }
};

/// Refuses the first setting that cannot work, by name.
Result<void> validate(const DeskConfig &config);

} // namespace coinswarm::trading
