// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/host/bus_channel.h"

#include "codec/binary_reader.h"
#include "codec/binary_writer.h"
#include "memory/host/heartbeat.h"
#include "plugins/thread_name.h"

#include <algorithm>

namespace coinswarm::memory {

namespace {

constexpr std::size_t kMailbox = 16'384;
constexpr std::size_t kLogBatch = 256;
constexpr std::chrono::milliseconds kLogWait{500};

quorum::MessagePtr messageOf(const BusMessage &from)
{
    Result<quorum::Message> message = codec::decoded<quorum::Message>(from.payload());
    return message ? std::make_shared<const quorum::Message>(std::move(*message)) : nullptr;
}

/// Of what may stand in the log.
const quorum::CommitBody *bodyOf(const quorum::Message &message)
{
    if (const auto *commit = std::get_if<quorum::Commit>(&message)) {
        return &commit->decided.certificate.body;
    }
    const auto *final = std::get_if<quorum::Final>(&message);
    return final != nullptr ? &final->decided.certificate.body : nullptr;
}

} // namespace

BusChannel::BusChannel(Bus &bus, Options options)
    : m_bus(bus), m_options(std::move(options)), m_clusterToken(clusterToken(m_options.cluster))
{
    m_options.log.replicas = 0;
}

BusChannel::~BusChannel()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
    }
    m_stopped.notify_all();
    m_listeners.clear();
    if (m_reader != nullptr) {
        m_reader->interrupt();
    }
    if (m_logThread.joinable()) {
        m_logThread.join();
    }
    m_reader.reset();
    m_log.reset();
}

Result<void> BusChannel::open(Receiver receiver)
{
    m_receiver = std::move(receiver);
    Result<std::unique_ptr<DurableLog>> log = m_bus.openLog(Subject::MemCommit, m_options.log);
    if (!log) {
        return log.error();
    }
    m_log = std::move(*log);
    // From the beginning: what is final already is recognised by its slot, and the end tells whether a tail was lost.
    Result<std::unique_ptr<LogReader>> reader = m_log->reader(1);
    if (!reader) {
        return reader.error();
    }
    m_reader = std::move(*reader);
    SubscribeOptions below;
    below.scope = TopicScope::Below;
    for (const auto &[topic, subscribe] :
         {std::pair(TopicName(Subject::MemPropose, {m_clusterToken}), SubscribeOptions()),
          std::pair(TopicName(Subject::MemVote, {m_clusterToken}), SubscribeOptions()),
          // One topic for each manager, who is another with each epoch.
          std::pair(TopicName(Subject::MemVote, {m_clusterToken}), below)})
    {
        if (const Result<void> listening = listen(topic, subscribe); !listening) {
            return listening;
        }
    }
    m_logThread = std::thread([this] { readLog(); });
    return {};
}

Result<void> BusChannel::listen(const TopicName &topic, SubscribeOptions subscribe)
{
    bus::Listener::Options options;
    options.threadName = "memory-bus";
    options.capacity = kMailbox;
    options.subscribe = std::move(subscribe);
    Result<std::unique_ptr<bus::Listener>> listener =
        bus::Listener::open(m_bus, topic, options, [this](const BusMessage &message) { receive(message); });
    if (!listener) {
        return listener.error();
    }
    m_listeners.push_back(std::move(*listener));
    return {};
}

void BusChannel::receive(const BusMessage &message)
{
    // What cannot be decoded is somebody's mistake or malice; it is as good as lost.
    if (message.header().source == m_options.source || isForSomebodyElse(message.topic())) {
        return;
    }
    if (quorum::MessagePtr decoded = messageOf(message)) {
        m_receiver({std::move(decoded), false, false, 0, message.payload().size()});
    }
}

bool BusChannel::isForSomebodyElse(const TopicName &topic) const
{
    // Who only follows hears what managers answer each other: nobody answers it.
    const std::optional<quorum::ManagerIndex> place = m_place;
    return place && topic.tokens.size() > 1 && topic.tokens[1] != std::to_string(*place);
}

void BusChannel::readLog()
{
    plugins::nameThisThread("memory-log");
    while (!m_stopping) {
        const Result<LogBatch> batch = m_reader->read(kLogBatch, kLogWait);
        if (m_stopping) {
            return;
        }
        if (!batch) {
            note(batch.error().message);
            std::unique_lock lock(m_mutex);
            m_stopped.wait_for(lock, kLogWait, [this] { return m_stopping.load(); });
            continue;
        }
        note({});
        const bool atEnd = takeEntries(*batch);
        if (atEnd) {
            m_receiver({nullptr, false, true, m_lastInLog, 0});
        }
    }
}

bool BusChannel::takeEntries(const LogBatch &batch)
{
    if (batch.lostTail) {
        m_lastInLog = 0;
    }
    for (const LogEntry &entry : batch.entries) {
        quorum::MessagePtr message = messageOf(entry.message);
        const quorum::CommitBody *body = message ? bodyOf(*message) : nullptr;
        // A log has no topics of its own: clusters that share it are told apart by what they say.
        if (body != nullptr && body->cluster == m_options.cluster) {
            // Only without a hole: what is behind one is not there for who reads from the beginning.
            if (std::holds_alternative<quorum::Final>(*message) && body->slot == m_lastInLog + 1) {
                ++m_lastInLog;
            }
            m_receiver({std::move(message), true, false, 0, entry.message.payload().size()});
        }
    }
    return batch.entries.empty() && !batch.lostTail;
}

void BusChannel::publish(const TopicName &topic, const quorum::Message &message)
{
    const std::vector<std::byte> bytes = codec::encoded(message);
    const Result<void> sent = m_bus.publish(BusMessage(topic, MessageHeader{{}, {}, {}, m_options.source}, bytes));
    note(sent ? std::string() : sent.error().message);
}

void BusChannel::takePlace(std::optional<quorum::ManagerIndex> self)
{
    m_place = self;
}

void BusChannel::submit(quorum::BatchKind kind, const std::string &item)
{
    publish({Subject::MemPropose, {m_clusterToken}}, quorum::SubmitItems{kind, item});
}

void BusChannel::broadcast(const quorum::MessagePtr &message)
{
    publish({Subject::MemVote, {m_clusterToken}}, *message);
}

void BusChannel::send(quorum::ManagerIndex to, const quorum::MessagePtr &message)
{
    publish({Subject::MemVote, {m_clusterToken, std::to_string(to)}}, *message);
}

void BusChannel::append(const quorum::MessagePtr &message)
{
    const std::vector<std::byte> bytes = codec::encoded(*message);
    // Its outcome is seen when it is read back; what is lost is appended again.
    m_log->append(BusMessage({Subject::MemCommit, {}}, MessageHeader{{}, {}, {}, m_options.source}, bytes), {},
                  [this](const AppendOutcome &outcome) {
                      const std::lock_guard lock(m_mutex);
                      m_appendTrouble = outcome.inLog() ? std::string() : outcome.message;
                  });
}

void BusChannel::note(const std::string &trouble)
{
    const std::lock_guard lock(m_mutex);
    m_trouble = trouble;
}

std::string BusChannel::trouble() const
{
    const std::lock_guard lock(m_mutex);
    return m_appendTrouble.empty() ? m_trouble : m_appendTrouble;
}

} // namespace coinswarm::memory
