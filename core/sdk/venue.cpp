// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <coinswarm/venue.h>

namespace coinswarm {

ApprovedOrder::ApprovedOrder(Order order, ApprovalId approval) : m_order(std::move(order)), m_approval(approval) {}

// Key functions: type information and v-tables live in the SDK library alone.
Venue::~Venue() = default;
MarketDrivenVenue::~MarketDrivenVenue() = default;

MarketDrivenVenue *Venue::marketDriven()
{
    return nullptr;
}

MarketDrivenVenue *MarketDrivenVenue::marketDriven()
{
    return this;
}

} // namespace coinswarm
