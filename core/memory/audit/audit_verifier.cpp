// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/audit/audit_verifier.h"

#include "codec/binary_reader.h"
#include "memory/audit/audit_record.h"
#include "memory/quorum/certificate.h"
#include "memory/quorum/ed25519_crypto.h"
#include "memory/quorum/signed_bytes.h"

#include <cstring>
#include <fstream>
#include <map>

namespace coinswarm::quorum {

namespace {

constexpr std::size_t kHeaderPrefix = 16;

/// Whether a whole record with a right checksum begins somewhere in the bytes behind the first: then what is there was
/// changed, not torn.
bool recordFollows(ByteView bytes)
{
    for (std::size_t at = 1; at + kRecordPrefix < bytes.size(); ++at) {
        std::uint32_t length = 0;
        std::uint32_t checksum = 0;
        std::memcpy(&length, bytes.data() + at, sizeof length);
        std::memcpy(&checksum, bytes.data() + at + sizeof length, sizeof checksum);
        if (length == 0 || length > kMostRecordBytes || length > bytes.size() - at - kRecordPrefix) {
            continue;
        }
        if (frameChecksum(bytes.subspan(at, kRecordPrefix + length)) == checksum) {
            return true;
        }
    }
    return false;
}

class Verification
{
public:
    Verification(const std::filesystem::path &file, const AuditOptions &options)
        : m_file(file), m_options(options), m_in(file, std::ios::binary)
    {}

    AuditReport run()
    {
        std::error_code failure;
        m_size = std::filesystem::file_size(m_file, failure);
        if (failure || !m_in) {
            return unreadable("cannot read " + m_file.string());
        }
        if (!readHeader()) {
            return std::move(m_report);
        }
        while (m_report.status == AuditStatus::Sound && m_report.wholeBytes < m_size) {
            readRecord();
            if (m_options.progress) {
                m_options.progress(m_report.wholeBytes, m_size);
            }
        }
        const bool whole = m_report.status == AuditStatus::Sound || m_report.status == AuditStatus::Torn;
        if (whole && m_options.checkpoint && m_options.checkpoint->slot >= m_commits.size()) {
            bad(m_options.checkpoint->slot,
                "the log ends in slot " + std::to_string(m_report.tip.slot) + ", before the pinned checkpoint");
        }
        return std::move(m_report);
    }

private:
    AuditReport unreadable(std::string why)
    {
        m_report.status = AuditStatus::Unreadable;
        m_report.why = std::move(why);
        return std::move(m_report);
    }

    void bad(Slot slot, std::string why)
    {
        m_report.status = AuditStatus::Bad;
        m_report.slot = slot;
        m_report.why = std::move(why);
        m_report.damagedFrom = m_report.wholeBytes;
    }

