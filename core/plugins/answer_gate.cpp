// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "plugins/answer_gate.h"

namespace coinswarm::plugins {

AnswerGate::AnswerGate(AnswerHandler handler) : m_handler(std::move(handler)) {}

void AnswerGate::deliver(AgentAnswer answer)
{
    const std::lock_guard lock(m_mutex);
    if (m_handler) {
        m_handler(std::move(answer));
    }
}

void AnswerGate::close()
{
    const std::lock_guard lock(m_mutex);
    m_handler = nullptr;
}

} // namespace coinswarm::plugins
