// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/ids.h>

#include <string>

namespace coinswarm::api {

/// An operator's answer to one approval.
struct OperatorDecision {
    ApprovalId approval;
    std::string orderHash; ///< of what was on the screen
    bool approve = false;
    std::string operatorName;
    std::string reason; ///< required for a rejection

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("approval", self.approval);
        visit("order_hash", self.orderHash);
        visit("approve", self.approve);
        visit("operator_name", self.operatorName);
        visit("reason", self.reason);
    }
};

} // namespace coinswarm::api
