// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "redis/redis_connection.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <chrono>
#include <deque>
#include <functional>
#include <optional>

struct redisAsyncContext;

namespace coinswarm::redis {

/// A connection that never waits: replies come to callbacks from the event loop, in the order of the commands.
///
/// Not connected until open(), and again not after closed(): then open() connects anew, and who uses it decides when.
/// Thread: the one it lives in, which has an event loop. A callback may send, close, or destroy this object.
class RedisAsync : public QObject
{
    Q_OBJECT

public:
    /// Gets the reply, valid during the call, or why there is none. An error of the command is an Error.
    using Callback = std::function<void(const Result<RedisView> &)>;

    explicit RedisAsync(RedisSettings settings, QObject *parent = nullptr);
    /// Callbacks of commands under way are not called any more.
    ~RedisAsync() override;

    /// Connects and logs in; opened() or closed() follows. Nothing happens if it is connecting or connected already.
    void open();
    /// Commands under way get an error now; closed() follows. Nothing happens if it is not connected.
    void close();
    bool isOpen() const { return m_open; }

    /// Sends a command. If it is not open, the callback gets an error from the event loop. If no reply comes within `timeout`, the
    /// connection is closed, because replies have no names and a late one would be taken for the next.
    void send(RedisArguments arguments, Callback callback, std::optional<std::chrono::milliseconds> timeout = {});
    void send(std::initializer_list<std::string_view> arguments, Callback callback,
              std::optional<std::chrono::milliseconds> timeout = {});

    const RedisSettings &settings() const { return m_settings; }

Q_SIGNALS:
    void opened();
    /// `trouble` says why, and what to do; empty after close().
    void closed(const QString &trouble);

private:
    struct Sent;

    Result<void> connectContext();
    void logIn();
    bool append(RedisArguments arguments, Callback callback, std::chrono::milliseconds timeout);
    void onReply(const redisAsyncContext *context, const Callback &callback, const redisReply *reply);
    void onConnect(const redisAsyncContext *context, int status);
    void onDisconnect(const redisAsyncContext *context);
    void ended(const Error &error);
    void end(const Error &error);
    void say(const QString &trouble);
    void watch();

    RedisSettings m_settings;
    redisAsyncContext *m_context = nullptr; ///< hiredis owns it and frees it when the connection ends
    bool m_open = false;
    Error m_trouble; ///< why the last connection ended
    std::deque<std::chrono::steady_clock::time_point> m_due; ///< of the commands under way, in order
    QTimer m_deadline;
};

} // namespace coinswarm::redis
