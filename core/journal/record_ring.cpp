// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "journal/record_ring.h"

#include <algorithm>
#include <bit>

namespace coinswarm::journal {

namespace {

// In the place of a record's length: the rest of the ring is unused, go on at its start.
constexpr std::uint32_t kSkip = 0xFFFFFFFF;

} // namespace

RecordRing::RecordRing(std::size_t capacity)
    : m_bytes(std::bit_ceil(std::max(capacity, 4 * (kMaxPayloadBytes + kRecordHeaderBytes)))),
      m_mask(m_bytes.size() - 1)
{}

bool RecordRing::tryPush(const RecordHeader &header, ByteView payload)
{
    const std::size_t bytes = kRecordHeaderBytes + payload.size();
    const std::uint64_t head = m_head.load(std::memory_order_relaxed);
    const std::size_t offset = head & m_mask;
    const std::size_t toEnd = m_bytes.size() - offset;
    const std::uint64_t start = bytes <= toEnd ? head : head + toEnd;
    if (start + bytes - m_knownTail > m_bytes.size()) {
        m_knownTail = m_tail.load(std::memory_order_seq_cst);
        if (start + bytes - m_knownTail > m_bytes.size())
            return false;
    }
    if (start != head && toEnd >= sizeof kSkip)
        storeLittle(m_bytes.data() + offset, kSkip);
    std::byte *to = m_bytes.data() + (start & m_mask);
    encodeRecordHeader(to, header);
    if (!payload.empty())
        std::memcpy(to + kRecordHeaderBytes, payload.data(), payload.size());
    m_head.store(start + bytes, std::memory_order_release);
    return true;
}

std::span<std::byte> RecordRing::take(std::uint64_t &position)
{
    std::size_t offset = position & m_mask;
    const std::size_t toEnd = m_bytes.size() - offset;
    if (toEnd < sizeof kSkip || loadLittle<std::uint32_t>(m_bytes.data() + offset) == kSkip) {
        position += toEnd;
        offset = 0;
    }
    const std::size_t bytes = kRecordHeaderBytes + loadLittle<std::uint32_t>(m_bytes.data() + offset);
    position += bytes;
    return {m_bytes.data() + offset, bytes};
}

} // namespace coinswarm::journal
