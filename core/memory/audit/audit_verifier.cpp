// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/audit/audit_verifier.h"

#include "memory/audit/audit_reader.h"
#include "memory/audit/signature_pool.h"
#include "memory/quorum/certificate.h"
#include "memory/quorum/ed25519_crypto.h"
#include "memory/quorum/signed_bytes.h"

#include <map>

namespace coinswarm::audit {

namespace {

constexpr unsigned kCheckpointRecords = 2; ///< for AuditReader::next()

unsigned threadsOf(const AuditOptions &options)
{
    if (options.signatures == SignatureScope::None || options.threads == 1) {
        return 0;
    }
    return options.threads > 0 ? options.threads : std::max(1U, std::thread::hardware_concurrency());
}

/// The latest slot that a checkpoint in the log claims to be about; 0 without one. Whether it holds is found out later.
quorum::Slot lastCheckpoint(const std::filesystem::path &file)
{
    quorum::Slot last = 0;
    Result<AuditReader> reader = AuditReader::open(file);
    while (reader) {
        const AuditReader::Piece piece = reader->next(kCheckpointRecords);
        if (piece.step != AuditReader::Step::Record) {
            break;
        }
        if (const auto *set = std::get_if<CheckpointSet>(&piece.record); set && !set->signatures.empty()) {
            last = std::max(last, set->signatures.front().slot);
        }
    }
    return last;
}

class Verification
{
public:
    Verification(const std::filesystem::path &file, const AuditOptions &options)
        : m_file(file), m_options(options), m_pool(threadsOf(options))
    {}

    AuditReport run()
    {
        Result<AuditReader> reader = AuditReader::open(m_file);
        if (!reader) {
            m_report.status = AuditStatus::Unreadable;
            m_report.why = reader.error().message;
            return std::move(m_report);
        }
        if (m_options.signatures == SignatureScope::SinceCheckpoint) {
            m_heldByHashes = lastCheckpoint(m_file);
        }
        begin(*reader);
        while (m_report.status == AuditStatus::Sound && !m_pool.failed()) {
            AuditReader::Piece piece = reader->next();
            if (piece.step == AuditReader::Step::End) {
                break;
            }
            ++m_records;
            read(piece);
            if (m_report.status == AuditStatus::Sound) {
                m_report.wholeBytes = piece.end;
            }
            if (m_options.progress) {
                m_options.progress(piece.end, reader->size());
            }
        }
        settle();
        const bool whole = m_report.status == AuditStatus::Sound || m_report.status == AuditStatus::Torn;
        if (whole && m_options.checkpoint && m_options.checkpoint->slot > m_report.tip.slot) {
            bad(m_options.checkpoint->slot,
                "the log ends in slot " + std::to_string(m_report.tip.slot) + ", before the pinned checkpoint");
        }
        return std::move(m_report);
    }

private:
    void bad(quorum::Slot slot, std::string why)
    {
        m_report.status = AuditStatus::Bad;
        m_report.slot = slot;
        m_report.why = std::move(why);
        m_report.damagedFrom = m_report.wholeBytes;
    }

    void begin(const AuditReader &reader)
    {
        const Genesis &genesis = reader.genesis();
        m_report.wholeBytes = reader.position();
        m_report.tip = quorum::ChainTip::genesis(genesis.clusterId(), genesis.epoch);
        enter(genesis.epoch);
        m_commits.push_back(m_report.tip.commit);
        if (m_options.genesis && m_options.genesis->clusterId() != m_report.tip.cluster) {
            bad(0, "the log belongs to another cluster than the genesis file");
        }
    }

    void enter(const quorum::Epoch &epoch)
    {
        m_epoch = m_epochs.emplace(epoch.number, std::make_shared<const quorum::Epoch>(epoch)).first->second;
        m_epochFrom.emplace(m_report.tip.slot, epoch.number);
    }

