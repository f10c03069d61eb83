// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "journal/record.h"

#include <atomic>
#include <cstdint>
#include <span>

namespace coinswarm::journal {

/// A bounded queue of whole records between exactly one producer thread and one consumer thread, without locks and
/// without allocation. Positions count bytes since the start and never wrap. When it is full tryPush() says so; waiting
/// is the caller's business.
class RecordRing
{
public:
    /// `capacity` is rounded up to a power of two that holds four of the largest records.
    explicit RecordRing(std::size_t capacity);

    /// Producer: copies a record in, without its checksum. False if there is no room now.
    bool tryPush(const RecordHeader &header, ByteView payload);
    /// Any thread: the position behind the last record pushed.
    std::uint64_t produced() const { return m_head.load(std::memory_order_seq_cst); }

    /// Consumer: the record at `position`, which must lie before produced(). Moves `position` behind it. The bytes stay
    /// where they are, and may be changed, until release(). Neighbouring records are neighbours in memory but at the end
    /// of the ring.
    std::span<std::byte> take(std::uint64_t &position);
    /// Consumer: everything before `position` may be overwritten.
    void release(std::uint64_t position) { m_tail.store(position, std::memory_order_seq_cst); }

    std::size_t capacity() const { return m_bytes.size(); }

private:
    ByteBuffer m_bytes;
    std::uint64_t m_mask;
    alignas(64) std::atomic<std::uint64_t> m_head{0};
    std::uint64_t m_knownTail = 0; ///< the producer's copy, so that it rarely touches the consumer's line
    alignas(64) std::atomic<std::uint64_t> m_tail{0};
};

} // namespace coinswarm::journal
