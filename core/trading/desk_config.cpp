// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "trading/desk_config.h"

#include <algorithm>
#include <cctype>

namespace coinswarm::trading {

Result<void> validate(const DeskConfig &config)
{
    if (const auto limits = validate(config.limits); !limits) {
        return limits;
    }
    if (const auto approvals = validate(config.approvals); !approvals) {
        return approvals;
    }
    if (!config.startingCash.isPositive()) {
        return invalid("starting_cash is " + toString(config.startingCash) + ": expected an amount above 0");
    }
    if (config.feeRate.isNegative() || config.feeRate >= Ratio::fromInteger(1)) {
        return invalid("fee_rate is " + toString(config.feeRate) + ": expected 0 to below 1, as in 0.001 for 10 bp");
    }
    // The session's name becomes part of client ids; venues accept letters, digits, - and _ everywhere.
    const std::string &session = config.orders.session;
    const auto allowed = [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_'; };
    if (session.empty() || session.size() > 24 || !std::all_of(session.begin(), session.end(), allowed)) {
        return invalid("session is \"" + session + "\": expected 1 to 24 letters, digits, - or _");
    }
    if (config.entryType != OrderType::Market && config.entryType != OrderType::Limit) {
        return invalid("entry_type must be market or limit");
    }
    if (config.postOnly && config.entryType != OrderType::Limit) {
        return invalid("post_only needs entry_type = \"limit\"");
    }
    const bool durations = config.orders.submitTimeout > Duration::zero()
        && config.orders.queryInterval > Duration::zero() && config.entryLifetime > Duration::zero()
        && config.orders.cancelRest > Duration::zero() && config.orders.cancelRestMost >= config.orders.cancelRest
        && config.protectionDelay >= Duration::zero() && config.reminderInterval > Duration::zero();
    if (!durations || config.orders.maxCancelAttempts < 1 || config.orders.retention < 1) {
        return invalid("order time-outs, intervals, cancel attempts and retention must be above 0");
    }
    return {};
}

} // namespace coinswarm::trading
