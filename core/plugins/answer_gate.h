// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "plugins/agent_pool.h"

#include <mutex>

namespace coinswarm::plugins {

/// Lets answers from many threads through to the handler one at a time, until it is closed. Any thread.
class AnswerGate
{
public:
    explicit AnswerGate(AnswerHandler handler);

    void deliver(AgentAnswer answer);
    /// Waits for a delivery that is under way; afterwards nothing is delivered.
    void close();

private:
    std::mutex m_mutex;
    AnswerHandler m_handler;
};

} // namespace coinswarm::plugins
