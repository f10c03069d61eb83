// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "performance/bench_nats.h"

#include "nats_bus.h"
#include "performance/benchmark.h"
#include "support/bus_world.h"

namespace coinswarm::bench {

namespace {

using test::NatsCluster;

const TopicName kTopic(Subject::AgentAction);

void check(natsStatus status)
{
    if (status != NATS_OK) {
        throw std::runtime_error(std::string("libnats: ") + natsStatus_GetText(status));
    }
}

/// Counts messages; both sides use it, so that neither has a cheaper receiver.
class Arrivals final : public Sink
{
public:
    void expect(std::size_t count)
    {
        m_seen = 0;
        m_expected = count;
    }
    void arrived()
    {
        if (m_seen.fetch_add(1) + 1 == m_expected) {
            const std::lock_guard lock(m_mutex);
            m_change.notify_all();
        }
    }
    bool offer(BusMessage &&message) override
    {
        const BusMessage taken = std::move(message);
        arrived();
        return true;
    }
    void wait()
    {
        std::unique_lock lock(m_mutex);
        if (!m_change.wait_for(lock, std::chrono::seconds(60), [this] { return m_seen >= m_expected; })) {
            throw std::runtime_error("messages were lost");
        }
    }
    std::size_t missing() const { return m_expected - m_seen; }

private:
    std::atomic<std::size_t> m_seen = 0;
    std::size_t m_expected = 0;
    std::mutex m_mutex;
    std::condition_variable m_change;
};

/// libnats as its examples use it.
class Plain
{
public:
    explicit Plain(const nats::NatsSettings &settings)
    {
        auto options = take(nats::natsOptionsFor(settings));
        natsConnection *made = nullptr;
        check(natsConnection_Connect(&made, options.get()));
        m_connection.reset(made);
        natsSubscription *subscription = nullptr;
        check(natsConnection_Subscribe(
            &subscription, made, "plain.data",
            [](natsConnection *, natsSubscription *, natsMsg *message, void *closure) {
                static_cast<Arrivals *>(closure)->arrived();
                natsMsg_Destroy(message);
            },
            &arrivals));
        check(natsSubscription_SetPendingLimits(subscription, 1'000'000, 1 << 30));
        check(natsConnection_Subscribe(
            &subscription, made, "plain.echo",
            [](natsConnection *connection, natsSubscription *, natsMsg *message, void *) {
                natsConnection_Publish(connection, natsMsg_GetReply(message), natsMsg_GetData(message),
                                       natsMsg_GetDataLength(message));
                natsMsg_Destroy(message);
            },
            nullptr));
        check(natsConnection_Flush(made));
    }

    double publish(std::size_t count, std::size_t bytes)
    {
        const std::string payload(bytes, 'x');
        arrivals.expect(count);
        const auto start = Clock::now();
        for (std::size_t i = 0; i < count; ++i) {
            check(natsConnection_Publish(m_connection.get(), "plain.data", payload.data(), static_cast<int>(bytes)));
        }
        check(natsConnection_Flush(m_connection.get()));
        arrivals.wait();
        return static_cast<double>(count) / secondsSince(start);
    }

