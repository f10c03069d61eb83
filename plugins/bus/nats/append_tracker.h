// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "library_number.h"
#include "nats_handle.h"

#include <coinswarm/durable_log.h>

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>

namespace coinswarm::nats {

/// Which appends to a JetStream log await their acknowledgement. Any thread.
class AppendTracker : public LibraryNumber<AppendTracker>
{
public:
    /// Makes the library report to this tracker.
    void listenTo(jsOptions &options);

    std::size_t open() const { return m_open.load(std::memory_order_acquire); }
    /// Before the message is handed to the library.
    void add(const natsMsg *message, DurableLog::Done done);
    /// The message was not handed over after all; gives its function back.
    DurableLog::Done takeBack(const natsMsg *message);
    /// Waits until no outcome is open; what is then still open is Unknown.
    void settle(std::chrono::milliseconds timeout);

private:
    static void onAck(jsCtx *, natsMsg *message, jsPubAck *ack, jsPubAckErr *error, void *number);

    std::mutex m_mutex;
    std::condition_variable m_change;
    std::map<const natsMsg *, DurableLog::Done> m_waiting;
    std::atomic<std::size_t> m_open = 0;
};

/// What a failure to append means.
AppendOutcome outcomeOf(natsStatus status, jsErrCode code, const char *text);

} // namespace coinswarm::nats
