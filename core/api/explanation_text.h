// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/views.h"

#include <string>

namespace coinswarm::api {

/// The whole chain behind an order as text for a terminal: order, fills, approval, risk checks with their numbers,
/// decision, votes with reasons and dissent, and the market that the agents saw. Headings begin at the margin, what
/// belongs to them is indented; times are UTC.
std::string explanationText(const Explanation &explanation);

/// "buy 0.01234000 BTC-USDT at market, stop 41,000.00": what an order is, in one line.
std::string orderLine(const Order &order, const Instrument &instrument);

/// "12,345.60": a decimal with commas between thousands, rounded to `decimals`.
template <class Tag>
std::string grouped(Fixed<Tag> value, int decimals);

/// Decimals that prices and quantities of an instrument are shown with.
int priceDecimals(const Instrument &instrument);
int quantityDecimals(const Instrument &instrument);

} // namespace coinswarm::api
