// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "journal/journal_verifier.h"

#include "journal/chain_walker.h"
#include "journal/journal_folder.h"
#include "journal/reserve.h"
#include "journal/segment_scanner.h"

#include <algorithm>
#include <utility>

namespace coinswarm::journal {

namespace {

constexpr std::uint64_t kProgressBytes = 8 << 20;

// Goes over the segments in order; each check returns false when it has filled in the report.
class Verification
{
public:
    Verification(JournalFolder files, const VerifyOptions &options) : m_files(std::move(files)), m_options(options)
    {
        for (const SegmentFile &file : m_files.segments) {
            std::error_code ignored;
            const std::uintmax_t bytes = std::filesystem::file_size(file.path, ignored);
            m_totalBytes += ignored ? 0 : bytes;
        }
    }

    VerifyReport run()
    {
        if (namesAreGood() && segmentsAreGood() && reserveIsGood() && headWasReached())
            conclude();
        return std::move(m_report);
    }

private:
    bool found(JournalStatus status, const std::filesystem::path &file, std::uint64_t offset, std::string what)
    {
        m_report.status = status;
        m_report.place = JournalPlace{file, offset, m_last, std::move(what)};
        return false;
    }

    bool namesAreGood()
    {
        if (!m_files.strangers.empty())
            return found(JournalStatus::Tampered, m_files.strangers.front(), 0, "the file is not part of the journal");
        for (std::size_t i = 0; i < m_files.segments.size() && m_files.whole; ++i) {
            if (m_files.segments[i].number != i + 1)
                return found(JournalStatus::Tampered, m_files.segments[i].path, 0,
                             "segment " + segmentName(static_cast<std::uint32_t>(i + 1)) + " before it is missing");
        }
        return true;
    }

    bool segmentsAreGood()
    {
        for (std::size_t i = 0; i < m_files.segments.size(); ++i) {
            const SegmentFile &file = m_files.segments[i];
            Result<SegmentScanner> scanner = SegmentScanner::open(file.path);
            if (!scanner)
                return found(JournalStatus::Unreadable, file.path, 0, scanner.error().message);
            const bool last = i + 1 == m_files.segments.size();
            if (!headerIsGood(*scanner, file, last) || !recordsAreGood(*scanner, file, last))
                return false;
            ++m_report.segments;
            m_doneBytes += scanner->fileBytes();
        }
        return true;
    }

    bool headerIsGood(SegmentScanner &scanner, const SegmentFile &file, bool last)
    {
        switch (scanner.headerVerdict()) {
        case HeaderVerdict::NotAJournal:
            return found(m_report.segments == 0 ? JournalStatus::Unreadable : JournalStatus::Tampered, file.path, 0,
                         "the file is not a journal segment");
        case HeaderVerdict::UnknownVersion:
            return found(JournalStatus::Unreadable, file.path, 8, "the segment is of a later format version");
        case HeaderVerdict::Altered:
            return found(JournalStatus::Tampered, file.path, 0, "the signature of the segment's header does not hold");
        case HeaderVerdict::Incomplete:
            m_report.torn = true;
            return last && !m_options.expectedHead ? found(JournalStatus::TornOrNotClosed, file.path,
                                                           scanner.fileBytes(), "the file ends inside its header")
                                                   : found(JournalStatus::Tampered, file.path, scanner.fileBytes(),
                                                           "the segment was cut off in its header");
        case HeaderVerdict::Good:
            break;
        }
        return headerFits(scanner.header(), file) && contentIsGood(scanner, file);
    }

