// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "jet_stream_reader.h"

#include "nats_error.h"

#include <coinswarm/bus_envelope.h>

#include <algorithm>

namespace coinswarm::nats {

namespace {

constexpr std::chrono::milliseconds kSlice{50};
constexpr std::chrono::milliseconds kBetweenLooks{500};
constexpr int kLooksInVain = 4;
constexpr std::int64_t kHeartbeatNs = 1'000'000'000;
constexpr std::int64_t kWaitMs = 2000;

} // namespace

JetStreamReader::JetStreamReader(std::shared_ptr<LogStream> stream, std::uint64_t from)
    : m_stream(std::move(stream)), m_next(from)
{}

JetStreamReader::~JetStreamReader()
{
    giveUpConsumer();
}

void JetStreamReader::giveUpConsumer()
{
    if (m_subscription != nullptr) {
        m_stream->events().retire(std::move(m_subscription));
    }
}

Result<LogBatch> JetStreamReader::read(std::size_t maximum, std::chrono::milliseconds wait)
{
    releaseNatsMemoryAtThreadEnd();
    const Clock::time_point deadline = Clock::now() + wait;
    LogBatch batch;
    while (batch.entries.size() < maximum) {
        if (m_subscription == nullptr || (batch.entries.empty() && Clock::now() >= m_nextLook)) {
            auto lost = lostTail();
            if (!lost.ok() && batch.entries.empty()) {
                return lost.error();
            }
            if (lost.ok() && lost->has_value() && batch.entries.empty()) {
                batch.lostTail = **lost;
                return batch;
            }
            if (m_subscription == nullptr && m_suspicions == 0) {
                if (const Result<void> subscribed = subscribe(); !subscribed.ok()) {
                    return batch.entries.empty() ? Result<LogBatch>(subscribed.error()) : Result<LogBatch>(batch);
                }
            }
        }
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
        if (m_subscription == nullptr) {
            // The log looks too short; another look will tell.
            nats_Sleep(std::clamp<std::int64_t>(left.count(), 1, kSlice.count()));
        } else {
            std::uint64_t queued = 0;
            natsSubscription_QueuedMsgs(m_subscription.get(), &queued);
            // What is there already is taken along; for more nobody waits who has something.
            if (queued == 0 && !batch.entries.empty()) {
                return batch;
            }
            auto entry = next(std::clamp(left, std::chrono::milliseconds(1), kSlice));
            if (!entry.ok()) {
                return batch.entries.empty() ? Result<LogBatch>(entry.error()) : Result<LogBatch>(batch);
            }
            if (entry->has_value()) {
                batch.entries.push_back(std::move(**entry));
                continue;
            }
        }
        if (m_interrupted.exchange(false) || Clock::now() >= deadline) {
            return batch;
        }
    }
    return batch;
}

Result<std::optional<LogExtent>> JetStreamReader::lostTail()
{
    m_nextLook = Clock::now() + kBetweenLooks;
    const Result<LogExtent> extent = m_stream->extent();
    if (!extent.ok()) {
        return extent.error();
    }
    const bool anew = m_incarnation != 0 && extent->incarnation != m_incarnation;
    const bool tooShort = extent->last + 1 < m_next;
    m_suspicions = anew || tooShort ? m_suspicions + 1 : 0;
    // A leader that has just been elected may not have applied everything it has; only the second look counts.
    if (m_suspicions == 1) {
        giveUpConsumer();
        m_nextLook = Clock::now() + kBetweenLooks / 2;
    }
    // The consumer sits at a copy of the log that lacks the entry and does not know it; the next may sit at another one.
    m_looksInVain = extent->last >= m_next && m_missing == m_next ? m_looksInVain + 1 : 0;
    m_missing = m_next;
    if (m_looksInVain >= kLooksInVain) {
        m_looksInVain = 0;
        giveUpConsumer();
    }
    if (m_suspicions < 2) {
        m_incarnation = m_suspicions == 0 ? extent->incarnation : m_incarnation;
        return std::optional<LogExtent>();
    }
    m_suspicions = 0;
    m_incarnation = extent->incarnation;
    m_next = extent->last + 1;
    return std::optional<LogExtent>(*extent);
}

Result<void> JetStreamReader::subscribe()
{
    if (m_jetStream == nullptr) {
        jsOptions options;
        jsOptions_Init(&options);
        options.Wait = kWaitMs;
        jsCtx *made = nullptr;
        if (const natsStatus status = natsConnection_JetStream(&made, m_stream->connection(), &options);
            status != NATS_OK) {
            return natsError("JetStream cannot be used", status);
        }
        m_jetStream.reset(made);
    }
    jsSubOptions options;
    jsSubOptions_Init(&options);
    options.Stream = m_stream->name().c_str();
    options.Ordered = true;
    options.Config.Heartbeat = kHeartbeatNs;
    options.Config.DeliverPolicy = js_DeliverByStartSequence;
    options.Config.OptStartSeq = m_next;
    natsSubscription *made = nullptr;
    auto code = static_cast<jsErrCode>(0);
    const natsStatus status =
        js_SubscribeSync(&made, m_jetStream.get(), m_stream->wireSubject().c_str(), nullptr, &options, &code);
    m_subscription.reset(made);
    return status == NATS_OK ? Result<void>()
                             : natsError("The stream " + m_stream->name() + " cannot be read", status, code);
}

Result<std::optional<LogEntry>> JetStreamReader::next(std::chrono::milliseconds timeout)
{
    natsMsg *received = nullptr;
    const natsStatus status = natsSubscription_NextMsg(&received, m_subscription.get(), timeout.count());
    const NatsMessagePtr message(received);
    if (status == NATS_TIMEOUT) {
        return std::optional<LogEntry>();
    }
    if (status != NATS_OK) {
        giveUpConsumer();
        return std::optional<LogEntry>();
    }
    jsMsgMetaData *meta = nullptr;
    if (natsMsg_GetMetaData(&meta, received) != NATS_OK) {
        giveUpConsumer();
        return std::optional<LogEntry>();
    }
    const std::uint64_t sequence = meta->Sequence.Stream;
    jsMsgMetaData_Destroy(meta);
    if (sequence != m_next) {
        // Either an old consumer still talks, or the stream was made anew, or it has a hole.
        giveUpConsumer();
        return std::optional<LogEntry>();
    }
    auto decoded = decodeMessage(m_stream->subject(),
                                 {reinterpret_cast<const std::byte *>(natsMsg_GetData(received)),
                                  static_cast<std::size_t>(natsMsg_GetDataLength(received))});
    ++m_next;
    if (!decoded.ok()) {
        return Error{ErrorKind::Corrupt,
                     "Entry " + std::to_string(sequence) + " is skipped. " + decoded.error().message};
    }
    return std::optional(LogEntry{sequence, std::move(decoded).value()});
}

} // namespace coinswarm::nats
