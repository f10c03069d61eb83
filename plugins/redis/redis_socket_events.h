// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QtCore/QObject>
#include <QtCore/QSocketNotifier>

struct redisAsyncContext;

namespace coinswarm::redis {

/// Lets Qt's event loop drive an asynchronous connection of hiredis. It belongs to the connection and goes with it; nobody
/// else deletes it.
///
/// A connection often ends inside the slot of one of its own notifiers: a reply callback disconnects, or the server has
/// hung up. Then the notifiers are switched off at once and deleted when the slot has returned, never within it.
///
/// Thread: that of the connection, with an event loop.
class RedisSocketEvents : public QObject
{
    Q_OBJECT

public:
    /// `context` has no events yet.
    static void attach(redisAsyncContext *context);
    ~RedisSocketEvents() override;

private:
    explicit RedisSocketEvents(redisAsyncContext *context);
    static RedisSocketEvents &of(void *data) { return *static_cast<RedisSocketEvents *>(data); }
    void handle(void (*event)(redisAsyncContext *));
    void release();

    redisAsyncContext *m_context; ///< null once the connection is gone
    QSocketNotifier m_read;
    QSocketNotifier m_write;
    bool m_handling = false;
    bool m_wantsWrite = false;
};

} // namespace coinswarm::redis
