// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "control/frame_mailbox.h"
#include "control/session_view.h"
#include "control/swarm_memory.h"

#include <chrono>
#include <memory>
#include <vector>

namespace coinswarm::control {

/// Sends frames to everyone who subscribed. Engine thread.
class FramePublisher final : public SessionObserver
{
public:
    /// Both must outlive it; `memory` may be null.
    FramePublisher(SessionView &view, SwarmMemory *memory) : m_view(view), m_memory(memory) {}

    Frame fullFrame() const;
    /// Sends the full frame first.
    void add(std::shared_ptr<FrameMailbox> mailbox);

    void onEvent(const Event &) override {}
    void onEffect(Timestamp, const Effect &) override {}
    void onJournalFailed(const Error &) override {}
    void onTick(Session &) override;

private:
    void publish();

    SessionView &m_view;
    SwarmMemory *m_memory;
    std::vector<std::shared_ptr<FrameMailbox>> m_mailboxes;
    std::chrono::steady_clock::time_point m_last;
};

} // namespace coinswarm::control
