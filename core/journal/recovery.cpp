// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "journal/recovery.h"

#include "journal/chain_walker.h"
#include "journal/journal_folder.h"
#include "journal/segment_scanner.h"

#include <string>

namespace coinswarm::journal {

namespace {

Error damaged(const SegmentScanner &scanner, const std::filesystem::path &file, const std::string &what)
{
    return {ErrorKind::Corrupt,
            file.string() + ", byte " + std::to_string(scanner.offset()) + ": " + what
                + "; the journal is not continued. Keep it as evidence and start a new one in another folder."};
}

// A draft is a segment that was about to begin; nothing in it was ever promised.
void removeDrafts(const std::filesystem::path &folder)
{
    std::error_code ignored;
    for (const std::filesystem::directory_entry &entry : std::filesystem::directory_iterator(folder, ignored)) {
        const std::filesystem::path &file = entry.path();
        if (file.extension() == ".tmp" && file.stem().extension() == ".csj")
            std::filesystem::remove(file, ignored);
    }
}

} // namespace

Result<RecoveredJournal> recoverJournal(const std::filesystem::path &folder)
{
    const Result<JournalFolder> files = listJournal(folder);
    if (!files)
        return files.error();
    RecoveredJournal found;
    found.lastSegment = files->segments.back().path;
    Result<SegmentScanner> scanner = SegmentScanner::open(found.lastSegment);
    if (!scanner)
        return scanner.error();
    if (scanner->headerVerdict() != HeaderVerdict::Good || scanner->header().number != files->segments.back().number)
        return damaged(*scanner, found.lastSegment, "the header of the last segment is damaged or of another version");
    found.header = scanner->header();
    Result<ByteBuffer> payload = scanner->readHeaderPayload();
    if (!payload)
        return payload.error();
    found.headerPayload = std::move(*payload);

    // A restart must take seconds; checksums and chain find damage, and signatures are the verifier's business.
    ChainWalker walker(chainSeed(scanner->encodedHeader()), found.header.key, ChainWalker::Heads::Trust);
    for (Timestamp lastTime = scanner->lastTime();; lastTime = scanner->lastTime()) {
        const std::optional<RecordView> record = scanner->next();
        if (!record)
            break;
        if (const std::optional<std::string> problem = walker.take(*record, lastTime))
            return damaged(*scanner, found.lastSegment, *problem);
    }
    if (scanner->failure())
        return *scanner->failure();
    if (scanner->tail().kind == TailVerdict::Kind::Altered)
        return damaged(*scanner, found.lastSegment, scanner->tail().what);

    removeDrafts(folder);
    found.goodBytes = scanner->offset();
    found.tornBytes = scanner->tail().kind == TailVerdict::Kind::Torn ? scanner->fileBytes() - scanner->offset() : 0;
    found.chain = walker.chain();
    found.openBytes = walker.openBytes();
    found.closed = walker.closed();
    found.openBlock = walker.takeHasher();
    found.lastSequence = scanner->lastSequence();
    found.lastTime = scanner->lastTime();
    return found;
}

} // namespace coinswarm::journal
