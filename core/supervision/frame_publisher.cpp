// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "supervision/frame_publisher.h"

namespace coinswarm::supervision {

namespace {

constexpr auto kFrameInterval = std::chrono::milliseconds(50);

} // namespace

api::Frame FramePublisher::fullFrame() const
{
    api::Frame frame = m_view.fullFrame();
    if (m_memory != nullptr) {
        m_memory->addAll(frame);
    }
    return frame;
}

void FramePublisher::add(std::shared_ptr<api::FrameMailbox> mailbox)
{
    // What has changed so far is in the full frame already and must not come to the newcomer again.
    publish();
    mailbox->post(fullFrame());
    m_mailboxes.push_back(std::move(mailbox));
}

void FramePublisher::onTick(runtime::Session &)
{
    const auto now = std::chrono::steady_clock::now();
    if (now - m_last < kFrameInterval) {
        return;
    }
    m_last = now;
    publish();
}

void FramePublisher::publish()
{
    api::Frame frame = m_view.takeChanges();
    if (m_memory != nullptr) {
        m_memory->addChanges(frame);
    }
    std::erase_if(m_mailboxes, [](const auto &mailbox) { return mailbox->closed(); });
    for (const auto &mailbox : m_mailboxes) {
        mailbox->post(frame);
    }
}

} // namespace coinswarm::supervision
