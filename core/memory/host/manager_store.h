// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/audit/audit_log.h"
#include "memory/audit/audit_reader.h"
#include "memory/host/memory_snapshot.h"
#include "memory/host/promise_file.h"

#include "journal/posix_disk.h"

#include <functional>
#include <map>
#include <optional>

namespace coinswarm::memory {

/// The disk of one process' managers: the audit log with every final commit, and the promises of slots under way. Managers
/// of one process share both, since they share the disk. After an error it refuses everything. One thread; one process per
/// folder.
class ManagerStore
{
public:
    /// Whether the log in the folder is the one that was folded so far.
    static bool continues(const std::filesystem::path &folder, const FoldedLog &folded);
    /// Calls `onFinal` for each final commit that is stored behind `folded`, in order; for all if it is none. Errors are
    /// sentences for the user.
    static Result<ManagerStore> open(const std::filesystem::path &folder, const audit::Genesis &genesis,
                                     const std::optional<FoldedLog> &folded,
                                     const std::function<Result<void>(const quorum::Final &)> &onFinal);

    /// What `manager` promised behind the last final.
    std::vector<quorum::DurableRecordPtr> recordsOf(const journal::PublicKey &manager) const;
    /// Takes a record; a final that another manager of this process has stored already is not stored twice.
    Result<void> persist(const journal::PublicKey &manager, const quorum::DurableRecordPtr &record);
    /// Stores what belongs into the audit log beside the finals.
    Result<void> append(const audit::AuditRecord &record);
    /// Everything persisted so far is on stable storage when it returns.
    Result<void> sync();

    quorum::Slot lastFinal() const { return m_lastFinal; }
    /// NotFound if it is not stored.
    Result<quorum::Final> finalOf(quorum::Slot slot);
    /// Where each final stands in the log.
    const std::vector<std::uint64_t> &offsets() const { return m_offsets; }
    std::uint64_t auditBytes() const { return m_auditEnd; }
    const std::filesystem::path &auditFile() const { return m_auditFile; }

private:
    ManagerStore(journal::FolderLock lock, audit::AuditLog audit, PromiseFile promises)
        : m_lock(std::move(lock)), m_audit(std::move(audit)), m_promises(std::move(promises))
    {}
    Result<void> readFinals(audit::AuditReader &reader, quorum::ChainTip tip,
                            const std::function<Result<void>(const quorum::Final &)> &onFinal);
    Result<void> forgetFinalPromises();
    Result<void> checked(Result<void> done);

    journal::FolderLock m_lock;
    std::filesystem::path m_auditFile;
    audit::AuditLog m_audit;
    PromiseFile m_promises;
    std::vector<std::uint64_t> m_offsets; ///< of the final of slot n at n − 1
    std::uint64_t m_auditEnd = 0;
    quorum::Slot m_lastFinal = 0;
    std::map<journal::PublicKey, std::vector<quorum::DurableRecordPtr>>
        m_open; ///< promises of slots that are not final
    std::optional<Error> m_failed; ///< the first; after it nothing is written any more
    bool m_auditDirty = false;
    bool m_promisesDirty = false;
};

} // namespace coinswarm::memory
