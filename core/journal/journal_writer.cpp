// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "journal/journal_writer.h"

#include "journal/journal_folder.h"
#include "journal/recovery.h"

#include <exception>
#include <limits>
#include <utility>

#include <pthread.h>

namespace coinswarm::journal {

namespace {

constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();
// Waking a thread costs the producer a system call; without a deadline it is done once for this many bytes.
constexpr std::uint64_t kWakeBytes = 256 << 10;

Error overAlready()
{
    return {ErrorKind::Unavailable, "The journal is closed."};
}

} // namespace

JournalWriter::JournalWriter(JournalOptions options, JournalKey key, FolderLock lock)
    : m_options(std::move(options)),
      m_key(std::move(key)),
      m_lock(std::move(lock)),
      m_ring(m_options.queueBytes),
      m_segment(*m_options.disk, m_key, m_options.folder, m_options.maxSegmentBytes),
      m_rotateAt(kNever)
{}

JournalWriter::~JournalWriter()
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_stop == Stop::No)
            m_stop = Stop::Leave;
    }
    stopThread();
}

Result<std::unique_ptr<JournalWriter>> JournalWriter::prepare(JournalOptions options, JournalKey key)
{
    Result<FolderLock> lock = FolderLock::acquire(options.folder);
    if (!lock)
        return lock.error();
    std::unique_ptr<JournalWriter> writer(new JournalWriter(std::move(options), std::move(key), std::move(*lock)));
    if (writer->m_options.reserveBytes > 0) {
        Result<std::unique_ptr<JournalReserve>> reserve =
            JournalReserve::open(writer->m_options.folder, writer->m_options.reserveBytes);
        if (!reserve)
            return reserve.error();
        writer->m_reserve = std::move(*reserve);
    }
    return writer;
}

Result<std::unique_ptr<JournalWriter>> JournalWriter::create(JournalOptions options, JournalKey key, SegmentStart start)
{
    Result<std::unique_ptr<JournalWriter>> writer = prepare(std::move(options), std::move(key));
    if (!writer)
        return writer;
    const std::filesystem::path &folder = (*writer)->m_options.folder;
    if (listJournal(folder).ok())
        return Error{ErrorKind::Refused,
                     "There is a journal in " + folder.string() + " already; continue it, or choose an empty folder."};
    if (Result<void> begun = (*writer)->m_segment.begin(start); !begun)
        return begun.error();
    (*writer)->start();
    return writer;
}

Result<std::unique_ptr<JournalWriter>> JournalWriter::openForAppend(JournalOptions options, JournalKey key,
                                                                    std::optional<SegmentStart> start)
{
    Result<std::unique_ptr<JournalWriter>> prepared = prepare(std::move(options), std::move(key));
    if (!prepared)
        return prepared;
    JournalWriter &writer = **prepared;
    Result<RecoveredJournal> found = recoverJournal(writer.m_options.folder);
    if (!found)
        return found.error();
    if (found->header.key != writer.m_key.publicKey())
        return Error{ErrorKind::Refused,
                     "The journal in " + writer.m_options.folder.string()
                         + " was signed with another key; restore that key, or start a new journal in another folder."};
    if (found->closed && !start)
        return Error{ErrorKind::Refused,
                     "The journal in " + writer.m_options.folder.string()
                         + " was closed; it can go on in a new segment only."};
    // What a crash left unsealed is sealed and synced before anything follows it.
    Result<void> ready = writer.m_segment.resume(std::move(*found));
    if (ready)
        ready = start ? writer.m_segment.finish() : writer.m_segment.write(SegmentWriter::Seal::Group);
    if (ready)
        ready = start ? writer.m_segment.begin(*start) : writer.m_segment.sync();
    if (!ready)
        return ready.error();
    writer.start();
    return prepared;
}

