// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/order.h>

namespace coinswarm::trading {

/// Whether an order may go from one state to the other. docs/orders.md draws the same table. Final states are left only
/// when the venue proves that it held the order after all.
bool isLegalTransition(OrderState from, OrderState to);

} // namespace coinswarm::trading
