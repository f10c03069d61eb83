// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/frame_mailbox.h"
#include "supervision/session_view.h"
#include "supervision/swarm_memory.h"

#include <chrono>
#include <memory>
#include <vector>

namespace coinswarm::supervision {

/// Sends frames to everyone who subscribed. Engine thread.
class FramePublisher final : public runtime::SessionObserver
{
public:
    /// Both must outlive it; `memory` may be null.
    FramePublisher(SessionView &view, SwarmMemory *memory) : m_view(view), m_memory(memory) {}

    api::Frame fullFrame() const;
    /// Sends the full frame first.
    void add(std::shared_ptr<api::FrameMailbox> mailbox);

    void onEvent(const engine::Event &) override {}
    void onEffect(Timestamp, const engine::Effect &) override {}
    void onJournalFailed(const Error &) override {}
    void onTick(runtime::Session &) override;

private:
    void publish();

    SessionView &m_view;
    SwarmMemory *m_memory;
    std::vector<std::shared_ptr<api::FrameMailbox>> m_mailboxes;
    std::chrono::steady_clock::time_point m_last;
};

} // namespace coinswarm::supervision
