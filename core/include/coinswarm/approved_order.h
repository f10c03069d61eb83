// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/export.h>
#include <coinswarm/order.h>

namespace coinswarm {

namespace trading {
class RiskGate;
}

/// An order that may leave for a venue. Only the risk gate can make one, after every check has passed and, where the
/// policy asks for it, an operator has approved exactly this order. A venue takes nothing else.
class COINSWARM_SDK_EXPORT ApprovedOrder
{
public:
    const Order &order() const { return m_order; }
    /// The approval that released it; zero where the policy needs none.
    ApprovalId approval() const { return m_approval; }

private:
    friend class trading::RiskGate;
    ApprovedOrder(Order order, ApprovalId approval);

    Order m_order;
    ApprovalId m_approval;
};

} // namespace coinswarm
