// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "bus/in_process_bus.h"
#include "bus/listener.h"
#include "support/check.h"

#if defined(COINSWARM_HAS_NATS)
#include "nats_bus.h"
#include "support/nats_cluster.h"
#endif

#include <QtTest/QtTest>

#include <future>
#include <string>
#include <vector>

namespace coinswarm::test {

inline std::span<const std::byte> bytesOf(const std::string &text)
{
    return std::as_bytes(std::span(text));
}

inline std::string textOf(const BusMessage &message)
{
    const auto bytes = message.payload();
    return std::string(reinterpret_cast<const char *>(bytes.data()), bytes.size());
}

inline BusMessage messageOf(Bus &bus, const TopicName &topic, const std::string &text)
{
    return BusMessage(topic, {bus.newId(), {}, Timestamp{1}, "test"}, bytesOf(text));
}

/// What a mailbox has once there are `count` messages; fewer if they do not come in ten seconds.
inline std::vector<BusMessage> takeAll(bus::Mailbox &mailbox, std::size_t count)
{
    std::vector<BusMessage> all;
    while (all.size() < count && mailbox.wait(std::chrono::seconds(10))) {
        while (BusMessage message = mailbox.take()) {
            all.push_back(std::move(message));
        }
    }
    return all;
}

/// append() and its outcome.
inline AppendOutcome appendTo(DurableLog &log, BusMessage message, std::optional<std::uint64_t> expectedLast = {})
{
    auto outcome = std::make_shared<std::promise<AppendOutcome>>();
    std::future<AppendOutcome> future = outcome->get_future();
    log.append(std::move(message), expectedLast, [outcome](const AppendOutcome &value) { outcome->set_value(value); });
    return future.wait_for(std::chrono::seconds(20)) == std::future_status::ready ? future.get() : AppendOutcome{};
}

/// The payloads of the entries from `from` on, once there are `count`.
inline std::vector<std::string> readFrom(DurableLog &log, std::uint64_t from, std::size_t count)
{
    std::vector<std::string> all;
    auto reader = take(log.reader(from));
    const QDeadlineTimer deadline(20'000);
    while (all.size() < count && !deadline.hasExpired()) {
        const auto batch = reader->read(1'000, std::chrono::seconds(1));
        if (batch.ok()) {
            for (const LogEntry &entry : batch->entries) {
                all.push_back(textOf(entry.message));
            }
        }
    }
    return all;
}

/// Opens a log as soon as it can be: the servers of a cluster may still elect the one that places it.
inline Result<std::unique_ptr<DurableLog>> openWhenPossible(Bus &bus, Subject subject, const LogOptions &options)
{
    Result<std::unique_ptr<DurableLog>> log = bus.openLog(subject, options);
    (void)QTest::qWaitFor(
        [&] {
            if (!log.ok()) {
                log = bus.openLog(subject, options);
            }
            return log.ok();
        },
        60'000);
    return log;
}

/// Collects what a bus reports. Any thread.
class BusEvents
{
public:
    std::function<void(const BusEvent &)> recorder()
    {
        return [this](const BusEvent &event) {
            const std::lock_guard lock(m_mutex);
            m_events.push_back(event);
            m_change.notify_all();
        };
    }
    /// The first event of a kind behind the first `after` of it; Failed with an empty detail if it does not come.
    BusEvent wait(BusEvent::Kind kind, std::chrono::milliseconds limit = std::chrono::seconds(30),
                  std::size_t after = 0)
    {
        std::unique_lock lock(m_mutex);
        BusEvent found;
        m_change.wait_for(lock, limit, [&] {
            std::size_t seen = 0;
            for (const BusEvent &event : m_events) {
                if (event.kind == kind && seen++ == after) {
                    found = event;
                    return true;
                }
            }
            return false;
        });
        return found;
    }
    std::size_t count(BusEvent::Kind kind)
    {
        const std::lock_guard lock(m_mutex);
        return static_cast<std::size_t>(std::count_if(m_events.begin(), m_events.end(),
                                                      [kind](const BusEvent &event) { return event.kind == kind; }));
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_change;
    std::vector<BusEvent> m_events;
};

#if defined(COINSWARM_HAS_NATS)
/// For a client that knows these servers, whose addresses have commas between them.
inline nats::NatsSettings natsTestSettings(const std::string &servers, std::string prefix = {})
{
    nats::NatsSettings settings;
    for (std::size_t begin = 0; begin < servers.size();) {
        const std::size_t end = std::min(servers.find(',', begin), servers.size());
        settings.servers.push_back(servers.substr(begin, end - begin));
        begin = end + 1;
    }
    settings.name = "test";
    settings.subjectPrefix = std::move(prefix);
    settings.connectTimeout = std::chrono::milliseconds(2000);
    settings.reconnectLongestWait = std::chrono::milliseconds(250);
    settings.pingInterval = std::chrono::milliseconds(500);
    return settings;
}

inline nats::NatsSettings natsTestSettings(const NatsCluster &cluster, std::string prefix = {})
{
    return natsTestSettings(cluster.servers(), std::move(prefix));
}
#endif

} // namespace coinswarm::test
