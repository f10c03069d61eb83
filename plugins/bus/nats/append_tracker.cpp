// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "append_tracker.h"

#include <string_view>

namespace coinswarm::nats {

void AppendTracker::listenTo(jsOptions &options)
{
    options.PublishAsync.AckHandler = &AppendTracker::onAck;
    options.PublishAsync.AckHandlerClosure = number();
}

void AppendTracker::add(const natsMsg *message, DurableLog::Done done)
{
    const std::lock_guard lock(m_mutex);
    m_waiting.emplace(message, std::move(done));
    ++m_open;
}

DurableLog::Done AppendTracker::takeBack(const natsMsg *message)
{
    const std::lock_guard lock(m_mutex);
    DurableLog::Done done = std::move(m_waiting.at(message));
    m_waiting.erase(message);
    --m_open;
    return done;
}

void AppendTracker::settle(std::chrono::milliseconds timeout)
{
    std::map<const natsMsg *, DurableLog::Done> left;
    {
        std::unique_lock lock(m_mutex);
        m_change.wait_for(lock, timeout, [this] { return m_open == 0; });
        left.swap(m_waiting);
    }
    for (const auto &[message, done] : left) {
        done({AppendStatus::Unknown, 0, "The log was closed before the acknowledgement came."});
    }
}

void AppendTracker::onAck(jsCtx *, natsMsg *message, jsPubAck *ack, jsPubAckErr *error, void *number)
{
    const NatsMessagePtr owner(message);
    const std::shared_ptr<AppendTracker> self = behind(number);
    if (self == nullptr) {
        return;
    }
    DurableLog::Done done;
    {
        const std::lock_guard lock(self->m_mutex);
        const auto found = self->m_waiting.find(message);
        if (found == self->m_waiting.end()) {
            return;
        }
        done = std::move(found->second);
        self->m_waiting.erase(found);
    }
    done(ack != nullptr
             ? AppendOutcome{ack->Duplicate ? AppendStatus::Duplicate : AppendStatus::Appended, ack->Sequence, {}}
             : outcomeOf(error->Err, error->ErrCode, error->ErrText));
    {
        const std::lock_guard lock(self->m_mutex);
        --self->m_open;
    }
    self->m_change.notify_all();
}

AppendOutcome outcomeOf(natsStatus status, jsErrCode code, const char *text)
{
    const std::string_view said = text != nullptr ? text : "";
    const std::string detail = said.empty() ? natsStatus_GetText(status) : std::string(said);
    switch (code) {
    case JSStreamWrongLastSequenceErr:
        return {AppendStatus::WrongLastSequence, 0, "The last entry is another one: " + detail + "."};
    case JSStreamMessageExceedsMaximumErr:
        return {AppendStatus::TooLarge, 0, "The entry is too large: " + detail + "."};
    case JSAccountResourcesExceededErr:
    case JSInsufficientResourcesErr:
    case JSStorageResourcesExceededErr:
    case JSStreamLimitsErr:
        return {AppendStatus::Full, 0, "The log is full: " + detail + "."};
    case JSStreamStoreFailedErr:
        if (said.find("maximum") != std::string_view::npos) {
            return {AppendStatus::Full, 0, "The log is full: " + detail + "."};
        }
        return {AppendStatus::Failed, 0, "The server cannot store the entry: " + detail + "."};
    case JSClusterNotAvailErr:
    case JSClusterNotLeaderErr:
    case JSStreamOfflineErr:
        return {AppendStatus::Unreachable, 0, "The log has no leader now: " + detail + "."};
    default:
        break;
    }
    if (code != 0) {
        return {AppendStatus::Failed, 0, "The server refuses the entry: " + detail + "."};
    }
    switch (status) {
    case NATS_NO_RESPONDERS:
        return {AppendStatus::Unreachable, 0, "No server holds the log now."};
    case NATS_MAX_PAYLOAD:
        return {AppendStatus::TooLarge, 0, "The entry is too large: " + detail + "."};
    default:
        return {AppendStatus::Unknown, 0, "The entry was not acknowledged: " + detail + "."};
    }
}

} // namespace coinswarm::nats
