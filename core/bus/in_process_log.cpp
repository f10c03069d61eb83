// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "bus/in_process_log.h"

#include "plugins/thread_name.h"

#include <QtCore/QRandomGenerator>

#include <algorithm>

namespace coinswarm::bus {

namespace {

class InProcessLogReader final : public LogReader
{
public:
    InProcessLogReader(std::shared_ptr<InProcessLog> log, std::uint64_t from) : m_log(std::move(log)), m_next(from) {}

    Result<LogBatch> read(std::size_t maximum, std::chrono::milliseconds wait) override
    {
        auto batch = m_log->read(m_next, maximum, wait, &m_interrupted);
        if (batch.ok() && batch->lostTail) {
            m_next = batch->lostTail->last + 1;
        } else if (batch.ok() && !batch->entries.empty()) {
            m_next = batch->entries.back().sequence + 1;
        }
        return batch;
    }
    void interrupt() override { m_log->interrupt(&m_interrupted); }

private:
    const std::shared_ptr<InProcessLog> m_log;
    std::uint64_t m_next;
    bool m_interrupted = false; ///< guarded by the log
};

} // namespace

Result<std::shared_ptr<InProcessLog>> InProcessLog::open(const std::filesystem::path &file, Subject subject,
                                                         const LogOptions &options)
{
    std::shared_ptr<InProcessLog> log(new InProcessLog(options));
    if (file.empty()) {
        log->m_incarnation = QRandomGenerator::system()->generate64();
        return log;
    }
    auto opened = LogFile::open(file, subject);
    if (!opened.ok()) {
        return opened.error();
    }
    log->m_file = std::move(opened).value();
    log->m_incarnation = log->m_file->incarnation();
    log->m_offsets = log->m_file->offsets();
    log->m_bytes = log->m_file->bytes();
    log->m_assigned = log->m_durable = log->m_offsets.size() - 1;
    for (const auto &[id, sequence] : log->m_file->takeIds()) {
        log->remember(id, sequence);
    }
    log->m_writer = std::thread(&InProcessLog::writeUntilStopped, log.get());
    return log;
}

InProcessLog::~InProcessLog()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
    }
    m_change.notify_all();
    if (m_writer.joinable()) {
        m_writer.join();
    }
}

void InProcessLog::append(BusMessage message, std::optional<std::uint64_t> expectedLast, DurableLog::Done done)
{
    std::unique_lock lock(m_mutex);
    Pending entry{std::move(message), 0, std::move(done)};
    std::optional<AppendOutcome> known = admit(entry, expectedLast);
    if (!known && m_file == nullptr) {
        m_durable = entry.sequence;
        m_memory.push_back(std::move(entry.message));
        known = AppendOutcome{AppendStatus::Appended, m_durable, {}};
    } else if (!known) {
        ++m_open;
        m_pending.push_back(std::move(entry));
    }
    lock.unlock();
    m_change.notify_all();
    if (known) {
        entry.done(*known);
    }
}

std::optional<AppendOutcome> InProcessLog::admit(Pending &entry, std::optional<std::uint64_t> expectedLast)
{
    const MessageId id = entry.message.header().id;
    if (m_broken) {
        return AppendOutcome{AppendStatus::Failed, 0, m_broken->message};
    }
    if (entry.message.payload().size() > kMaximumPayload) {
        return AppendOutcome{AppendStatus::TooLarge, 0,
                             "The entry has " + std::to_string(entry.message.payload().size())
                                 + " bytes; the log takes at most " + std::to_string(kMaximumPayload) + "."};
    }
    if (m_open >= m_options.maximumPending) {
        return AppendOutcome{AppendStatus::Busy, 0,
                             "The disk is behind by " + std::to_string(m_open) + " entries; wait for one of them."};
    }
    const auto before = id ? m_ids.find({id.origin, id.number}) : m_ids.end();
    if (before != m_ids.end()) {
        entry.sequence = before->second;
        entry.message = {};
        return before->second <= m_durable ? std::optional(AppendOutcome{AppendStatus::Duplicate, before->second, {}})
                                           : std::nullopt;
    }
    if (expectedLast && *expectedLast != m_assigned) {
        return AppendOutcome{AppendStatus::WrongLastSequence, 0,
                             "The last entry was expected to be " + std::to_string(*expectedLast) + " but is "
                                 + std::to_string(m_assigned) + "."};
    }
    const std::uint64_t size = LogFile::entryBytes(entry.message);
    if (m_bytes + size > m_options.maximumBytes) {
        return AppendOutcome{AppendStatus::Full, 0,
                             "The log has reached its limit of " + std::to_string(m_options.maximumBytes) + " bytes."};
    }
    m_bytes += size;
    entry.sequence = ++m_assigned;
    remember(id, entry.sequence);
    return std::nullopt;
}

