// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/quorum/message.h"
#include "memory/state/memory_state.h"
#include "storage/models.h"

namespace coinswarm::memory {

/// Final commits as rows of the relational store. It keeps nothing: a running session and a rebuild from the audit log get the
/// same rows. Names of rows:
///   proposal      the proposal's id in hexadecimal; of what is no proposal, the digest of its bytes
///   quorum vote   "SLOT/ITEM/MANAGER", items and managers from 0; the manager by its key
///   episode       its number; regime_id is volatility · 1000 + spread · 100 + trend · 10 + hours
///   pattern       its number; enabled unless deprecated
///   agent state   "SLOT/AGENT" for each agent whose weight or place a slot changed
class MemoryProjection
{
public:
    /// Rows of a slot in an order that foreign keys allow. `epoch` decided it, `changes` are what it changed, `after` is the
    /// memory behind it.
    static std::vector<storage::MemoryRow> rowsOf(const quorum::Final &final, const quorum::Epoch &epoch,
                                                  const SlotChanges &changes, const MemoryState &after);
};

} // namespace coinswarm::memory
