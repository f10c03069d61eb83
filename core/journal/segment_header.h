// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/ids.h>
#include <coinswarm/result.h>
#include <coinswarm/timestamp.h>

#include "journal/digest.h"

#include <cstdint>

namespace coinswarm::journal {

class JournalKey;

inline constexpr std::size_t kSegmentHeaderBytes = 256;
inline constexpr std::uint32_t kJournalVersion = 1;

/// The fixed part at the start of each segment file. The caller's header payload and the snapshot follow it, then the
/// records.
struct SegmentHeader {
    std::uint32_t number = 1; ///< from 1; the file is named after it
    Sequence firstSequence{1}; ///< of the first engine record in this segment
    Timestamp createdAt;
    std::uint64_t payloadBytes = 0;
    std::uint64_t snapshotBytes = 0;
    Digest previous{}; ///< the previous segment's final chain hash; zero in the first
    Digest payloadDigest{};
    Digest snapshotDigest{};
    PublicKey key{};
    Signature signature{};

    /// Where the records start in the file.
    std::uint64_t recordsOffset() const { return kSegmentHeaderBytes + payloadBytes + snapshotBytes; }
};

/// The fixed part as bytes, its key and signature filled in from `key`.
Result<ByteBuffer> encodeSegmentHeader(SegmentHeader header, const JournalKey &key);

/// What the first bytes of a file turned out to be.
enum class HeaderVerdict : unsigned char {
    Good,
    NotAJournal, ///< no magic
    UnknownVersion, ///< signed and whole, but of a later format
    Incomplete, ///< the file ends inside it
    Altered, ///< the signature does not hold
};

/// Reads the fixed part from the first bytes of a file (fewer than kSegmentHeaderBytes if the file is shorter).
HeaderVerdict decodeSegmentHeader(ByteView bytes, SegmentHeader &header);

/// Where the chain of a segment starts: SHA-256 over the fixed part before the key. The key is left out so that the same
/// content has the same chain, whoever signs it.
Digest chainSeed(ByteView encodedHeader);

} // namespace coinswarm::journal
