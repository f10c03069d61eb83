// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/bus_message.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace coinswarm {

struct LogOptions {
    std::uint64_t maximumBytes = std::uint64_t{1} << 30; ///< what is appended to a full log is refused
    int replicas = 1; ///< 1, or 3 on a cluster of three; 0: 3 if the bus names three servers or more, else 1
    /// How long an id is remembered, so that appending it again is harmless. In-process: for the last 65,536 entries.
    std::chrono::milliseconds duplicateWindow = std::chrono::minutes(2);
    std::size_t maximumPending = 4096; ///< entries whose outcome is open
};

/// What a log holds.
struct LogExtent {
    std::uint64_t incarnation = 0; ///< another one means that the log was made anew, and nothing of it is as it was
    std::uint64_t first = 0; ///< sequence of the oldest entry; last + 1 if there is none
    std::uint64_t last = 0; ///< sequence of the newest entry; 0 before the first

    bool operator==(const LogExtent &) const = default;
};

enum class AppendStatus : unsigned char {
    Appended,
    Duplicate, ///< the log has a message of this id already, at `sequence`
    WrongLastSequence, ///< not appended: the log's last sequence was not the expected one
    Full, ///< not appended: maximumBytes
    TooLarge, ///< not appended
    Busy, ///< not appended: maximumPending outcomes are open; wait for one
    Unreachable, ///< not appended: no connection
    Unknown, ///< it may be in the log or not: the acknowledgement did not come. Append again with the same id
    Failed, ///< not appended: the message says why
};

struct AppendOutcome {
    AppendStatus status = AppendStatus::Failed;
    std::uint64_t sequence = 0; ///< of the entry, if it is in the log
    std::string message; ///< a sentence, if it is not

    bool inLog() const { return status == AppendStatus::Appended || status == AppendStatus::Duplicate; }
};

struct LogEntry {
    std::uint64_t sequence = 0;
    BusMessage message;
};

struct LogBatch {
    std::vector<LogEntry> entries;
    /// The log ends before what this reader has read, or was made anew: its tail is lost, and this is what is left.
    /// `entries` is empty then, and the reader goes on with the next entry of what is left.
    std::optional<LogExtent> lostTail;
};

/// Reads a log forwards. One thread, except interrupt().
class COINSWARM_SDK_EXPORT LogReader
{
public:
    virtual ~LogReader();

    /// The next entries in order, without gaps, at most `maximum`. Waits for the first one up to `wait`, then returns an
    /// empty batch. Unavailable if the log cannot be reached; the next call tries again from the same place.
    virtual Result<LogBatch> read(std::size_t maximum, std::chrono::milliseconds wait) = 0;
    /// Makes a waiting read() return at once, or the next one, once. Any thread.
    virtual void interrupt() = 0;
};

/// An append-only sequence of messages that all its readers see in one order: the *order* of the quorum protocol.
///
/// It can be trusted for order and, within what docs/bus.md says, for keeping what it acknowledged; it can lose its tail,
/// and then says so. Thread: all methods from any thread.
class COINSWARM_SDK_EXPORT DurableLog
{
public:
    using Done = std::function<void(const AppendOutcome &)>;

    /// Waits until the outcome of every append is known, or gives up after five seconds: it is then Unknown.
    virtual ~DurableLog();

    /// Appends the message; its id, if it has one, makes repeating it harmless. With `expectedLast` only if the last
    /// sequence is that. `done` is called exactly once, in this call or in a thread of the bus, and must return quickly.
    /// Entries appended by one thread are in the log in that order, where all of them are in it.
    virtual void append(BusMessage message, std::optional<std::uint64_t> expectedLast, Done done) = 0;
    /// Blocks while a server is asked.
    virtual Result<LogExtent> extent() = 0;
    /// A reader that begins at `from` (1 is the first entry ever). It is destroyed before the log.
    virtual Result<std::unique_ptr<LogReader>> reader(std::uint64_t from) = 0;
};

} // namespace coinswarm