    ByteBuffer bytesAt(std::uint64_t offset, std::uint64_t size)
    {
        ByteBuffer bytes(static_cast<std::size_t>(std::min(size, m_size - offset)));
        m_in.seekg(static_cast<std::streamoff>(offset));
        m_in.read(reinterpret_cast<char *>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
        bytes.resize(static_cast<std::size_t>(std::max<std::streamsize>(m_in.gcount(), 0)));
        return bytes;
    }

    bool readHeader()
    {
        const ByteBuffer prefix = bytesAt(0, kHeaderPrefix);
        std::uint32_t version = 0;
        std::uint32_t length = 0;
        if (prefix.size() < kHeaderPrefix || std::memcmp(prefix.data(), kAuditMagic.data(), kAuditMagic.size()) != 0) {
            unreadableHeader("this is no audit log");
            return false;
        }
        std::memcpy(&version, prefix.data() + 8, sizeof version);
        std::memcpy(&length, prefix.data() + 12, sizeof length);
        if (version != kAuditVersion) {
            unreadableHeader("the audit log has version " + std::to_string(version) + ", and this program reads 1");
            return false;
        }
        const Result<Genesis> genesis =
            codec::decoded<Genesis>(bytesAt(kHeaderPrefix, std::min(length, kMostRecordBytes)));
        if (!genesis || !genesis->epoch.wellFormed() || genesis->epoch.number != 0) {
            unreadableHeader("the genesis of the audit log cannot be read");
            return false;
        }
        m_report.wholeBytes = kHeaderPrefix + length;
        m_report.tip = ChainTip::genesis(genesis->clusterId(), genesis->epoch);
        m_epochs.emplace(0, genesis->epoch);
        m_commits.push_back(m_report.tip.commit);
        if (m_options.genesis && m_options.genesis->clusterId() != m_report.tip.cluster) {
            bad(0, "the log belongs to another cluster than the genesis file");
            return false;
        }
        return true;
    }

    void unreadableHeader(std::string why)
    {
        m_report.status = AuditStatus::Unreadable;
        m_report.why = std::move(why);
    }

    void readRecord()
    {
        const std::uint64_t offset = m_report.wholeBytes;
        const ByteBuffer prefix = bytesAt(offset, kRecordPrefix);
        std::uint32_t length = 0;
        std::uint32_t checksum = 0;
        if (prefix.size() == kRecordPrefix) {
            std::memcpy(&length, prefix.data(), sizeof length);
            std::memcpy(&checksum, prefix.data() + sizeof length, sizeof checksum);
        }
        const bool complete = prefix.size() == kRecordPrefix && length > 0 && length <= kMostRecordBytes
            && length <= m_size - offset - kRecordPrefix;
        const ByteBuffer frame = complete ? bytesAt(offset, kRecordPrefix + length) : ByteBuffer();
        if (!complete || frameChecksum(frame) != checksum) {
            damaged(offset, complete && offset + frame.size() < m_size);
            return;
        }
        const Result<AuditRecord> record = auditRecord(ByteView(frame).subspan(kRecordPrefix));
        if (!record) {
            bad(m_report.tip.next(), record.error().message);
            return;
        }
        std::visit([this](const auto &content) { check(content); }, *record);
        if (m_report.status == AuditStatus::Sound) {
            m_report.wholeBytes = offset + frame.size();
        }
    }

    void damaged(std::uint64_t offset, bool somethingFollows)
    {
        if (somethingFollows || recordFollows(bytesAt(offset, 2 * (kMostRecordBytes + kRecordPrefix)))) {
            bad(m_report.tip.next(), "checksum: the record at offset " + std::to_string(offset) + " was changed");
            return;
        }
        m_report.status = AuditStatus::Torn;
        m_report.damagedFrom = offset;
        m_report.why = "the record at offset " + std::to_string(offset) + " is incomplete";
    }

    void check(const Final &final)
    {
        ChainTip &tip = m_report.tip;
        const CommitBody &body = final.decided.certificate.body;
        const Digest id = commitId(m_crypto, body);
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
        if (m_options.signatures) {
            if (const Result<void> checked = checkFinal(m_crypto, tip, final); !checked) {
                bad(tip.next(), checked.error().message);
                return;
            }
        }
        if (const auto state = m_states.find(tip.slot); state != m_states.end() && state->second != body.stateBefore) {
            bad(tip.next(), "hash: the state before the slot is not that of the checkpoint");
            return;
        }
        if (m_options.checkpoint && m_options.checkpoint->slot == body.slot && m_options.checkpoint->commit != id) {
            bad(body.slot, "the commit is not that of the pinned checkpoint");
            return;
        }
        tip.advance(id, body, final.decided.batch);
        m_epochs.emplace(tip.epoch.number, tip.epoch);
        m_commits.push_back(id);
        ++m_report.slots;
    }

    void check(const CheckpointSet &set)
    {
        const ChainTip &tip = m_report.tip;
        const auto epoch = set.signatures.empty() ? m_epochs.end() : m_epochs.find(set.signatures.front().epoch);
        if (epoch == m_epochs.end() || set.signatures.size() < epoch->second.quorum()
            || set.signatures.front().slot >= m_commits.size())
        {
            bad(set.signatures.empty() ? tip.slot : set.signatures.front().slot,
                "checkpoint: too few signatures, or of a slot or epoch that is not in the log");
            return;
        }
        const Checkpoint &first = set.signatures.front();
        for (std::size_t i = 0; i < set.signatures.size(); ++i) {
            const Checkpoint &one = set.signatures[i];
            const bool same = one.slot == first.slot && one.epoch == first.epoch && one.commit == first.commit
                && one.state == first.state && one.cluster == tip.cluster;
            const bool ordered = i == 0 || one.manager > set.signatures[i - 1].manager;
            if (!same || !ordered || one.commit != m_commits[static_cast<std::size_t>(one.slot)]
                || !signedByItsManager(m_crypto, epoch->second, one))
            {
                bad(first.slot, "checkpoint: a signature does not hold, or is for another commit");
                return;
            }
        }
        m_states[first.slot] = first.state;
        ++m_report.checkpoints;
    }

    void check(const Evidence &evidence)
    {
        const auto epoch = m_epochs.find(evidence.epoch);
        const bool holds =
            epoch != m_epochs.end() && convict(m_crypto, m_report.tip.cluster, epoch->second, evidence).ok();
        if (!holds) {
            bad(evidence.slot, "evidence: it convicts nobody");
            return;
        }
        ++m_report.convictions;
    }

    std::filesystem::path m_file;
    const AuditOptions &m_options;
    std::ifstream m_in;
    std::uint64_t m_size = 0;
    Ed25519Crypto m_crypto;
    AuditReport m_report;
    std::map<std::uint64_t, Epoch> m_epochs;
    std::vector<Digest> m_commits; ///< by slot
    std::map<Slot, Digest> m_states; ///< of checkpoints
};

} // namespace

std::string AuditReport::sentence() const
{
    switch (status) {
    case AuditStatus::Sound:
        return "Sound: " + std::to_string(slots) + " slots, head " + std::to_string(tip.slot) + ":" + toHex(tip.commit)
            + ".";
    case AuditStatus::Bad:
        return (slot > 0 ? "Slot " + std::to_string(slot) + ": " : std::string()) + why + ".";
    case AuditStatus::Unreadable:
        return "Unreadable: " + why + ".";
    case AuditStatus::Torn:
        break;
    }
    return "Torn: " + why + "; sound up to slot " + std::to_string(tip.slot) + ".";
}

AuditReport verifyAudit(const std::filesystem::path &file, const AuditOptions &options)
{
    return Verification(file, options).run();
}

} // namespace coinswarm::quorum
