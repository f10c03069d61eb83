// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "redis/redis_async.h"

#include "redis/broken_pipes.h"
#include "redis/redis_error.h"
#include "redis/redis_socket_events.h"

#include <hiredis/async.h>

#include <QtCore/QPointer>

#include <cerrno>

#include <fcntl.h>

namespace coinswarm::redis {

/// What hiredis keeps of a command. It may outlive the RedisAsync: hiredis calls it back while it frees the connection.
struct RedisAsync::Sent {
    QPointer<RedisAsync> owner;
    Callback callback;
};

RedisAsync::RedisAsync(RedisSettings settings, QObject *parent)
    : QObject(parent), m_settings(std::move(settings)), m_deadline(this)
{
    ignoreBrokenPipes();
    m_deadline.setSingleShot(true);
    connect(&m_deadline, &QTimer::timeout, this, [this] { end(redisSilent(m_settings)); });
}

RedisAsync::~RedisAsync()
{
    if (m_context != nullptr) {
        m_context->data = nullptr;
        // What is under way finds its owner's pointer cleared only after this destructor.
        for (redisCallback *one = m_context->replies.head; one != nullptr; one = one->next) {
            static_cast<Sent *>(one->privdata)->owner.clear();
        }
        redisAsyncFree(m_context);
    }
}

void RedisAsync::open()
{
    if (m_context != nullptr) {
        return;
    }
    if (const Result<void> connected = connectContext(); !connected.ok()) {
        m_trouble = connected.error();
        say(QString::fromStdString(m_trouble.message));
        return;
    }
    logIn();
}

Result<void> RedisAsync::connectContext()
{
    redisAsyncContext *context = m_settings.socket.empty() ? redisAsyncConnect(m_settings.host.c_str(), m_settings.port)
                                                           : redisAsyncConnectUnix(m_settings.socket.c_str());
    if (context == nullptr) {
        return Error{ErrorKind::Environment, "There is no memory for a connection to Redis."};
    }
    if (context->err != 0) {
        const Error error = redisConnectionError(m_settings, REDIS_ERR_OTHER, context->errstr, errno);
        redisAsyncFree(context);
        return error;
    }
    ::fcntl(context->c.fd, F_SETFD, FD_CLOEXEC);
    context->data = this;
    RedisSocketEvents::attach(context);
    redisAsyncSetConnectCallback(context, [](const redisAsyncContext *one, int status) {
        if (one->data != nullptr) {
            static_cast<RedisAsync *>(one->data)->onConnect(one, status);
        }
    });
    redisAsyncSetDisconnectCallback(context, [](const redisAsyncContext *one, int) {
        if (one->data != nullptr) {
            static_cast<RedisAsync *>(one->data)->onDisconnect(one);
        }
    });
    m_context = context;
    return {};
}

void RedisAsync::logIn()
{
    const Result<std::string> password = redisPassword(m_settings);
    if (!password.ok()) {
        end(password.error());
        return;
    }
    const std::chrono::milliseconds timeout = m_settings.connectTimeout;
    const Callback step = [this](const Result<RedisView> &reply) {
        if (!reply.ok()) {
            end(reply.error());
        }
    };
    const auto tell = [&](std::initializer_list<std::string_view> arguments, const Callback &callback) {
        append(RedisArguments(arguments.begin(), arguments.size()), callback, timeout);
    };
    if (!password->empty()) {
        if (m_settings.user.empty()) {
            tell({"AUTH", *password}, step);
        } else {
            tell({"AUTH", m_settings.user, *password}, step);
        }
    }
    tell({"CLIENT", "SETNAME", m_settings.name}, step);
    tell({"SELECT", std::to_string(m_settings.database)}, step);
    tell({"PING"}, [this, step](const Result<RedisView> &reply) {
        step(reply);
        if (!reply.ok()) {
            return;
        }
        m_open = true;
        // Not from within hiredis: whoever hears of it may do anything.
        QMetaObject::invokeMethod(
            this,
            [this] {
                if (m_open) {
                    Q_EMIT opened();
                }
            },
            Qt::QueuedConnection);
    });
}

void RedisAsync::close()
{
    if (m_context != nullptr) {
        end(Error{ErrorKind::Unavailable, std::string()});
    }
}

void RedisAsync::send(RedisArguments arguments, Callback callback, std::optional<std::chrono::milliseconds> timeout)
{
    if (m_open && append(arguments, callback, timeout.value_or(m_settings.commandTimeout))) {
        return;
    }
    QMetaObject::invokeMethod(
        this,
        [this, callback = std::move(callback)] {
            callback(Error{ErrorKind::Unavailable, "There is no connection to Redis at " + m_settings.address() + "."});
        },
        Qt::QueuedConnection);
}

void RedisAsync::send(std::initializer_list<std::string_view> arguments, Callback callback,
                      std::optional<std::chrono::milliseconds> timeout)
{
    send(RedisArguments(arguments.begin(), arguments.size()), std::move(callback), timeout);
}

/// False if hiredis takes no commands any more, because the connection is coming to its end.
bool RedisAsync::append(RedisArguments arguments, Callback callback, std::chrono::milliseconds timeout)
{
    std::vector<const char *> texts;
    std::vector<std::size_t> sizes;
    for (const std::string_view argument : arguments) {
        texts.push_back(argument.data());
        sizes.push_back(argument.size());
    }
    auto sent = std::make_unique<Sent>(Sent{this, std::move(callback)});
    const int taken = redisAsyncCommandArgv(
        m_context,
        [](redisAsyncContext *context, void *reply, void *data) {
            const std::unique_ptr<Sent> mine(static_cast<Sent *>(data));
            if (mine->owner != nullptr) {
                mine->owner->onReply(context, mine->callback, static_cast<redisReply *>(reply));
            }
        },
        sent.get(), static_cast<int>(texts.size()), texts.data(), sizes.data());
    if (taken != REDIS_OK) {
        return false;
    }
    static_cast<void>(sent.release());
    m_due.push_back(std::chrono::steady_clock::now() + timeout);
    watch();
    return true;
}

void RedisAsync::onReply(const redisAsyncContext *context, const Callback &callback, const redisReply *reply)
{
    if (context != m_context) {
        callback(m_trouble); // of a connection that end() has given up
        return;
    }
    if (reply == nullptr) {
        callback(redisConnectionError(m_settings, context->err, context->errstr, errno));
        return;
    }
    if (!m_due.empty()) {
        m_due.pop_front();
    }
    watch();
    const RedisView view(reply);
    callback(view.isError() ? Result<RedisView>(redisReplyError(m_settings, view.text())) : Result<RedisView>(view));
}

void RedisAsync::onConnect(const redisAsyncContext *context, int status)
{
    if (status != REDIS_OK) {
        ended(redisConnectionError(m_settings, REDIS_ERR_OTHER, context->c.errstr, errno));
    }
}

void RedisAsync::onDisconnect(const redisAsyncContext *context)
{
    ended(redisConnectionError(m_settings, context->err, context->errstr, errno));
}

/// hiredis frees the context by itself.
void RedisAsync::ended(const Error &error)
{
    m_context->data = nullptr;
    m_context = nullptr;
    m_open = false;
    m_due.clear();
    m_deadline.stop();
    m_trouble = error;
    say(QString::fromStdString(error.message));
}

void RedisAsync::end(const Error &error)
{
    if (m_context == nullptr) {
        return;
    }
    redisAsyncContext *context = m_context;
    ended(error);
    if (m_trouble.message.empty()) {
        m_trouble.message = "The connection to Redis at " + m_settings.address() + " was closed here.";
    }
    // Within a callback hiredis frees it when that has returned.
    redisAsyncFree(context);
}

void RedisAsync::say(const QString &trouble)
{
    QMetaObject::invokeMethod(
        this, [this, trouble] { Q_EMIT closed(trouble); }, Qt::QueuedConnection);
}

void RedisAsync::watch()
{
    if (m_due.empty()) {
        m_deadline.stop();
        return;
    }
    // Replies come in order: the earliest command is the one that is waited for.
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(m_due.front() - std::chrono::steady_clock::now());
    m_deadline.start(std::max(left, std::chrono::milliseconds(0)) + std::chrono::milliseconds(1));
}

} // namespace coinswarm::redis