    bool headerFits(const SegmentHeader &header, const SegmentFile &file)
    {
        const auto wrong = [&](std::uint64_t offset, std::string what) {
            return found(JournalStatus::Tampered, file.path, offset, std::move(what));
        };
        if (file.number != 0 && header.number != file.number)
            return wrong(12, "the file holds segment " + std::to_string(header.number) + ", renamed or copied");
        if (header.number == 1 && (header.previous != Digest{} || header.firstSequence.value != 1))
            return wrong(16, "the first segment does not start at the beginning");
        if (m_report.segments > 0 && header.previous != m_report.head->chain)
            return wrong(
                48, "the chain of the segment before it ends elsewhere: records at its end were changed or cut off");
        if (m_report.segments > 0 && header.firstSequence.value != m_last.value + 1)
            return wrong(16, "the segment does not go on where the one before it ended");
        if (m_report.key && header.key != *m_report.key)
            return wrong(144, "the segment is signed with another key than the one before it");
        if (m_options.expectedKey && header.key != *m_options.expectedKey)
            return wrong(144,
                         "the journal is signed with the key " + toHex(header.key) + ", not with the expected one");
        m_report.key = header.key;
        if (m_report.segments == 0)
            m_last = Sequence(header.firstSequence.value - 1);
        return true;
    }

    bool contentIsGood(SegmentScanner &scanner, const SegmentFile &file)
    {
        const SegmentHeader &header = scanner.header();
        const auto digestOf = [&](std::uint64_t from, std::uint64_t bytes) {
            Hasher hasher;
            for (std::uint64_t at = from; at < from + bytes;) {
                const ByteView piece = scanner.window().peek(
                    at, static_cast<std::size_t>(std::min<std::uint64_t>(kMaxPayloadBytes, from + bytes - at)));
                if (piece.empty())
                    break;
                hasher.add(piece);
                at += piece.size();
            }
            return hasher.finish();
        };
        if (digestOf(kSegmentHeaderBytes, header.payloadBytes) != header.payloadDigest)
            return found(JournalStatus::Tampered, file.path, kSegmentHeaderBytes, "the header's payload was changed");
        const std::uint64_t snapshotAt = kSegmentHeaderBytes + header.payloadBytes;
        if (digestOf(snapshotAt, header.snapshotBytes) != header.snapshotDigest)
            return found(JournalStatus::Tampered, file.path, snapshotAt, "the snapshot was changed");
        return true;
    }

    bool recordsAreGood(SegmentScanner &scanner, const SegmentFile &file, bool last)
    {
        const auto tampered = [&](std::uint64_t offset, std::string what) {
            return found(JournalStatus::Tampered, file.path, offset, std::move(what));
        };
        ChainWalker walker(chainSeed(scanner.encodedHeader()), scanner.header().key, ChainWalker::Heads::Check);
        std::uint64_t reported = 0;
        reach(scanner.lastSequence(), walker.chain());
        for (Timestamp lastTime = scanner.lastTime();; lastTime = scanner.lastTime()) {
            const std::optional<RecordView> record = scanner.next();
            if (!record)
                break;
            if (const std::optional<std::string> problem = walker.take(*record, lastTime))
                return tampered(record->offset, *problem);
            if (record->header.type < kFirstJournalType) {
                ++m_report.records;
                m_last = scanner.lastSequence();
            } else if (record->header.type == kSealType) {
                reach(m_last, walker.chain());
            }
            if (scanner.offset() - reported >= kProgressBytes) {
                reported = scanner.offset();
                if (!m_options.progress(m_doneBytes + reported, m_totalBytes)) {
                    m_report.status = JournalStatus::Cancelled;
                    return false;
                }
            }
        }
        if (scanner.failure())
            return found(JournalStatus::Unreadable, file.path, scanner.offset(), scanner.failure()->message);
        m_report.bytes += scanner.offset();
        if (walker.lastHead())
            m_report.signedHead = walker.lastHead();
        m_end = JournalPlace{file.path, scanner.offset(), m_last, scanner.tail().what};
        if (scanner.tail().kind == TailVerdict::Kind::Altered)
            return tampered(scanner.offset(), scanner.tail().what);
        m_report.torn = scanner.tail().kind == TailVerdict::Kind::Torn;
        m_closed =
            walker.closed() || (!m_files.whole && walker.openBytes() == 0 && successorHolds(file, walker.chain()));
        if (last)
            return true;
        if (m_report.torn || scanner.offset() != scanner.fileBytes() || walker.openBytes() != 0)
            return tampered(scanner.offset(), "the segment is cut off or has bytes added, and another one follows it");
        m_report.head = JournalHead{m_last, walker.chain(), std::nullopt};
        return true;
    }

