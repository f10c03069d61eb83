// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "trading/approval_policy.h"

namespace coinswarm::trading {

Result<void> validate(const ApprovalPolicy &policy)
{
    const auto bad = [](const char *name, const std::string &value) {
        return invalid(
            std::string("approval.") + name + " is " + value
            + ": expected a value above 0; to let entries pass without an operator set approvals.rule = \"none\"");
    };
    if (!policy.threshold.isPositive()) {
        return bad("threshold", toString(policy.threshold));
    }
    if (policy.expiry <= Duration::zero()) {
        return bad("expiry", std::to_string(policy.expiry.count()) + " ns");
    }
    if (policy.bandBps <= 0 || policy.bandBps >= 10'000) {
        return invalid("approval.band_bps is " + std::to_string(policy.bandBps) + ": expected 1 to 9999");
    }
    if (!policy.twoOperatorsAbove.isPositive()) {
        return bad("two_operators_above", toString(policy.twoOperatorsAbove));
    }
    return {};
}

bool needsApproval(const ApprovalPolicy &policy, api::TradingMode mode, Money orderNotional)
{
    if (mode == api::TradingMode::Live) {
        return true;
    }
    switch (policy.rule) {
    case ApprovalRule::None:
        return false;
    case ApprovalRule::AboveNotional:
        return orderNotional > policy.threshold;
    case ApprovalRule::All:
        break;
    }
    return true;
}

} // namespace coinswarm::trading
