// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cli/command.h"
#include "memory/audit/audit_reader.h"
#include "memory/projection/audit_fold.h"

namespace coinswarm::cli {

// What `coinswarm-cli memory` does; each returns the exit code. memory_stats.cpp, memory_recall.cpp, …
int memoryStats(const Invocation &invocation);
int memoryRecall(const Invocation &invocation);
int memoryRebuild(const Invocation &invocation);
int memoryProve(const Invocation &invocation);

/// The log that argument `at` names, or the session's own, after its signatures were checked.
Result<audit::AuditReader> verifiedLog(const Invocation &invocation, qsizetype at = 0);

/// Folds up to slot `last`, with progress.
Result<void> foldTo(memory::AuditFold &fold, quorum::Slot last, Terminal &terminal,
                    const std::function<void(const memory::AuditFold::Step &)> &visit);

/// The value of --slot; without it, beyond all.
Result<std::uint64_t> lastSlot(const Invocation &invocation);

} // namespace coinswarm::cli
