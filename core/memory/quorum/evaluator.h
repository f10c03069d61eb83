// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/quorum/batch.h"
#include "memory/quorum/epoch.h"

namespace coinswarm::quorum {

/// Judges a batch against the memory as it is after the slot before. Deterministic: every manager with the same memory
/// finds the same. Items are judged in order, each as if the accepted ones before it had been applied.
class Evaluator
{
public:
    virtual ~Evaluator() = default;

    /// One code per item, kAccepted or why not; of a batch of items. Changes nothing.
    virtual std::vector<ReasonCode> evaluate(Slot slot, const Batch &batch) const = 0;
};

} // namespace coinswarm::quorum