void JournalWriter::start()
{
    m_sequence = m_segment.lastSequence().value;
    m_segmentBytes = m_segment.recordBytes();
    m_durable.store(m_sequence, std::memory_order_release);
    GroupCommitter::Hooks hooks;
    hooks.onReleased = [this] {
        if (m_producerWaits.load(std::memory_order_seq_cst)) {
            const std::lock_guard lock(m_mutex);
            m_room.notify_one();
        }
    };
    hooks.onDurable = [this](Sequence sequence) {
        {
            const std::lock_guard lock(m_mutex);
            m_durable.store(sequence.value, std::memory_order_release);
        }
        m_progress.notify_all();
        m_options.onDurable(sequence);
    };
    hooks.onHead = [this](const JournalHead &head) {
        {
            const std::lock_guard lock(m_mutex);
            m_head = head;
        }
        m_options.onHead(head);
    };
    hooks.onCitable = m_options.onCitable;
    m_committer.emplace(m_ring, m_segment, m_options.sync, m_options.headInterval, std::move(hooks));
    m_thread = std::thread([this] { run(); });
    pthread_setname_np(m_thread.native_handle(), "journal");
}

Sequence JournalWriter::append(std::uint16_t type, Timestamp time, ByteView payload, std::uint16_t flags)
{
    if (m_failed.load(std::memory_order_acquire) || !m_thread.joinable())
        return {};
    if (type >= kFirstJournalType || payload.size() > kMaxPayloadBytes) {
        // A record left out would be a gap that no replay can explain, so the journal stops here.
        fail(invalid("A record of type " + std::to_string(type) + " with " + std::to_string(payload.size())
                     + " bytes cannot be journaled: at most " + std::to_string(kMaxPayloadBytes)
                     + " bytes, and types from 65280 are the journal's own."));
        return {};
    }
    RecordHeader header;
    header.length = static_cast<std::uint32_t>(payload.size());
    header.sequence = m_sequence + 1;
    header.timeNs = time.ns;
    header.type = type;
    header.flags = flags;
    if (!m_ring.tryPush(header, payload) && !waitForRoom(header, payload))
        return {};
    ++m_sequence;
    m_segmentBytes += kRecordHeaderBytes + payload.size();
    if (m_ring.produced() - m_wokenAt >= kWakeBytes)
        wake();
    return Sequence(m_sequence);
}

bool JournalWriter::waitForRoom(const RecordHeader &header, ByteView payload)
{
    wake();
    std::unique_lock lock(m_mutex);
    m_producerWaits.store(true, std::memory_order_seq_cst);
    bool pushed = false;
    m_room.wait(lock, [&] {
        pushed = m_ring.tryPush(header, payload);
        return pushed || m_failed.load(std::memory_order_acquire);
    });
    m_producerWaits.store(false, std::memory_order_seq_cst);
    return pushed;
}

void JournalWriter::wake()
{
    m_wokenAt = m_ring.produced();
    m_commitWanted.store(m_wokenAt, std::memory_order_seq_cst);
    if (m_sleeping.load(std::memory_order_seq_cst)) {
        const std::lock_guard lock(m_mutex);
        m_work.notify_one();
    }
}

void JournalWriter::commit()
{
    if (m_options.sync == SyncPolicy::EachGroup)
        wake();
}

Result<void> JournalWriter::beginSegment(Timestamp now, ByteBuffer snapshot, std::optional<ByteBuffer> header)
{
    std::unique_lock lock(m_mutex);
    m_progress.wait(lock, [this] { return !m_rotation || m_error; });
    if (m_error)
        return *m_error;
    if (!m_thread.joinable())
        return overAlready();
    const bool repeatsHeader = !header.has_value();
    m_rotation = Rotation{{now, std::move(header).value_or(ByteBuffer{}), std::move(snapshot)}, repeatsHeader};
    m_rotateAt.store(m_ring.produced(), std::memory_order_seq_cst);
    m_segmentBytes = 0;
    m_work.notify_one();
    return {};
}

Result<JournalHead> JournalWriter::close()
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_error)
            return *m_error;
        if (m_stop != Stop::No)
            return overAlready();
        m_stop = Stop::Close;
    }
    stopThread();
    const std::lock_guard lock(m_mutex);
    return m_closed ? *m_closed : Result<JournalHead>(m_error.value_or(overAlready()));
}

