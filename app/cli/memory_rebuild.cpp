// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "storage/memory_rebuild.h"
#include "cli/exit_code.h"
#include "cli/memory_log.h"
#include "cli/session_files.h"
#include "memory/projection/memory_projection.h"
#include "runtime/session_storage.h"
#include "storage/memory_replacement.h"

#include <algorithm>
#include <atomic>
#include <csignal>

namespace coinswarm::cli {

namespace {

std::atomic<bool> interrupted = false;

void onInterrupt(int)
{
    interrupted = true;
}

Error cancelled()
{
    return {ErrorKind::Refused, "cancelled; nothing was changed"};
}

/// Into the database that the configuration names.
Result<std::uint64_t> rebuildConfigured(const Invocation &invocation, const storage::MemoryRows &nextRows)
{
    const Result<SessionFiles> files = sessionFiles(invocation);
    if (!files) {
        return files.error();
    }
    if (files->configuration.storage.backend != "postgresql") {
        return storage::replaceMemory(config::sessionPaths(files->configuration, files->paths).databaseFile, nextRows);
    }
    const Result<std::unique_ptr<storage::Storage>> store =
        runtime::openSessionStorage(files->configuration, files->paths, storage::StorageOptions());
    return store ? storage::rebuildMemory(**store, nextRows) : Result<std::uint64_t>(store.error());
}

} // namespace

int memoryRebuild(const Invocation &invocation)
{
    Terminal &terminal = invocation.terminal;
    std::signal(SIGINT, onInterrupt);
    Result<audit::AuditReader> reader = verifiedLog(invocation);
    if (!reader) {
        return terminal.fail(reader.error());
    }
    memory::AuditFold fold(std::move(*reader));
    const auto nextRows = [&]() -> Result<std::vector<storage::MemoryRow>> {
        if (interrupted) {
            return cancelled();
        }
        const Result<std::optional<memory::AuditFold::Step>> step = fold.next();
        if (!step) {
            return step.error();
        }
        if (!step->has_value()) {
            return std::vector<storage::MemoryRow>();
        }
        terminal.progress(std::min(static_cast<double>((*step)->end) / static_cast<double>(fold.bytes()), 0.999),
                          "rebuild");
        return memory::MemoryProjection::rowsOf((*step)->final, *(*step)->epoch, (*step)->changes, fold.state());
    };
    const Result<std::uint64_t> rows = invocation.has("database")
        ? storage::replaceMemory(invocation.value("database"), nextRows)
        : rebuildConfigured(invocation, nextRows);
    terminal.progress(1, "");
    if (!rows) {
        return terminal.fail(rows.error());
    }
    if (terminal.json()) {
        terminal.printJson(QJsonObject{{QStringLiteral("rows"), static_cast<qint64>(*rows)},
                                       {QStringLiteral("slots"), static_cast<qint64>(fold.tip().slot)},
                                       {QStringLiteral("episodes"), static_cast<qint64>(fold.state().episodeCount())}});
    } else {
        terminal.print(terminal.good("Rebuilt from " + std::to_string(fold.tip().slot)
                                     + " slots: " + std::to_string(*rows) + " rows, "
                                     + std::to_string(fold.state().episodeCount()) + " episodes."));
    }
    return kOk;
}

} // namespace coinswarm::cli
