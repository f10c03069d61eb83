// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "journal/segment_header.h"

#include "journal/journal_key.h"
#include "journal/signature_check.h"

#include <algorithm>
#include <string_view>

namespace coinswarm::journal {

namespace {

constexpr std::string_view kSegmentMagic = "CSJOURN\n";
constexpr std::size_t kPreviousAt = 48;
constexpr std::size_t kPayloadDigestAt = 80;
constexpr std::size_t kSnapshotDigestAt = 112;
constexpr std::size_t kKeyAt = 144;
constexpr std::size_t kSignatureAt = 192;

template <std::size_t N>
void put(ByteBuffer &to, std::size_t at, const std::array<std::byte, N> &value)
{
    std::copy(value.begin(), value.end(), to.begin() + static_cast<std::ptrdiff_t>(at));
}

template <std::size_t N>
void get(ByteView from, std::size_t at, std::array<std::byte, N> &value)
{
    std::copy_n(from.begin() + static_cast<std::ptrdiff_t>(at), N, value.begin());
}

} // namespace

Result<ByteBuffer> encodeSegmentHeader(SegmentHeader header, const JournalKey &key)
{
    ByteBuffer bytes(kSegmentHeaderBytes);
    std::memcpy(bytes.data(), kSegmentMagic.data(), kSegmentMagic.size());
    storeLittle(bytes.data() + 8, kJournalVersion);
    storeLittle(bytes.data() + 12, header.number);
    storeLittle(bytes.data() + 16, header.firstSequence.value);
    storeLittle(bytes.data() + 24, header.createdAt.ns);
    storeLittle(bytes.data() + 32, header.payloadBytes);
    storeLittle(bytes.data() + 40, header.snapshotBytes);
    put(bytes, kPreviousAt, header.previous);
    put(bytes, kPayloadDigestAt, header.payloadDigest);
    put(bytes, kSnapshotDigestAt, header.snapshotDigest);
    put(bytes, kKeyAt, key.publicKey());
    const Result<Signature> signature = key.sign(ByteView(bytes).first(kSignatureAt));
    if (!signature)
        return signature.error();
    put(bytes, kSignatureAt, *signature);
    return bytes;
}

HeaderVerdict decodeSegmentHeader(ByteView bytes, SegmentHeader &header)
{
    const std::size_t magicBytes = std::min(bytes.size(), kSegmentMagic.size());
    const bool magic = magicBytes > 0 && std::memcmp(bytes.data(), kSegmentMagic.data(), magicBytes) == 0;
    if (bytes.size() < kSegmentHeaderBytes)
        return magic ? HeaderVerdict::Incomplete : HeaderVerdict::NotAJournal;

    header.number = loadLittle<std::uint32_t>(bytes.data() + 12);
    header.firstSequence = Sequence(loadLittle<std::uint64_t>(bytes.data() + 16));
    header.createdAt = Timestamp{loadLittle<std::int64_t>(bytes.data() + 24)};
    header.payloadBytes = loadLittle<std::uint64_t>(bytes.data() + 32);
    header.snapshotBytes = loadLittle<std::uint64_t>(bytes.data() + 40);
    get(bytes, kPreviousAt, header.previous);
    get(bytes, kPayloadDigestAt, header.payloadDigest);
    get(bytes, kSnapshotDigestAt, header.snapshotDigest);
    get(bytes, kKeyAt, header.key);
    get(bytes, kSignatureAt, header.signature);

    // With the magic put back, a damaged magic is told apart from a file that never was a journal.
    ByteBuffer restored(bytes.begin(), bytes.begin() + kSignatureAt);
    std::memcpy(restored.data(), kSegmentMagic.data(), kSegmentMagic.size());
    const bool holds = signatureHolds(header.key, restored, header.signature);
    if (!magic)
        return holds ? HeaderVerdict::Altered : HeaderVerdict::NotAJournal;
    if (!holds)
        return HeaderVerdict::Altered;
    return loadLittle<std::uint32_t>(bytes.data() + 8) == kJournalVersion ? HeaderVerdict::Good
                                                                          : HeaderVerdict::UnknownVersion;
}

Digest chainSeed(ByteView encodedHeader)
{
    return sha256(encodedHeader.first(kKeyAt));
}

} // namespace coinswarm::journal