    double request()
    {
        const std::string payload(64, 'x');
        const auto start = Clock::now();
        natsMsg *answer = nullptr;
        check(natsConnection_Request(&answer, m_connection.get(), "plain.echo", payload.data(), 64, 2'000));
        const double microseconds = secondsSince(start) * 1e6;
        natsMsg_Destroy(answer);
        return microseconds;
    }

    double append(std::size_t count)
    {
        jsOptions options;
        jsOptions_Init(&options);
        options.PublishAsync.MaxPending = 4'096;
        jsCtx *made = nullptr;
        check(natsConnection_JetStream(&made, m_connection.get(), &options));
        const nats::JetStreamPtr jetStream(made);
        const char *subjects[] = {"plain.log"};
        jsStreamConfig config;
        jsStreamConfig_Init(&config);
        config.Name = "plain_log";
        config.Subjects = subjects;
        config.SubjectsLen = 1;
        config.Discard = js_DiscardNew;
        config.MaxBytes = 1 << 30;
        jsStreamInfo *info = nullptr;
        check(js_AddStream(&info, made, &config, nullptr, nullptr));
        jsStreamInfo_Destroy(info);
        const std::string payload(256, 'x');
        const auto start = Clock::now();
        for (std::size_t i = 0; i < count; ++i) {
            natsMsg *message = nullptr;
            check(natsMsg_Create(&message, "plain.log", nullptr, payload.data(), 256));
            // An id, as every entry of ours has one.
            check(natsMsgHeader_Set(message, "Nats-Msg-Id", ("plain-" + std::to_string(++m_ids)).c_str()));
            check(js_PublishMsgAsync(made, &message, nullptr));
        }
        check(js_PublishAsyncComplete(made, nullptr));
        return static_cast<double>(count) / secondsSince(start);
    }

    Arrivals arrivals;

private:
    nats::NatsConnectionPtr m_connection;
    std::uint64_t m_ids = 0;
};

class Ours
{
public:
    explicit Ours(const nats::NatsSettings &settings) : m_bus(settings)
    {
        take(m_bus.connect({}));
        m_subscription = take(m_bus.subscribe(kTopic, {}, m_arrivals));
        m_echo = take(bus::Listener::open(m_bus, Subject::MemAudit, {}, [this](const BusMessage &question) {
            take(m_bus.reply(question, BusMessage(question.topic(), {}, question.payload())));
        }));
    }

    double publish(std::size_t count, std::size_t bytes)
    {
        const std::string payload(bytes, 'x');
        m_arrivals->expect(count);
        const auto start = Clock::now();
        for (std::size_t i = 0; i < count; ++i) {
            take(m_bus.publish(messageOf(kTopic, payload)));
        }
        take(m_bus.flush(std::chrono::seconds(10)));
        m_arrivals->wait();
        return static_cast<double>(count) / secondsSince(start);
    }

    double request()
    {
        const std::string payload(64, 'x');
        const auto start = Clock::now();
        take(m_bus.request(messageOf(Subject::MemAudit, payload), std::chrono::seconds(2)));
        return secondsSince(start) * 1e6;
    }

    double append(std::size_t count)
    {
        LogOptions options;
        options.maximumPending = 4'096;
        auto log = take(m_bus.openLog(Subject::MemCommit, options));
        const std::string payload(256, 'x');
        m_arrivals->expect(count);
        std::atomic<std::size_t> refused = 0;
        const auto start = Clock::now();
        for (std::size_t i = 0; i < count; ++i) {
            // As libnats alone does, it waits where too many are under way.
            while (i >= 4'000 + (count - m_arrivals->missing())) {
                std::this_thread::yield();
            }
            log->append(messageOf(Subject::MemCommit, payload), {}, [&](const AppendOutcome &outcome) {
                refused += outcome.inLog() ? 0 : 1;
                m_arrivals->arrived();
            });
        }
        m_arrivals->wait();
        const double rate = static_cast<double>(count) / secondsSince(start);
        if (refused > 0) {
            throw std::runtime_error("entries were refused");
        }
        return rate;
    }

private:
    BusMessage messageOf(const TopicName &topic, const std::string &payload)
    {
        return BusMessage(topic, {m_bus.newId(), {}, Timestamp{1}, "engine"}, std::as_bytes(std::span(payload)));
    }

    nats::NatsBus m_bus;
    std::shared_ptr<Arrivals> m_arrivals = std::make_shared<Arrivals>();
    std::unique_ptr<Subscription> m_subscription;
    std::unique_ptr<bus::Listener> m_echo;
};

/// Rates of both, taking turns, so that the machine's moods strike both.
struct Rates {
    double ours = 0;
    double plain = 0;
    double ratio = 0; ///< the median of the rounds' ratios
};

template <class Measure>
Rates compare(int rounds, Measure measure)
{
    std::vector<double> ours;
    std::vector<double> plain;
    std::vector<double> ratios;
    for (int i = 0; i < rounds; ++i) {
        const bool first = i % 2 == 0;
        const double one = measure(first);
        const double two = measure(!first);
        ours.push_back(first ? one : two);
        plain.push_back(first ? two : one);
        ratios.push_back(ours.back() / plain.back());
    }
    return {percentiles(ours).p50, percentiles(plain).p50, percentiles(ratios).p50};
}

} // namespace

std::string measureNats(bool quick, bool json)
{
    if (!NatsCluster::isAvailable()) {
        std::fprintf(stderr, "bench_bus: SKIPPED NATS: nats-server is not installed (apt-get install nats-server)\n");
        return "null";
    }
    const auto server = bench::take(NatsCluster::start(1));
    nats::NatsSettings settings = test::natsTestSettings(*server);
    settings.pendingMessages = 1'000'000;
    settings.pingInterval = std::chrono::seconds(10);
    // One at a time, as managers talk to each other; and as many as go through.
    std::vector<double> oursUs;
    std::vector<double> plainUs;
    {
        Ours ours(settings);
        Plain plain(settings);
        for (int i = 0; i < (quick ? 500 : 10'000); ++i) {
            oursUs.push_back(ours.request());
            plainUs.push_back(plain.request());
        }
    }
    settings.sendAtOnce = false;
    Ours ours(settings);
    Plain plain(settings);
    const std::size_t count = quick ? 100'000 : 500'000;
    const int rounds = quick ? 3 : 9;
    const auto published = [&](std::size_t bytes) {
        return compare(rounds,
                       [&](bool first) { return first ? ours.publish(count, bytes) : plain.publish(count, bytes); });
    };
    const Rates small = published(64);
    const Rates large = published(256);
    const Percentiles oursRequest = percentiles(oursUs);
    const Percentiles plainRequest = percentiles(plainUs);
    const Rates appends =
        compare(quick ? 3 : 5, [&](bool first) { return first ? ours.append(count / 10) : plain.append(count / 10); });

    if (!json) {
        const auto line = [](const char *what, const Rates &rates) {
            std::printf("%-25s %8.0f thousand/s, libnats alone %8.0f; ratio %.2f\n", what, rates.ours / 1e3,
                        rates.plain / 1e3, rates.ratio);
        };
        line("NATS 64 B to a subscriber", small);
        line("NATS 256 B to a subscriber", large);
        line("JetStream 256 B, acked", appends);
        std::printf("NATS request              P50 %.0f us, P99 %.0f us; libnats alone P50 %.0f us, P99 %.0f us\n",
                    oursRequest.p50, oursRequest.p99, plainRequest.p50, plainRequest.p99);
    }
    const auto object = [](const Rates &rates) {
        char text[160];
        std::snprintf(text, sizeof text, "{\"per_second\":%.0f,\"libnats_per_second\":%.0f,\"ratio\":%.3f}", rates.ours,
                      rates.plain, rates.ratio);
        return std::string(text);
    };
    char requests[240];
    std::snprintf(requests, sizeof requests,
                  "{\"us\":{\"p50\":%.1f,\"p99\":%.1f},\"libnats_us\":{\"p50\":%.1f,\"p99\":%.1f}}", oursRequest.p50,
                  oursRequest.p99, plainRequest.p50, plainRequest.p99);
    return "{\"publish_64\":" + object(small) + ",\"publish_256\":" + object(large) + ",\"request\":" + requests
        + ",\"jetstream_256\":" + object(appends) + "}";
}

} // namespace coinswarm::bench
