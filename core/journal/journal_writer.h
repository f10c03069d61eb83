// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "journal/group_committer.h"
#include "journal/posix_disk.h"
#include "journal/reserve.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace coinswarm::journal {

/// How a journal is written. Callbacks run on the journal thread, must not throw, and must not call close().
struct JournalOptions {
    std::filesystem::path folder;
    SyncPolicy sync = SyncPolicy::EachGroup;
    std::uint64_t maxSegmentBytes = std::uint64_t{256} << 20;
    /// Room between engine and disk; at least four times kMaxPayloadBytes is taken. When it is full append() waits.
    std::size_t queueBytes = std::size_t{8} << 20;
    /// Space held for appendToReserve(); 0 for none.
    std::uint64_t reserveBytes = std::uint64_t{1} << 20;
    std::chrono::nanoseconds headInterval = std::chrono::seconds(1);
    /// Records that nobody committed are committed after this long.
    std::chrono::nanoseconds idleFlush = std::chrono::milliseconds(10);
    std::shared_ptr<JournalDisk> disk = std::make_shared<PosixDisk>();
    std::function<void(Sequence)> onDurable = [](Sequence) {}; ///< all records up to here; rising
    std::function<void(const JournalHead &)> onHead = [](const JournalHead &) {};
    /// Records with the flag kCitable, in order, once they are durable. None are kept if it is empty.
    std::function<void(const CitableRecord &)> onCitable;
    std::function<void(const Error &)> onFailure = [](const Error &) {}; ///< once, the last callback
};

/// Appends records to a journal. It owns the thread `journal`, which checks, hashes, writes and syncs them in groups.
///
/// One thread, the producer, calls append(), commit(), beginSegment(), close() and the destructor; any thread calls
/// the rest. Memory is bounded by the queue. When writing fails (disk full, read-only, I/O error) the journal is over:
/// nothing more becomes durable, append() returns no sequence, and only the reserve accepts records.
class JournalWriter
{
public:
    /// Starts a journal in a folder that holds none.
    static Result<std::unique_ptr<JournalWriter>> create(JournalOptions options, JournalKey key, SegmentStart start);
    /// Continues a journal: cuts off a torn tail and goes on behind it, in a new segment if `start` is given. Corrupt if
    /// the journal is damaged elsewhere; Refused if the key is not the journal's, or if it was closed and no start is given.
    static Result<std::unique_ptr<JournalWriter>> openForAppend(JournalOptions options, JournalKey key,
                                                                std::optional<SegmentStart> start = std::nullopt);
    /// Commits what was appended and leaves the journal open, for openForAppend().
    ~JournalWriter();

    /// Queues a record; its place in the journal, or no sequence if the journal has failed. `type` is below
    /// kFirstJournalType, the payload at most kMaxPayloadBytes, `flags` 0 or kCitable. Copies, allocates nothing; waits
    /// while the queue is full.
    Sequence append(std::uint16_t type, Timestamp time, ByteView payload, std::uint16_t flags = 0);
    /// Has everything appended so far made durable soon; does not wait. No effect with AtClose.
    void commit();
    /// Whether the segment is so full (three quarters) that beginSegment() with a snapshot should be called now. Depends
    /// on what was appended only, never on timing.
    bool wantsSegment() const { return m_segmentBytes >= m_options.maxSegmentBytes / 4 * 3; }
    /// Begins a new segment with the state after the last record appended; waits if an earlier call is still being
    /// served. Without `header` the previous segment's is repeated.
    Result<void> beginSegment(Timestamp now, ByteBuffer snapshot, std::optional<ByteBuffer> header = std::nullopt);
    /// Makes everything durable, writes the signed closing record and ends the thread.
    Result<JournalHead> close();

    /// Of the last record appended. Producer only.
    Sequence lastSequence() const { return Sequence(m_sequence); }
    /// Everything up to here survives a power cut.
    Sequence durableSequence() const { return Sequence(m_durable.load(std::memory_order_acquire)); }
    /// Waits until `sequence` is durable, or gives the reason why it never will be. With AtClose only after close().
    Result<void> waitDurable(Sequence sequence);
    bool failed() const { return m_failed.load(std::memory_order_acquire); }
    std::optional<Error> failure() const;
    std::optional<JournalHead> lastHead() const;

    /// Writes to the reserve and syncs, on the calling thread; works when the journal has failed and the disk is full.
    Result<void> appendToReserve(std::uint16_t type, Timestamp time, ByteView payload);
    /// Forgets the reserve's records once they are in a journal that works; see readReserve().
    Result<void> clearReserve();

private:
    JournalWriter(JournalOptions options, JournalKey key, FolderLock lock);
    static Result<std::unique_ptr<JournalWriter>> prepare(JournalOptions options, JournalKey key);
    void start();
    void run();
    Result<void> serve(bool stopping);
    void fail(const Error &error);
    void wake();
    bool waitForRoom(const RecordHeader &header, ByteView payload);
    void stopThread();

    JournalOptions m_options;
    JournalKey m_key;
    FolderLock m_lock;
    RecordRing m_ring;
    SegmentWriter m_segment;
    std::optional<GroupCommitter> m_committer;
    std::unique_ptr<JournalReserve> m_reserve;

    // The producer's own.
    std::uint64_t m_sequence = 0;
    std::uint64_t m_segmentBytes = 0;
    std::uint64_t m_wokenAt = 0;

    std::atomic<std::uint64_t> m_commitWanted{0};
    std::atomic<std::uint64_t> m_rotateAt;
    std::atomic<std::uint64_t> m_durable{0};
    std::atomic<bool> m_sleeping{false};
    std::atomic<bool> m_producerWaits{false};
    std::atomic<bool> m_failed{false};

    mutable std::mutex m_mutex; ///< guards what follows, and the waiting
    std::condition_variable m_work;
    std::condition_variable m_room;
    std::condition_variable m_progress;
    struct Rotation {
        SegmentStart start;
        bool repeatsHeader = false;
    };
    std::optional<Rotation> m_rotation;
    std::optional<Error> m_error;
    std::optional<JournalHead> m_head;
    std::optional<Result<JournalHead>> m_closed;
    enum class Stop : unsigned char { No, Leave, Close };
    Stop m_stop = Stop::No;
    std::thread m_thread;
};

} // namespace coinswarm::journal