    /// The first finding decides, and what was given to the pool comes before what was found while it worked.
    void settle()
    {
        const auto failure = m_pool.finish();
        if (!failure) {
            return;
        }
        m_report = std::move(m_pending.at(failure->number));
        bad(m_report.tip.next(), failure->why);
    }

    void read(const AuditReader::Piece &piece)
    {
        const std::string where = "the record at offset " + std::to_string(piece.offset);
        switch (piece.step) {
        case AuditReader::Step::Record:
            std::visit([this](const auto &content) { check(content); }, piece.record);
            return;
        case AuditReader::Step::Changed:
            bad(m_report.tip.next(), "checksum: " + where + " was changed");
            return;
        case AuditReader::Step::Malformed:
            bad(m_report.tip.next(), piece.why);
            return;
        case AuditReader::Step::Torn:
            m_report.status = AuditStatus::Torn;
            m_report.damagedFrom = piece.offset;
            m_report.why = where + " is incomplete";
            return;
        case AuditReader::Step::End:
            return;
        }
    }

    void check(const quorum::Final &final)
    {
        quorum::ChainTip &tip = m_report.tip;
        const quorum::CommitBody &body = final.decided.certificate.body;
        const journal::Digest id = quorum::commitId(m_crypto, body);
        if (body.cluster == tip.cluster && body.slot > 0 && body.slot <= tip.slot) {
            if (m_commits[static_cast<std::size_t>(body.slot)] != id) {
                bad(body.slot, "two commits for one slot");
            }
            return;
        }
        if (body.cluster == tip.cluster && body.slot > tip.next()) {
            bad(tip.next(), "gap: slot " + std::to_string(body.slot) + " follows slot " + std::to_string(tip.slot));
            return;
        }
        if (const Result<void> linked = quorum::checkLink(m_crypto, tip, final.decided); !linked) {
            bad(tip.next(), "hash: " + linked.error().message);
            return;
        }
        checkSignatures(final);
        if (const auto state = m_states.find(tip.slot); state != m_states.end() && state->second != body.stateBefore) {
            bad(tip.next(), "hash: the state before the slot is not that of the checkpoint");
            return;
        }
        if (m_options.checkpoint && m_options.checkpoint->slot == body.slot && m_options.checkpoint->commit != id) {
            bad(body.slot, "the commit is not that of the pinned checkpoint");
            return;
        }
        const std::uint64_t epoch = tip.epoch.number;
        tip.advance(id, body, final.decided.batch);
        if (tip.epoch.number != epoch) {
            enter(tip.epoch);
        }
        m_commits.push_back(id);
        m_statesBefore.push_back(body.stateBefore);
        ++m_report.slots;
    }

    void checkSignatures(const quorum::Final &final)
    {
        const bool held = m_options.signatures == SignatureScope::None
            || (final.decided.certificate.body.slot <= m_heldByHashes
                && final.decided.batch.kind != quorum::BatchKind::Membership);
        if (held) {
            ++m_report.unchecked;
            return;
        }
        // Whatever fails in the pool, the report is what it was before this record.
        if (m_pending.size() > kMostPending) {
            if (!m_pool.failed()) {
                m_pending.erase(m_pending.begin(), std::prev(m_pending.end(), kMostPending / 2));
            }
        }
        m_pending.emplace(m_records, m_report);
        m_pool.add({m_records, final, m_epoch});
    }

    /// The epoch that decides behind a slot: the one that signs its checkpoint.
    const quorum::Epoch &epochBehind(quorum::Slot slot) const
    {
        return *m_epochs.at(std::prev(m_epochFrom.upper_bound(slot))->second);
    }

