// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "jet_stream_log.h"

#include "jet_stream_reader.h"
#include "nats_error.h"

#include <coinswarm/bus_envelope.h>

namespace coinswarm::nats {

namespace {

constexpr std::int64_t kAckWaitMs = 5000;

} // namespace

Result<std::unique_ptr<DurableLog>> JetStreamLog::open(natsConnection *connection, std::shared_ptr<NatsEvents> events,
                                                       Subject subject, const std::string &wireSubject,
                                                       const LogOptions &options, std::size_t maximumPayload)
{
    auto stream = std::make_shared<LogStream>(connection, std::move(events), subject, wireSubject, options);
    if (const Result<void> opened = stream->open(); !opened.ok()) {
        return opened.error();
    }
    auto tracker = std::make_shared<AppendTracker>();
    jsOptions jetStreamOptions;
    jsOptions_Init(&jetStreamOptions);
    tracker->listenTo(jetStreamOptions);
    jsCtx *made = nullptr;
    if (const natsStatus status = natsConnection_JetStream(&made, connection, &jetStreamOptions); status != NATS_OK) {
        return natsError("JetStream cannot be used", status);
    }
    return std::unique_ptr<DurableLog>(
        new JetStreamLog(std::move(stream), std::move(tracker), JetStreamPtr(made), maximumPayload));
}

JetStreamLog::~JetStreamLog()
{
    m_tracker->settle(std::chrono::milliseconds(kAckWaitMs));
}

void JetStreamLog::append(BusMessage message, std::optional<std::uint64_t> expectedLast, Done done)
{
    releaseNatsMemoryAtThreadEnd();
    if (!m_stream->events().isConnected()) {
        done({AppendStatus::Unreachable, 0, "The NATS bus is not connected."});
        return;
    }
    if (message.payload().size() > m_maximumPayload) {
        done({AppendStatus::TooLarge, 0,
              "The entry has " + std::to_string(message.payload().size()) + " bytes; the log takes at most "
                  + std::to_string(m_maximumPayload) + "."});
        return;
    }
    if (m_tracker->open() >= m_stream->options().maximumPending) {
        done({AppendStatus::Busy, 0,
              "The outcome of " + std::to_string(m_tracker->open()) + " entries is open; wait for one of them."});
        return;
    }
    Result<NatsMessagePtr> composed = compose(message, expectedLast);
    if (!composed.ok()) {
        done({AppendStatus::Failed, 0, composed.error().message});
        return;
    }
    natsMsg *handedOver = composed->release();
    const natsMsg *const key = handedOver;
    m_tracker->add(key, std::move(done));
    jsPubOptions options;
    jsPubOptions_Init(&options);
    options.MaxWait = kAckWaitMs;
    natsStatus status = NATS_OK;
    {
        const std::lock_guard lock(m_order);
        status = js_PublishMsgAsync(m_jetStream.get(), &handedOver, &options);
    }
    if (status == NATS_OK) {
        return;
    }
    // The library has not taken it, so it will not call back.
    const NatsMessagePtr unsent(handedOver);
    const Done failed = m_tracker->takeBack(key);
    const bool neverLeft = status == NATS_INSUFFICIENT_BUFFER || status == NATS_CONNECTION_CLOSED
        || status == NATS_CONNECTION_DISCONNECTED || status == NATS_DRAINING;
    failed(neverLeft ? AppendOutcome{AppendStatus::Unreachable, 0,
                                     std::string("The NATS bus is not connected: ") + natsStatus_GetText(status) + "."}
                     : outcomeOf(status, static_cast<jsErrCode>(0), nullptr));
}

Result<NatsMessagePtr> JetStreamLog::compose(const BusMessage &message, std::optional<std::uint64_t> expectedLast) const
{
    thread_local std::vector<std::byte> buffer;
    encodeMessage(message, buffer);
    natsMsg *made = nullptr;
    natsStatus status = natsMsg_Create(&made, m_stream->wireSubject().c_str(), nullptr,
                                       reinterpret_cast<const char *>(buffer.data()), static_cast<int>(buffer.size()));
    NatsMessagePtr composed(made);
    if (const MessageId id = message.header().id; status == NATS_OK && id) {
        const std::string text = std::to_string(id.origin) + "-" + std::to_string(id.number);
        status = natsMsgHeader_Set(made, "Nats-Msg-Id", text.c_str());
    }
    if (status == NATS_OK && expectedLast) {
        // Written here because the library takes 0, an empty log, for "not set".
        status = natsMsgHeader_Set(made, "Nats-Expected-Last-Sequence", std::to_string(*expectedLast).c_str());
    }
    if (status != NATS_OK) {
        return natsError("The entry cannot be composed", status);
    }
    return composed;
}

Result<std::unique_ptr<LogReader>> JetStreamLog::reader(std::uint64_t from)
{
    return std::unique_ptr<LogReader>(std::make_unique<JetStreamReader>(m_stream, std::max<std::uint64_t>(from, 1)));
}

} // namespace coinswarm::nats