    // A segment on its own is whole if the next one, beside it, goes on where it ends.
    bool successorHolds(const SegmentFile &file, const Digest &chain)
    {
        const Result<SegmentScanner> next =
            SegmentScanner::open(file.path.parent_path() / segmentName(file.number + 1));
        return file.number != 0 && next && next->headerVerdict() == HeaderVerdict::Good
            && next->header().key == *m_report.key && next->header().previous == chain;
    }

    // Each sealed place is compared with the head that was kept elsewhere.
    void reach(Sequence sequence, const Digest &chain)
    {
        m_report.head = JournalHead{sequence, chain, std::nullopt};
        const std::optional<JournalHead> &expected = m_options.expectedHead;
        if (expected && expected->sequence == sequence)
            m_reached = m_reached || expected->chain == chain;
    }

    bool reserveIsGood()
    {
        if (m_files.reserve.empty())
            return true;
        const Result<ReserveContent> reserve = readReserve(m_files.reserve);
        if (!reserve)
            return found(reserve.error().kind == ErrorKind::Corrupt ? JournalStatus::Tampered
                                                                    : JournalStatus::Unreadable,
                         m_files.reserve, 0, reserve.error().message);
        m_report.reserveRecords = reserve->records.size();
        if (!reserve->damage.empty())
            return found(JournalStatus::Tampered, m_files.reserve, reserve->endOffset, reserve->damage);
        return true;
    }

    bool headWasReached()
    {
        const std::optional<JournalHead> &expected = m_options.expectedHead;
        if (!expected)
            return true;
        if (expected->proof && (expected->proof->key != *m_report.key || !proofHolds(*expected)))
            return found(JournalStatus::Tampered, m_end.file, 144,
                         "the expected head is not signed with the key of this journal");
        if (m_reached)
            return true;
        return found(JournalStatus::Tampered, m_end.file, m_end.offset,
                     expected->sequence > m_last ? "the journal ends at sequence " + std::to_string(m_last.value)
                             + ", before the expected head at " + std::to_string(expected->sequence.value)
                             + ": it was cut off"
                                                 : "the chain at sequence " + std::to_string(expected->sequence.value)
                             + " is not the expected head: the journal was rewritten or cut off");
    }

    void conclude()
    {
        m_report.status = m_closed && !m_report.torn ? JournalStatus::Sound : JournalStatus::TornOrNotClosed;
        if (m_report.status == JournalStatus::Sound)
            return;
        if (m_end.what.empty())
            m_end.what = "the journal was not closed: it is still being written, or its writer was stopped";
        m_report.place = m_end;
    }

    JournalFolder m_files;
    const VerifyOptions &m_options;
    VerifyReport m_report;
    JournalPlace m_end;
    Sequence m_last;
    std::uint64_t m_totalBytes = 0;
    std::uint64_t m_doneBytes = 0;
    bool m_closed = false;
    bool m_reached = false;
};

} // namespace

std::string VerifyReport::sentence() const
{
    const std::string size = std::to_string(records) + " records in " + std::to_string(segments) + " segments";
    switch (status) {
    case JournalStatus::Sound:
        return "Sound: " + size + ", closed; head " + (head ? head->text() : std::string()) + ".";
    case JournalStatus::Cancelled:
        return "Cancelled after " + size + ".";
    case JournalStatus::Tampered:
    case JournalStatus::Unreadable:
    case JournalStatus::TornOrNotClosed:
        break;
    }
    const std::string kind = status == JournalStatus::Tampered ? "Tampered"
        : status == JournalStatus::Unreadable                  ? "Unreadable"
        : torn                                                 ? "Torn"
                                                               : "Not closed";
    if (!place)
        return kind + ".";
    return kind + ": " + place->file.string() + ", byte " + std::to_string(place->offset) + ", after sequence "
        + std::to_string(place->sequence.value) + ": " + place->what + ".";
}

VerifyReport verifyJournal(const std::filesystem::path &path, const VerifyOptions &options)
{
    Result<JournalFolder> files = listJournal(path);
    if (!files) {
        VerifyReport report;
        report.place = JournalPlace{path, 0, {}, files.error().message};
        return report;
    }
    return Verification(std::move(*files), options).run();
}

} // namespace coinswarm::journal
