// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/host/manager_store.h"

#include "memory/quorum/certificate.h"
#include "memory/quorum/ed25519_crypto.h"
#include "memory/quorum/signed_bytes.h"

#include <cstring>
#include <fstream>

namespace coinswarm::memory {

namespace {

constexpr std::uint64_t kPromiseBytes = 16U << 20U; ///< from here on the file is begun anew

constexpr std::string_view kAuditFile = "audit.csaudit";

/// Behind the last whole record, counted from where one begins.
std::uint64_t wholeBytes(const std::filesystem::path &auditFile, std::uint64_t from)
{
    Result<audit::AuditReader> reader = audit::AuditReader::open(auditFile);
    if (!reader) {
        return from;
    }
    reader->seek(from);
    audit::AuditReader::Piece piece = reader->next();
    while (piece.step == audit::AuditReader::Step::Record) {
        piece = reader->next();
    }
    // What is damaged and not torn stays for the reading that says so.
    return piece.step == audit::AuditReader::Step::Torn ? piece.offset : reader->size();
}

quorum::Slot slotOf(const quorum::DurableRecord &record)
{
    if (const auto *vote = std::get_if<quorum::QuorumVote>(&record)) {
        return vote->body.slot;
    }
    if (const auto *receipt = std::get_if<quorum::ReceiptRecord>(&record)) {
        return receipt->receipt.slot;
    }
    return std::get<quorum::Final>(record).decided.certificate.body.slot;
}

} // namespace

bool ManagerStore::continues(const std::filesystem::path &folder, const FoldedLog &folded)
{
    Result<audit::AuditReader> reader = audit::AuditReader::open(folder / kAuditFile);
    if (!reader || folded.offsets.empty() || reader->size() < folded.end) {
        return false;
    }
    reader->seek(folded.offsets.back());
    const audit::AuditReader::Piece piece = reader->next();
    const auto *final =
        piece.step == audit::AuditReader::Step::Record ? std::get_if<quorum::Final>(&piece.record) : nullptr;
    return final != nullptr && commitId(quorum::Ed25519Crypto(), final->decided.certificate.body) == folded.tip.commit;
}

Result<ManagerStore> ManagerStore::open(const std::filesystem::path &folder, const audit::Genesis &genesis,
                                        const std::optional<FoldedLog> &folded,
                                        const std::function<Result<void>(const quorum::Final &)> &onFinal)
{
    std::error_code failure;
    std::filesystem::create_directories(folder, failure);
    Result<journal::FolderLock> lock = journal::FolderLock::acquire(folder);
    if (!lock) {
        return lock.error();
    }
    const std::filesystem::path auditFile = folder / kAuditFile;
    // Without a snapshot the whole chain is looked at before anything is folded.
    Result<audit::AuditLog> audit = folded ? audit::AuditLog::continueAt(auditFile, wholeBytes(auditFile, folded->end))
                                           : audit::AuditLog::open(auditFile, genesis);
    if (!audit) {
        return audit.error();
    }
    Result<PromiseFile> promises = PromiseFile::open(folder / "promises.bin");
    if (!promises) {
        return promises.error();
    }
    ManagerStore store(std::move(*lock), std::move(*audit), std::move(*promises));
    store.m_auditFile = auditFile;
    Result<audit::AuditReader> reader = audit::AuditReader::open(auditFile);
    if (!reader) {
        return reader.error();
    }
    quorum::ChainTip tip = quorum::ChainTip::genesis(genesis.clusterId(), genesis.epoch);
    if (folded) {
        tip = folded->tip;
        store.m_offsets = folded->offsets;
        store.m_lastFinal = tip.slot;
        reader->seek(folded->end);
    }
    if (const Result<void> read = store.readFinals(*reader, std::move(tip), onFinal); !read) {
        return read.error();
    }
    for (const PromiseFile::Entry &entry : store.m_promises.found()) {
        if (slotOf(entry.record) > store.m_lastFinal) {
            store.m_open[entry.manager].push_back(std::make_shared<const quorum::DurableRecord>(entry.record));
        }
    }
    return store;
}

Result<void> ManagerStore::readFinals(audit::AuditReader &reader, quorum::ChainTip tip,
                                      const std::function<Result<void>(const quorum::Final &)> &onFinal)
{
    const quorum::Ed25519Crypto crypto;
    for (audit::AuditReader::Piece piece = reader.next(); piece.step != audit::AuditReader::Step::End;
         piece = reader.next())
    {
        const auto damaged = [&](const std::string &why) {
            return Error{ErrorKind::Corrupt,
                         "The audit log " + m_auditFile.string() + " is damaged at byte " + std::to_string(piece.offset)
                             + why + ". Restore it, or join with a new key."};
        };
        if (piece.step != audit::AuditReader::Step::Record) {
            return damaged(piece.why.empty() ? std::string() : ": " + piece.why);
        }
        const auto *final = std::get_if<quorum::Final>(&piece.record);
        if (final == nullptr || final->decided.certificate.body.slot <= m_lastFinal) {
            continue;
        }
        if (const Result<void> linked = checkLink(crypto, tip, final->decided); !linked) {
            return damaged(": " + linked.error().message);
        }
        if (const Result<void> taken = onFinal(*final); !taken) {
            return taken;
        }
        const quorum::CommitBody &body = final->decided.certificate.body;
        tip.advance(commitId(crypto, body), body, final->decided.batch);
        m_offsets.push_back(piece.offset);
        ++m_lastFinal;
    }
    m_auditEnd = reader.position();
    return {};
}

std::vector<quorum::DurableRecordPtr> ManagerStore::recordsOf(const journal::PublicKey &manager) const
{
    const auto found = m_open.find(manager);
    return found == m_open.end() ? std::vector<quorum::DurableRecordPtr>() : found->second;
}

Result<void> ManagerStore::persist(const journal::PublicKey &manager, const quorum::DurableRecordPtr &record)
{
    if (m_failed) {
        return *m_failed;
    }
    if (const auto *final = std::get_if<quorum::Final>(record.get())) {
        const quorum::Slot slot = final->decided.certificate.body.slot;
        if (slot != m_lastFinal + 1) {
            return {};
        }
        m_offsets.push_back(m_auditEnd);
        m_lastFinal = slot;
        return append(*final);
    }
    m_open[manager].push_back(record);
    m_promisesDirty = true;
    return checked(m_promises.append({manager, *record}));
}

Result<void> ManagerStore::checked(Result<void> done)
{
    // A disk that failed once may have lost anything that was not synced, and will not say so twice.
    if (!done && !m_failed) {
        m_failed = done.error();
    }
    return done;
}

Result<void> ManagerStore::append(const audit::AuditRecord &record)
{
    if (m_failed) {
        return *m_failed;
    }
    m_auditDirty = true;
    m_auditEnd += audit::framed(record).size();
    return checked(m_audit.append(record));
}

Result<void> ManagerStore::sync()
{
    if (m_failed) {
        return *m_failed;
    }
    // Promises may rest on the finals before them, so those are safe first.
    if (m_auditDirty) {
        if (const Result<void> synced = checked(m_audit.sync()); !synced) {
            return synced;
        }
        m_auditDirty = false;
    }
    if (m_promisesDirty) {
        if (const Result<void> synced = checked(m_promises.sync()); !synced) {
            return synced;
        }
        m_promisesDirty = false;
    }
    return m_promises.bytes() > kPromiseBytes ? checked(forgetFinalPromises()) : Result<void>();
}

Result<void> ManagerStore::forgetFinalPromises()
{
    std::vector<PromiseFile::Entry> entries;
    for (auto &[manager, records] : m_open) {
        std::erase_if(records, [this](const auto &record) { return slotOf(*record) <= m_lastFinal; });
        for (const quorum::DurableRecordPtr &record : records) {
            entries.push_back({manager, *record});
        }
    }
    return m_promises.restart(entries);
}

Result<quorum::Final> ManagerStore::finalOf(quorum::Slot slot)
{
    if (slot == 0 || slot > m_lastFinal) {
        return Error{ErrorKind::NotFound, "Slot " + std::to_string(slot) + " is not final here."};
    }
    std::ifstream file(m_auditFile, std::ios::binary);
    file.seekg(static_cast<std::streamoff>(m_offsets[slot - 1]));
    journal::ByteBuffer frame(audit::kRecordPrefix);
    const auto read = [&file](std::span<std::byte> to) {
        file.read(reinterpret_cast<char *>(to.data()), static_cast<std::streamsize>(to.size()));
        return file.good();
    };
    std::uint32_t length = 0;
    if (read(frame)) {
        std::memcpy(&length, frame.data(), sizeof length);
        frame.resize(audit::kRecordPrefix + std::min(length, audit::kMostRecordBytes));
    }
    if (length > 0 && read(std::span(frame).subspan(audit::kRecordPrefix))) {
        Result<audit::AuditRecord> record = audit::auditRecord(journal::ByteView(frame).subspan(audit::kRecordPrefix));
        if (record && std::holds_alternative<quorum::Final>(*record)) {
            return std::get<quorum::Final>(std::move(*record));
        }
    }
    return Error{ErrorKind::Corrupt, "Slot " + std::to_string(slot) + " cannot be read from the audit log."};
}

} // namespace coinswarm::memory
