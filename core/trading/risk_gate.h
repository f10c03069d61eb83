// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/approval.h"
#include "api/risk_check.h"
#include "trading/approval_policy.h"
#include "trading/risk_limits.h"
#include "trading/risk_view.h"

#include <coinswarm/approved_order.h>

#include <optional>

namespace coinswarm::trading {

/// The only maker of ApprovedOrder. Stateless: it judges one order by the limits and a RiskView.
class RiskGate
{
public:
    /// The limits and the policy must be valid; see validate().
    RiskGate(RiskLimits limits, ApprovalPolicy policy);

    /// Runs every check. `not_approved` passes here: it is asked only at release.
    api::RiskReport check(const Order &order, const RiskView &view) const;

    struct Release {
        api::RiskReport report;
        std::optional<ApprovedOrder> order; ///< set exactly if the report passed
    };
    /// Runs every check again and, where policy or mode demand an approval, requires one that is approved by enough
    /// operators, for exactly this order (by hash), within its price band. `approval` may be null.
    Release release(const Order &order, const RiskView &view, const api::Approval *approval) const;

    /// Whether the order must wait for an operator first.
    bool needsApproval(const Order &order, const RiskView &view) const;

    const RiskLimits &limits() const { return m_limits; }
    const ApprovalPolicy &policy() const { return m_policy; }

private:
    api::RiskReport run(const Order &order, const RiskView &view, bool approved) const;
    api::RiskReport runExact(const Order &order, const RiskView &view, bool approved) const;
    bool isApproved(const Order &order, const RiskView &view, const api::Approval *approval) const;

    RiskLimits m_limits;
    ApprovalPolicy m_policy;
};

} // namespace coinswarm::trading
