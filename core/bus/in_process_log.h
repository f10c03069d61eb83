// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "bus/log_file.h"

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

namespace coinswarm::bus {

/// The log of one subject inside one process, shared by all who opened it. In a file, whatever was appended while the
/// last sync ran is written and synced together by a thread of its own; in memory, append() does everything.
class InProcessLog
{
public:
    static constexpr std::size_t kMaximumPayload = std::size_t{1} << 20; ///< bytes; as a NATS server by default

    /// In memory if `file` is empty.
    static Result<std::shared_ptr<InProcessLog>> open(const std::filesystem::path &file, Subject subject,
                                                      const LogOptions &options);
    ~InProcessLog();

    void append(BusMessage message, std::optional<std::uint64_t> expectedLast, DurableLog::Done done);
    LogExtent extent() const;
    /// Waits until entry `from` exists, `*interrupted` is set or the time is over; then what there is from there on.
    Result<LogBatch> read(std::uint64_t from, std::size_t maximum, std::chrono::milliseconds wait, bool *interrupted);
    void interrupt(bool *flag);
    /// Waits until the outcome of everything appended so far is known.
    void settle(std::chrono::milliseconds timeout);
    std::uint64_t bytesCutOff() const { return m_file == nullptr ? 0 : m_file->bytesCutOff(); }

private:
    struct Pending {
        BusMessage message; ///< empty: a repetition of an entry that is pending too
        std::uint64_t sequence = 0;
        DurableLog::Done done;
        bool isNew = false;
    };
    explicit InProcessLog(const LogOptions &options) : m_options(options) {}
    /// The outcome if it is known at once; otherwise the entry has its sequence.
    std::optional<AppendOutcome> admit(Pending &entry, std::optional<std::uint64_t> expectedLast);
    void remember(MessageId id, std::uint64_t sequence);
    void writeUntilStopped();

    const LogOptions m_options;
    mutable std::mutex m_mutex;
    std::condition_variable m_change; ///< of anything below
    std::unique_ptr<LogFile> m_file;
    std::vector<BusMessage> m_memory; ///< the entries, where there is no file
    std::vector<std::uint64_t> m_offsets; ///< as the file's, of what is durable
    std::uint64_t m_incarnation = 0;
    std::uint64_t m_assigned = 0; ///< the last sequence given away
    std::uint64_t m_durable = 0; ///< the last one that is in the log
    std::uint64_t m_bytes = 0; ///< including what is pending
    std::size_t m_open = 0; ///< outcomes that are open
    std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint64_t> m_ids;
    std::deque<MessageId> m_idOrder;
    std::vector<Pending> m_pending;
    std::optional<Error> m_broken;
    bool m_stopping = false;
    std::thread m_writer;
};

/// What openLog() gives out.
class InProcessLogHandle final : public DurableLog
{
public:
    explicit InProcessLogHandle(std::shared_ptr<InProcessLog> log) : m_log(std::move(log)) {}
    ~InProcessLogHandle() override;
    void append(BusMessage message, std::optional<std::uint64_t> expectedLast, Done done) override;
    Result<LogExtent> extent() override;
    Result<std::unique_ptr<LogReader>> reader(std::uint64_t from) override;

private:
    const std::shared_ptr<InProcessLog> m_log;
};

} // namespace coinswarm::bus
