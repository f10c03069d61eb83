// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/quorum/batch.h"
#include "memory/state/memory_proposal.h"

#include <string>

namespace coinswarm::memory {

/// What a proposal asks for, in one line with its numbers: "bought 0.5 BTC-USDT at 61,824.1, sold at 62,000; earned …".
std::string textOf(const ProposalBody &body);

/// What a membership batch decides about: "epoch 1 with 4 managers, approved by 3".
std::string membershipText(const std::string &item);

} // namespace coinswarm::memory