    void check(const CheckpointSet &set)
    {
        const quorum::Slot slot = set.signatures.empty() ? 0 : set.signatures.front().slot;
        if (slot == 0 || slot > m_report.tip.slot) {
            bad(slot == 0 ? m_report.tip.slot : slot, "checkpoint: it is of a slot that is not in the log");
            return;
        }
        const quorum::Epoch &epoch = epochBehind(slot);
        const quorum::Checkpoint &first = set.signatures.front();
        if (first.epoch != epoch.number || set.signatures.size() < epoch.quorum()) {
            bad(slot, "checkpoint: too few signatures, or of another epoch than the one that decides behind the slot");
            return;
        }
        for (std::size_t i = 0; i < set.signatures.size(); ++i) {
            const quorum::Checkpoint &one = set.signatures[i];
            const bool same = one.slot == slot && one.epoch == first.epoch && one.commit == first.commit
                && one.state == first.state && one.cluster == m_report.tip.cluster;
            const bool ordered = i == 0 || one.manager > set.signatures[i - 1].manager;
            if (!same || !ordered || one.commit != m_commits[static_cast<std::size_t>(slot)]
                || !(m_options.signatures == SignatureScope::None || quorum::signedByItsManager(m_crypto, epoch, one)))
            {
                bad(slot, "checkpoint: a signature does not hold, or is for another commit");
                return;
            }
        }
        // The state before a slot is that of its own commit; it may stand in the log before the checkpoint does.
        const bool known = slot < m_statesBefore.size();
        const auto [state, isNew] = m_states.emplace(slot, first.state);
        if (state->second != first.state || (known && m_statesBefore[static_cast<std::size_t>(slot)] != first.state)) {
            bad(slot,
                "checkpoint: its state is not that of another checkpoint of the slot, or not the one that the next "
                "slot was decided on");
            return;
        }
        ++m_report.checkpoints;
    }

    void check(const quorum::Evidence &evidence)
    {
        const auto epoch = m_epochs.find(evidence.epoch);
        const bool holds =
            epoch != m_epochs.end() && quorum::convict(m_crypto, m_report.tip.cluster, *epoch->second, evidence).ok();
        if (!holds) {
            bad(evidence.slot, "evidence: it convicts nobody");
            return;
        }
        ++m_report.convictions;
    }

    static constexpr std::ptrdiff_t kMostPending = 4096; ///< many more than the pool holds at a time

    std::filesystem::path m_file;
    const AuditOptions &m_options;
    SignaturePool m_pool;
    quorum::Ed25519Crypto m_crypto;
    AuditReport m_report;
    std::uint64_t m_records = 0;
    quorum::Slot m_heldByHashes = 0; ///< the last slot whose signatures are left out
    std::map<std::uint64_t, AuditReport> m_pending; ///< before each record that the pool has
    std::map<std::uint64_t, std::shared_ptr<const quorum::Epoch>> m_epochs;
    std::map<quorum::Slot, std::uint64_t> m_epochFrom; ///< behind which slot an epoch decides
    std::shared_ptr<const quorum::Epoch> m_epoch;
    std::vector<journal::Digest> m_commits; ///< by slot
    std::vector<journal::Digest> m_statesBefore; ///< of slot n + 1 at n: the state behind slot n
    std::map<quorum::Slot, journal::Digest> m_states; ///< of checkpoints
};

} // namespace

std::string AuditReport::sentence() const
{
    const std::string left = unchecked == 0 ? std::string()
                                            : " The votes and receipts of " + std::to_string(unchecked)
            + " slots up to the last checkpoint were not checked, only their hashes.";
    switch (status) {
    case AuditStatus::Sound:
        return "Sound: " + std::to_string(slots) + " slots, head " + std::to_string(tip.slot) + ":"
            + journal::toHex(tip.commit) + "." + left;
    case AuditStatus::Bad:
        return (slot > 0 ? "Slot " + std::to_string(slot) + ": " : std::string()) + why + ".";
    case AuditStatus::Unreadable:
        return "Unreadable: " + why + ".";
    case AuditStatus::Torn:
        break;
    }
    return "Torn: " + why + "; sound up to slot " + std::to_string(tip.slot) + "." + left;
}

AuditReport verifyAudit(const std::filesystem::path &file, const AuditOptions &options)
{
    return Verification(file, options).run();
}

} // namespace coinswarm::audit
