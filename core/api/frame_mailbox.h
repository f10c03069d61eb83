// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/engine.h"

#include <QtCore/QPointer>

#include <mutex>
#include <optional>

namespace coinswarm::api {

/// Hands frames from the thread that makes them to the thread of one reader, who finds at most one waiting: frames that
/// come while the reader is busy are merged into it. When the merged frame has grown beyond `kMostEntries`, its lists of
/// things that happened are cut to the newest: a reader who is that late loses detail, not truth.
///
/// Thread: made, and its handle destroyed, in the reader's thread, before `context`. post() from any thread.
class FrameMailbox : public std::enable_shared_from_this<FrameMailbox>
{
public:
    static constexpr std::size_t kMostEntries = 50'000;

    FrameMailbox(QObject *context, std::function<void(const Frame &)> handler);

    void post(const Frame &frame);
    /// Nothing is delivered any more. In the reader's thread.
    void close();
    bool closed() const;

private:
    void deliver();
    static void cut(Frame &frame);

    QPointer<QObject> m_context;
    std::function<void(const Frame &)> m_handler;
    mutable std::mutex m_mutex;
    std::optional<Frame> m_waiting;
    bool m_posted = false;
    bool m_closed = false;
};

/// A handle that closes its mailbox.
std::unique_ptr<Handle> handleFor(std::shared_ptr<FrameMailbox> mailbox);

} // namespace coinswarm::api
