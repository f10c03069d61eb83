// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What the bus costs:
//   in-process  64-byte messages made, published and taken in one thread, one by one and in batches; and from one thread to
//               another
//   log         append and wait until durable, in a file
//   NATS        each figure beside libnats alone against the same server, taking turns: publish and receive, request and
//               reply, JetStream publishes with acknowledgement. Skipped, loudly, without libnats or nats-server

#include "performance/benchmark.h"

#include "bus/in_process_bus.h"
#include "bus/mailbox.h"

#include <QtCore/QTemporaryDir>

#include <future>
#include <thread>

#if defined(COINSWARM_HAS_NATS)
#include "performance/bench_nats.h"
#endif

using namespace coinswarm;
using namespace coinswarm::bench;
using namespace coinswarm::bus;

namespace {

constexpr std::size_t kPayload = 64;
const TopicName kTopic(Subject::AgentAction);

double median(std::vector<double> values)
{
    return percentiles(std::move(values)).p50;
}

struct InProcessFigures {
    double oneThread = 0;
    double oneThreadBatches = 0;
    double twoThreads = 0;
    Percentiles appendUs;
};

BusMessage make(Bus &bus)
{
    static const std::byte payload[kPayload] = {};
    return BusMessage(kTopic, {bus.newId(), {}, Timestamp{1}, "engine"}, payload);
}

double oneThread(Bus &bus, Mailbox &mailbox, std::size_t count)
{
    const auto start = Clock::now();
    for (std::size_t i = 0; i < count; ++i) {
        take(bus.publish(make(bus)));
        if (!mailbox.take()) {
            throw std::runtime_error("a message was lost");
        }
    }
    return static_cast<double>(count) / secondsSince(start);
}

double oneThreadBatches(Bus &bus, Mailbox &mailbox, std::size_t count)
{
    constexpr std::size_t kBatch = 64;
    std::vector<BusMessage> batch(kBatch);
    const auto start = Clock::now();
    for (std::size_t i = 0; i < count; i += kBatch) {
        for (BusMessage &message : batch) {
            message = make(bus);
        }
        take(bus.publishBatch(batch));
        for (std::size_t j = 0; j < kBatch; ++j) {
            if (!mailbox.take()) {
                throw std::runtime_error("a message was lost");
            }
        }
    }
    return static_cast<double>(count) / secondsSince(start);
}

double twoThreads(Bus &bus, Mailbox &mailbox, std::size_t count)
{
    std::atomic<std::size_t> taken = 0;
    const auto start = Clock::now();
    std::thread consumer([&] {
        for (std::size_t got = 0; got < count && mailbox.wait(std::chrono::seconds(30));) {
            while (mailbox.take()) {
                taken.store(++got, std::memory_order_release);
            }
        }
    });
    for (std::size_t i = 0; i < count; ++i) {
        // Waits for room as a publisher would that must not lose anything.
        while (i - taken.load(std::memory_order_acquire) >= mailbox.capacity()) {
            std::this_thread::yield();
        }
        take(bus.publish(make(bus)));
    }
    consumer.join();
    return static_cast<double>(taken) / secondsSince(start);
}

Percentiles appends(Bus &bus, int count)
{
    auto log = take(bus.openLog(Subject::MemCommit, {}));
    std::vector<double> microseconds;
    for (int i = 0; i < count; ++i) {
        std::promise<AppendOutcome> outcome;
        const auto start = Clock::now();
        log->append(make(bus), {}, [&outcome](const AppendOutcome &value) { outcome.set_value(value); });
        if (!outcome.get_future().get().inLog()) {
            throw std::runtime_error("an entry was refused");
        }
        microseconds.push_back(secondsSince(start) * 1e6);
    }
    return percentiles(std::move(microseconds));
}

InProcessFigures measureInProcess(bool quick)
{
    const QTemporaryDir folder;
    InProcessBus bus(folder.path().toStdString());
    take(bus.connect({}));
    auto mailbox = std::make_shared<Mailbox>(65'536);
    const auto subscription = take(bus.subscribe(kTopic, {}, mailbox));
    const std::size_t count = quick ? 1'000'000 : 5'000'000;
    std::vector<double> one;
    std::vector<double> batches;
    std::vector<double> two;
    for (int i = 0; i < 5; ++i) {
        one.push_back(oneThread(bus, *mailbox, count));
        batches.push_back(oneThreadBatches(bus, *mailbox, count / 64 * 64));
        two.push_back(twoThreads(bus, *mailbox, count));
    }
    return {median(one), median(batches), median(two), appends(bus, quick ? 300 : 3'000)};
}

int measure(bool quick, bool json)
{
    const InProcessFigures local = measureInProcess(quick);
    std::string nats = "null";
#if defined(COINSWARM_HAS_NATS)
    nats = measureNats(quick, json);
#else
    std::fprintf(stderr, "bench_bus: SKIPPED NATS: built without libnats (apt-get install libnats-dev)\n");
#endif
    if (json) {
        std::printf("{\"benchmark\":\"bus\",\"message_bytes\":%zu,\"one_thread_per_second\":%.0f,"
                    "\"one_thread_batches_per_second\":%.0f,\"two_threads_per_second\":%.0f,"
                    "\"log_append_us\":{\"p50\":%.1f,\"p99\":%.1f},\"nats\":%s}\n",
                    kPayload, local.oneThread, local.oneThreadBatches, local.twoThreads, local.appendUs.p50,
                    local.appendUs.p99, nats.c_str());
    } else {
        std::printf("in-process, one thread    %6.1f million messages/s, in batches of 64 %6.1f\n",
                    local.oneThread / 1e6, local.oneThreadBatches / 1e6);
        std::printf("in-process, two threads   %6.1f million messages/s\n", local.twoThreads / 1e6);
        std::printf("log in a file, append     P50 %.0f us, P99 %.0f us\n", local.appendUs.p50, local.appendUs.p99);
    }
    return 0;
}

} // namespace

int main(int argc, char **argv)
{
    return benchmarkMain("bench_bus", argc, argv, measure);
}