void InProcessLog::remember(MessageId id, std::uint64_t sequence)
{
    if (!id) {
        return;
    }
    m_ids[{id.origin, id.number}] = sequence;
    m_idOrder.push_back(id);
    if (m_idOrder.size() > LogFile::kRememberedIds) {
        m_ids.erase({m_idOrder.front().origin, m_idOrder.front().number});
        m_idOrder.pop_front();
    }
}

void InProcessLog::writeUntilStopped()
{
    plugins::nameThisThread("bus-log");
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_change.wait(lock, [this] { return m_stopping || !m_pending.empty(); });
        if (m_pending.empty()) {
            return;
        }
        std::vector<Pending> group;
        group.swap(m_pending);
        std::vector<BusMessage> messages;
        for (Pending &entry : group) {
            if (entry.message) {
                messages.push_back(std::move(entry.message));
                entry.isNew = true;
            }
        }
        const std::optional<Error> broken = m_broken;
        lock.unlock();
        const Result<void> written = broken ? Result<void>(*broken) : m_file->append(messages);
        lock.lock();
        if (written.ok()) {
            const auto &offsets = m_file->offsets();
            m_offsets.insert(m_offsets.end(), offsets.begin() + static_cast<std::ptrdiff_t>(m_offsets.size()),
                             offsets.end());
            m_durable = m_offsets.size() - 1;
        } else {
            m_broken = written.error();
        }
        lock.unlock();
        m_change.notify_all();
        for (const Pending &entry : group) {
            entry.done(written.ok() ? AppendOutcome{entry.isNew ? AppendStatus::Appended : AppendStatus::Duplicate,
                                                    entry.sequence,
                                                    {}} // What the disk has of a write that failed is not known.
                                    : AppendOutcome{AppendStatus::Unknown, 0, written.error().message});
        }
        lock.lock();
        m_open -= group.size();
        m_change.notify_all();
    }
}

LogExtent InProcessLog::extent() const
{
    const std::lock_guard lock(m_mutex);
    return {m_incarnation, 1, m_durable};
}

Result<LogBatch> InProcessLog::read(std::uint64_t from, std::size_t maximum, std::chrono::milliseconds wait,
                                    bool *interrupted)
{
    std::unique_lock lock(m_mutex);
    if (from > m_durable + 1) {
        return LogBatch{{}, LogExtent{m_incarnation, 1, m_durable}};
    }
    m_change.wait_for(lock, wait, [&] { return *interrupted || m_durable >= from; });
    *interrupted = false;
    if (m_durable < from || maximum == 0) {
        return LogBatch{};
    }
    std::uint64_t count = std::min<std::uint64_t>(maximum, m_durable - from + 1);
    if (m_file == nullptr) {
        LogBatch batch;
        for (std::uint64_t i = 0; i < count; ++i) {
            batch.entries.push_back({from + i, m_memory[from - 1 + i]});
        }
        return batch;
    }
    const std::uint64_t begin = m_offsets[from - 1];
    while (count > 1 && m_offsets[from - 1 + count] - begin > LogFile::kReadAtOnce) {
        count = (count + 1) / 2;
    }
    const std::uint64_t end = m_offsets[from - 1 + count];
    lock.unlock();
    auto entries = m_file->read(begin, end - begin);
    if (!entries.ok()) {
        return entries.error();
    }
    return LogBatch{std::move(entries).value(), std::nullopt};
}

void InProcessLog::interrupt(bool *flag)
{
    {
        const std::lock_guard lock(m_mutex);
        *flag = true;
    }
    m_change.notify_all();
}

void InProcessLog::settle(std::chrono::milliseconds timeout)
{
    std::unique_lock lock(m_mutex);
    m_change.wait_for(lock, timeout, [this] { return m_open == 0; });
}

InProcessLogHandle::~InProcessLogHandle()
{
    m_log->settle(std::chrono::seconds(5));
}

void InProcessLogHandle::append(BusMessage message, std::optional<std::uint64_t> expectedLast, Done done)
{
    m_log->append(std::move(message), expectedLast, std::move(done));
}

Result<LogExtent> InProcessLogHandle::extent()
{
    return m_log->extent();
}

Result<std::unique_ptr<LogReader>> InProcessLogHandle::reader(std::uint64_t from)
{
    return std::unique_ptr<LogReader>(std::make_unique<InProcessLogReader>(m_log, std::max<std::uint64_t>(from, 1)));
}

} // namespace coinswarm::bus
