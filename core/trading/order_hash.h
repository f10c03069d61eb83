// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/approval.h"

#include <coinswarm/order.h>

#include <string>

namespace coinswarm::trading {

/// SHA-256 (hex) over a canonical encoding of what the operator is shown: the order without its state, and the
/// approval's number, time limit, band and worst case. The encoding is core/codec's of the values in the order of
/// order_hash.cpp, after the text "coinswarm approval 1".
std::string approvalHash(const Order &order, const api::Approval &approval);

} // namespace coinswarm::trading
