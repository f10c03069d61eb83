// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cli/memory_log.h"

#include "cli/session_files.h"
#include "memory/audit/audit_verifier.h"

#include <algorithm>

namespace coinswarm::cli {

Result<audit::AuditReader> verifiedLog(const Invocation &invocation, qsizetype at)
{
    Terminal &terminal = invocation.terminal;
    const Result<std::string> file = auditLogOf(invocation, invocation.arguments.value(at));
    if (!file) {
        return file.error();
    }
    audit::AuditOptions options;
    if (invocation.has("genesis")) {
        const Result<audit::Genesis> genesis = audit::loadGenesis(invocation.value("genesis"));
        if (!genesis) {
            return genesis.error();
        }
        options.genesis = *genesis;
    }
    options.progress = [&terminal](std::uint64_t done, std::uint64_t total) {
        terminal.progress(std::min(static_cast<double>(done) / static_cast<double>(total), 0.999), "verify");
    };
    const audit::AuditReport report = audit::verifyAudit(*file, options);
    terminal.progress(1, "");
    if (report.status == audit::AuditStatus::Unreadable) {
        return Error{ErrorKind::Environment, report.sentence()};
    }
    if (report.status == audit::AuditStatus::Bad) {
        return Error{ErrorKind::Corrupt, report.sentence()};
    }
    if (report.status == audit::AuditStatus::Torn) {
        terminal.note(report.sentence());
    }
    return audit::AuditReader::open(*file);
}

Result<void> foldTo(memory::AuditFold &fold, quorum::Slot last, Terminal &terminal,
                    const std::function<void(const memory::AuditFold::Step &)> &visit)
{
    while (fold.tip().slot < last) {
        const Result<std::optional<memory::AuditFold::Step>> step = fold.next();
        if (!step) {
            terminal.progress(1, "");
            return step.error();
        }
        if (!step->has_value()) {
            break;
        }
        visit(**step);
        terminal.progress(std::min(static_cast<double>((*step)->end) / static_cast<double>(fold.bytes()), 0.999),
                          "fold");
    }
    terminal.progress(1, "");
    return {};
}

Result<std::uint64_t> lastSlot(const Invocation &invocation)
{
    return invocation.has("slot") ? parseNumber(QString::fromStdString(invocation.value("slot")), "slot")
                                  : Result<std::uint64_t>(UINT64_MAX);
}

} // namespace coinswarm::cli
