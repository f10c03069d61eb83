// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "redis/redis_socket_events.h"

#include <hiredis/async.h>

namespace coinswarm::redis {

void RedisSocketEvents::attach(redisAsyncContext *context)
{
    // hiredis calls release() through ev.cleanup, exactly once.
    new RedisSocketEvents(context);
}

RedisSocketEvents::RedisSocketEvents(redisAsyncContext *context)
    : m_context(context), m_read(context->c.fd, QSocketNotifier::Read), m_write(context->c.fd, QSocketNotifier::Write)
{
    m_read.setEnabled(false);
    m_write.setEnabled(false);
    connect(&m_read, &QSocketNotifier::activated, this, [this] { handle(redisAsyncHandleRead); });
    connect(&m_write, &QSocketNotifier::activated, this, [this] { handle(redisAsyncHandleWrite); });
    context->ev.data = this;
    // While an event is handled the notifiers stay off; afterwards handle() sets them.
    context->ev.addRead = [](void *data) { of(data).m_read.setEnabled(!of(data).m_handling); };
    context->ev.delRead = [](void *data) { of(data).m_read.setEnabled(false); };
    context->ev.addWrite = [](void *data) {
        RedisSocketEvents &events = of(data);
        events.m_wantsWrite = true;
        events.m_write.setEnabled(!events.m_handling);
    };
    context->ev.delWrite = [](void *data) {
        RedisSocketEvents &events = of(data);
        events.m_wantsWrite = false;
        events.m_write.setEnabled(false);
    };
    context->ev.cleanup = [](void *data) { of(data).release(); };
}

RedisSocketEvents::~RedisSocketEvents() = default;

void RedisSocketEvents::handle(void (*event)(redisAsyncContext *))
{
    // hiredis cannot be entered twice. A reply callback with an event loop of its own would do that; the notifiers are
    // switched off meanwhile, since a socket that nobody reads would keep that loop busy.
    if (m_context == nullptr || m_handling) {
        return;
    }
    m_handling = true;
    m_read.setEnabled(false);
    m_write.setEnabled(false);
    event(m_context);
    m_handling = false;
    if (m_context == nullptr) {
        deleteLater();
        return;
    }
    m_read.setEnabled(true);
    m_write.setEnabled(m_wantsWrite);
}

void RedisSocketEvents::release()
{
    m_context = nullptr;
    m_read.setEnabled(false);
    m_write.setEnabled(false);
    if (!m_handling) {
        delete this;
    }
}

} // namespace coinswarm::redis
