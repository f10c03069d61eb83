// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "journal/group_committer.h"

#include <utility>

namespace coinswarm::journal {

namespace {

// Enough to make a system call cheap, little enough that the producer gets room back early.
constexpr std::size_t kWriteBytes = 1 << 20;

} // namespace

GroupCommitter::GroupCommitter(RecordRing &ring, SegmentWriter &segment, SyncPolicy policy,
                               std::chrono::nanoseconds headInterval, Hooks hooks)
    : m_ring(ring),
      m_segment(segment),
      m_policy(policy),
      m_headInterval(headInterval),
      m_hooks(std::move(hooks)),
      m_acknowledged(segment.lastSequence()),
      m_signed(segment.lastSequence()),
      m_lastHead(std::chrono::steady_clock::now())
{
    if (m_hooks.onCitable)
        m_segment.keepCitable();
}

Result<void> GroupCommitter::write(SegmentWriter::Seal seal)
{
    Result<void> written = m_segment.write(seal);
    if (written) {
        m_ring.release(m_consumed);
        m_hooks.onReleased();
    }
    return written;
}

void GroupCommitter::acknowledge()
{
    if (m_acknowledged == m_segment.lastSequence())
        return;
    m_acknowledged = m_segment.lastSequence();
    m_hooks.onDurable(m_acknowledged);
    for (const CitableRecord &record : m_segment.takeCitable())
        m_hooks.onCitable(record);
}

Result<void> GroupCommitter::commitUpTo(std::uint64_t position)
{
    if (m_consumed == position)
        return {};
    while (m_consumed != position) {
        std::uint64_t next = m_consumed;
        const std::span<std::byte> frame = m_ring.take(next);
        if (!m_segment.fits(frame.size())) {
            // The producer did not offer a snapshot in time. The limit holds all the same.
            if (Result<void> rotated = rotate({m_segment.lastTime(), m_segment.headerPayload(), {}}); !rotated)
                return rotated;
        }
        m_segment.add(frame);
        m_consumed = next;
        if (m_segment.pendingBytes() >= kWriteBytes) {
            if (Result<void> written = write(SegmentWriter::Seal::No); !written)
                return written;
        }
    }
    if (m_policy == SyncPolicy::AtClose)
        return write(SegmentWriter::Seal::No);
    if (Result<void> written = write(SegmentWriter::Seal::Group); !written)
        return written;
    if (Result<void> synced = m_segment.sync(); !synced)
        return synced;
    acknowledge();
    return {};
}

Result<void> GroupCommitter::rotate(const SegmentStart &start)
{
    if (Result<void> finished = m_segment.finish(); !finished)
        return finished;
    m_ring.release(m_consumed);
    m_hooks.onReleased();
    acknowledge();
    return m_segment.begin(start);
}

Timestamp GroupCommitter::headTime() const
{
    if (m_policy == SyncPolicy::AtClose)
        return m_segment.lastTime();
    return Timestamp{
        std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
            .count()};
}

Result<void> GroupCommitter::signIfDue()
{
    const auto now = std::chrono::steady_clock::now();
    if (m_policy == SyncPolicy::AtClose || m_signed == m_acknowledged || now - m_lastHead < m_headInterval)
        return {};
    const Result<JournalHead> head = m_segment.writeHead(kHeadType, headTime());
    if (!head)
        return head.error();
    if (Result<void> synced = m_segment.sync(); !synced)
        return synced;
    m_signed = m_acknowledged;
    m_lastHead = now;
    m_hooks.onHead(*head);
    return {};
}

Result<void> GroupCommitter::leave()
{
    if (Result<void> committed = commitUpTo(m_ring.produced()); !committed)
        return committed;
    if (Result<void> finished = m_segment.finish(); !finished)
        return finished;
    acknowledge();
    return {};
}

Result<JournalHead> GroupCommitter::close()
{
    // Two steps: the closing record is on the disk only if everything before it is. That is how the verifier can call a
    // gap before it damage rather than a crash.
    if (Result<void> left = leave(); !left)
        return left.error();
    Result<JournalHead> head = m_segment.writeHead(kClosedType, headTime());
    if (!head)
        return head;
    if (Result<void> finished = m_segment.finish(); !finished)
        return finished.error();
    m_hooks.onHead(*head);
    return head;
}

} // namespace coinswarm::journal
