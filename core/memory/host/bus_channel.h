// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "bus/listener.h"
#include "memory/host/quorum_channel.h"

#include "journal/digest.h"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace coinswarm::memory {

/// Managers talk over a bus: submissions on mem.propose, statements on mem.vote, commits and finals in the log mem.commit.
/// The cluster's id stands below the topics and in every commit, so that clusters that share a bus do not hear each other.
class BusChannel final : public QuorumChannel
{
public:
    struct Options {
        journal::Digest cluster{};
        std::string source; ///< who speaks: "m2"
        LogOptions log; ///< its replicas as many as the bus has servers for
    };

    /// `bus` is connected and outlives the channel.
    BusChannel(Bus &bus, Options options);
    ~BusChannel() override;

    Result<void> open(Receiver receiver) override;
    void takePlace(std::optional<quorum::ManagerIndex> self) override;
    void submit(quorum::BatchKind kind, const std::string &item) override;
    void broadcast(const quorum::MessagePtr &message) override;
    void send(quorum::ManagerIndex to, const quorum::MessagePtr &message) override;
    void append(const quorum::MessagePtr &message) override;
    std::string trouble() const override;

private:
    Result<void> listen(const TopicName &topic, SubscribeOptions subscribe);
    void receive(const BusMessage &message);
    bool isForSomebodyElse(const TopicName &topic) const;
    void readLog();
    bool takeEntries(const LogBatch &batch);
    void publish(const TopicName &topic, const quorum::Message &message);
    void note(const std::string &trouble);

    Bus &m_bus;
    Options m_options;
    const std::string m_clusterToken;
    Receiver m_receiver;
    std::unique_ptr<DurableLog> m_log;
    std::unique_ptr<LogReader> m_reader;
    std::vector<std::unique_ptr<bus::Listener>> m_listeners;
    std::thread m_logThread;
    std::atomic<std::optional<quorum::ManagerIndex>> m_place{};
    std::atomic<bool> m_stopping = false;
    quorum::Slot m_lastInLog = 0; ///< log thread's own: slot of the last final that was read
    mutable std::mutex m_mutex;
    std::condition_variable m_stopped;
    std::string m_appendTrouble; ///< guarded by m_mutex; stays until something was appended
    std::string m_trouble; ///< guarded by m_mutex
};

} // namespace coinswarm::memory