void JournalWriter::stopThread()
{
    m_work.notify_one();
    if (m_thread.joinable())
        m_thread.join();
}

Result<void> JournalWriter::waitDurable(Sequence sequence)
{
    std::unique_lock lock(m_mutex);
    m_progress.wait(lock, [&] { return durableSequence() >= sequence || m_error || m_closed; });
    if (durableSequence() >= sequence)
        return {};
    return m_error.value_or(overAlready());
}

std::optional<Error> JournalWriter::failure() const
{
    const std::lock_guard lock(m_mutex);
    return m_error;
}

std::optional<JournalHead> JournalWriter::lastHead() const
{
    const std::lock_guard lock(m_mutex);
    return m_head;
}

Result<void> JournalWriter::appendToReserve(std::uint16_t type, Timestamp time, ByteView payload)
{
    if (!m_reserve)
        return Error{ErrorKind::Unavailable, "This journal was opened without a reserve."};
    return m_reserve->append(type, time, payload);
}

Result<void> JournalWriter::clearReserve()
{
    return m_reserve ? m_reserve->clear() : Result<void>();
}

void JournalWriter::fail(const Error &error)
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_error)
            return;
        m_error = error;
        m_failed.store(true, std::memory_order_seq_cst);
    }
    m_room.notify_all();
    m_progress.notify_all();
    m_work.notify_all();
    m_options.onFailure(error);
}

void JournalWriter::run()
{
    try {
        for (;;) {
            Stop stop;
            {
                std::unique_lock lock(m_mutex);
                m_sleeping.store(true, std::memory_order_seq_cst);
                const auto ready = [this] {
                    return m_stop != Stop::No || m_rotation || m_failed.load(std::memory_order_acquire)
                        || m_commitWanted.load(std::memory_order_seq_cst) > m_committer->consumed();
                };
                if (m_options.sync == SyncPolicy::EachGroup)
                    m_work.wait_for(lock, m_options.idleFlush, ready);
                else
                    m_work.wait(lock, ready);
                m_sleeping.store(false, std::memory_order_seq_cst);
                stop = m_stop;
            }
            if (m_failed.load(std::memory_order_acquire))
                return;
            Result<void> served = serve(stop != Stop::No);
            if (served && stop == Stop::Leave)
                served = m_committer->leave();
            if (served && stop == Stop::Close) {
                Result<JournalHead> head = m_committer->close();
                const std::lock_guard lock(m_mutex);
                m_closed = head;
                served = head ? Result<void>() : Result<void>(head.error());
            }
            if (!served)
                return fail(served.error());
            if (stop != Stop::No)
                return m_progress.notify_all();
        }
    } catch (const std::exception &exception) {
        fail({ErrorKind::Environment, std::string("The journal thread stopped: ") + exception.what() + "."});
    }
}

Result<void> JournalWriter::serve(bool stopping)
{
    const std::uint64_t produced = m_ring.produced();
    const std::uint64_t rotateAt = m_rotateAt.load(std::memory_order_seq_cst);
    if (rotateAt <= produced) {
        if (Result<void> committed = m_committer->commitUpTo(rotateAt); !committed)
            return committed;
        Rotation rotation;
        {
            const std::lock_guard lock(m_mutex);
            rotation = std::move(*m_rotation);
        }
        if (rotation.repeatsHeader)
            rotation.start.header = m_segment.headerPayload();
        if (Result<void> rotated = m_committer->rotate(rotation.start); !rotated)
            return rotated;
        {
            const std::lock_guard lock(m_mutex);
            m_rotation.reset();
            m_rotateAt.store(kNever, std::memory_order_seq_cst);
        }
        m_progress.notify_all();
    }
    if (!stopping) {
        // A rotation asked for meanwhile lies at or behind `produced`, so no record passes its boundary here.
        if (Result<void> committed = m_committer->commitUpTo(produced); !committed)
            return committed;
    }
    return m_committer->signIfDue();
}

} // namespace coinswarm::journal
