// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "bus/listener.h"

#include "plugins/thread_name.h"

namespace coinswarm::bus {

Result<std::unique_ptr<Listener>> Listener::open(Bus &bus, const TopicName &topic, Options options, Handler handler)
{
    auto listener = std::unique_ptr<Listener>(new Listener);
    listener->m_state = std::make_shared<State>(options.capacity, std::move(handler));
    auto subscription = bus.subscribe(topic, options.subscribe, listener->m_state->mailbox);
    if (!subscription.ok()) {
        return subscription.error();
    }
    listener->m_subscription = std::move(subscription).value();
    listener->m_thread = std::thread(&Listener::run, listener->m_state, options.threadName);
    return listener;
}

Listener::~Listener()
{
    m_subscription.reset();
    if (!m_thread.joinable()) {
        return;
    }
    m_state->abandoned = true;
    m_state->mailbox->close();
    // A handler that destroys its own listener ends with the call it is in; the state lives as long.
    if (m_thread.get_id() == std::this_thread::get_id()) {
        m_thread.detach();
    } else {
        m_thread.join();
    }
}

void Listener::finish()
{
    m_dropped = dropped();
    m_subscription.reset();
    m_state->mailbox->close();
    m_thread.join();
}

void Listener::run(const std::shared_ptr<State> &state, const std::string &name)
{
    plugins::nameThisThread(name);
    Mailbox &mailbox = *state->mailbox;
    while (mailbox.wait(std::chrono::hours(1)) || !mailbox.isClosed()) {
        while (const BusMessage message = mailbox.take()) {
            if (state->abandoned) {
                return;
            }
            state->handler(message);
        }
    }
}

} // namespace coinswarm::bus
