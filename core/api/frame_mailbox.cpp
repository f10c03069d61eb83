// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "api/frame_mailbox.h"

#include "api/frame_merge.h"

namespace coinswarm::api {

namespace {

class MailboxHandle final : public Handle
{
public:
    explicit MailboxHandle(std::shared_ptr<FrameMailbox> mailbox) : m_mailbox(std::move(mailbox)) {}
    ~MailboxHandle() override { m_mailbox->close(); }

private:
    std::shared_ptr<FrameMailbox> m_mailbox;
};

template <class T>
void keepNewest(std::vector<T> &list, std::size_t count)
{
    if (list.size() > count) {
        list.erase(list.begin(), list.end() - static_cast<std::ptrdiff_t>(count));
    }
}

} // namespace

FrameMailbox::FrameMailbox(QObject *context, std::function<void(const Frame &)> handler)
    : m_context(context), m_handler(std::move(handler))
{}

void FrameMailbox::post(const Frame &frame)
{
    const std::scoped_lock lock(m_mutex);
    if (m_closed) {
        return;
    }
    if (m_waiting) {
        mergeFrame(*m_waiting, frame);
        cut(*m_waiting);
    } else {
        m_waiting = frame;
    }
    if (!m_posted && m_context != nullptr) {
        m_posted = true;
        // Always queued: a handler is never called from inside the call that subscribed it.
        QMetaObject::invokeMethod(
            m_context, [self = shared_from_this()] { self->deliver(); }, Qt::QueuedConnection);
    }
}

void FrameMailbox::close()
{
    const std::scoped_lock lock(m_mutex);
    m_closed = true;
    m_waiting.reset();
}

bool FrameMailbox::closed() const
{
    const std::scoped_lock lock(m_mutex);
    return m_closed;
}

void FrameMailbox::deliver()
{
    std::optional<Frame> frame;
    {
        const std::scoped_lock lock(m_mutex);
        m_posted = false;
        frame.swap(m_waiting);
    }
    // Not under the lock: the handler may end its own subscription.
    if (frame) {
        m_handler(*frame);
    }
}

void FrameMailbox::cut(Frame &frame)
{
    if (frameEntries(frame) <= kMostEntries) {
        return;
    }
    constexpr std::size_t kKept = kMostEntries / 20;
    keepNewest(frame.closedCandles, kKept * 4);
    keepNewest(frame.decisions, kKept);
    keepNewest(frame.fills, kKept);
    keepNewest(frame.roundTrips, kKept);
    keepNewest(frame.riskReports, kKept);
    keepNewest(frame.regimes, kKept);
    keepNewest(frame.alerts, kKept);
}

std::unique_ptr<Handle> handleFor(std::shared_ptr<FrameMailbox> mailbox)
{
    return std::make_unique<MailboxHandle>(std::move(mailbox));
}

} // namespace coinswarm::api
