// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "bus/in_process_bus.h"

#include "bus/in_process_log.h"

#include <QtCore/QRandomGenerator>

namespace coinswarm::bus {

namespace {

class InProcessSubscription final : public Subscription
{
public:
    InProcessSubscription(std::shared_ptr<Router> router, TopicName topic, std::shared_ptr<Router::Member> member)
        : m_router(std::move(router)), m_topic(std::move(topic)), m_member(std::move(member))
    {}
    ~InProcessSubscription() override { m_router->remove(m_topic, m_member); }
    std::uint64_t dropped() const override { return m_member->dropped; }

private:
    const std::shared_ptr<Router> m_router;
    const TopicName m_topic;
    const std::shared_ptr<Router::Member> m_member;
};

} // namespace

InProcessBus::InProcessBus(std::filesystem::path logFolder)
    : m_logFolder(std::move(logFolder)),
      m_origin(QRandomGenerator::system()->generate64()),
      m_router(std::make_shared<Router>())
{}

InProcessBus::~InProcessBus() = default;

Result<void> InProcessBus::connect(std::function<void(const BusEvent &)> onEvent)
{
    State expected = State::New;
    m_onEvent = std::move(onEvent);
    if (!m_state.compare_exchange_strong(expected, State::Connected)) {
        return Error{ErrorKind::Refused, "The in-process bus was connected before."};
    }
    report({BusEvent::Kind::Connected, "in-process", 0});
    return {};
}

MessageId InProcessBus::newId()
{
    return {m_origin, m_lastId.fetch_add(1, std::memory_order_relaxed) + 1};
}

std::size_t InProcessBus::maximumPayload() const
{
    return InProcessLog::kMaximumPayload;
}

Result<void> InProcessBus::checkUsable() const
{
    switch (m_state.load(std::memory_order_acquire)) {
    case State::Connected:
        return {};
    case State::New:
        return Error{ErrorKind::Unavailable, "The bus is not connected yet."};
    case State::Closed:
        break;
    }
    return Error{ErrorKind::Refused, "The bus is closed; it takes nothing any more."};
}

Result<void> InProcessBus::checkSize(const BusMessage &message) const
{
    if (message.payload().size() > InProcessLog::kMaximumPayload) {
        return invalid("A message on " + wireSubject(message.topic()) + " has "
                       + std::to_string(message.payload().size()) + " bytes; the bus carries at most "
                       + std::to_string(InProcessLog::kMaximumPayload) + ".");
    }
    return {};
}

Result<void> InProcessBus::publish(BusMessage message)
{
    Router::Delivery delivery;
    return deliver({&message, 1}, delivery);
}

Result<void> InProcessBus::publishBatch(std::span<const BusMessage> messages)
{
    constexpr std::size_t kAtOnce = 256;
    std::vector<BusMessage> copies;
    for (; !messages.empty(); messages = messages.subspan(std::min(kAtOnce, messages.size()))) {
        const auto part = messages.first(std::min(kAtOnce, messages.size()));
        copies.assign(part.begin(), part.end());
        Router::Delivery delivery;
        if (Result<void> delivered = deliver(copies, delivery); !delivered.ok()) {
            return delivered;
        }
    }
    return {};
}

Result<void> InProcessBus::deliver(std::span<BusMessage> messages, Router::Delivery &delivery)
{
    if (m_state.load(std::memory_order_acquire) != State::Connected) {
        return checkUsable();
    }
    std::size_t fitting = 0;
    while (fitting < messages.size() && messages[fitting].payload().size() <= InProcessLog::kMaximumPayload) {
        ++fitting;
    }
    m_router->deliver(messages.first(fitting), delivery);
    for (const Router::Drop &drop : delivery.drops) {
        report(
            {BusEvent::Kind::Dropped, "A subscriber of " + wireSubject(drop.topic) + " does not keep up.", drop.total});
    }
    if (!delivery.open) {
        return Error{ErrorKind::Refused, "The bus is closed; it takes nothing any more."};
    }
    return fitting < messages.size() ? checkSize(messages[fitting]) : Result<void>();
}

Result<void> InProcessBus::flush(std::chrono::milliseconds)
{
    return checkUsable();
}

Result<std::unique_ptr<Subscription>> InProcessBus::subscribe(const TopicName &topic, const SubscribeOptions &options,
                                                              std::shared_ptr<Sink> sink)
{
    if (const Result<void> usable = checkUsable(); !usable.ok()) {
        return usable.error();
    }
    auto member = m_router->add(topic, options, std::move(sink));
    return std::unique_ptr<Subscription>(std::make_unique<InProcessSubscription>(m_router, topic, std::move(member)));
}

Result<BusMessage> InProcessBus::request(BusMessage message, std::chrono::milliseconds timeout)
{
    const std::string subject = wireSubject(message.topic());
    const std::string address = m_requests.open();
    BusMessage question(message.topic(), message.header(), message.payload(), address);
    Router::Delivery delivery;
    const Result<void> delivered = deliver({&question, 1}, delivery);
    std::optional<BusMessage> answer;
    if (delivered.ok() && delivery.taken > 0) {
        answer = m_requests.wait(address, timeout);
    }
    m_requests.close(address);
    if (answer.has_value()) {
        return std::move(*answer);
    }
    if (!delivered.ok()) {
        return delivered.error();
    }
    if (delivery.subscribed == 0) {
        return Error{ErrorKind::NotFound, "Nobody answers requests on " + subject + "."};
    }
    return Error{ErrorKind::Unavailable,
                 delivery.taken == 0
                     ? "Whoever answers requests on " + subject + " is busy; its buffer is full."
                     : "No answer on " + subject + " within " + std::to_string(timeout.count()) + " ms."};
}

Result<void> InProcessBus::reply(const BusMessage &request, BusMessage answer)
{
    if (const Result<void> usable = checkUsable(); !usable.ok()) {
        return usable;
    }
    if (request.replyTo().empty()) {
        return invalid("The message on " + wireSubject(request.topic()) + " did not ask for an answer.");
    }
    if (const Result<void> fits = checkSize(answer); !fits.ok()) {
        return fits;
    }
    m_requests.answer(request.replyTo(), std::move(answer));
    return {};
}

Result<std::unique_ptr<DurableLog>> InProcessBus::openLog(Subject subject, const LogOptions &options)
{
    if (const Result<void> usable = checkUsable(); !usable.ok()) {
        return usable.error();
    }
    const std::lock_guard lock(m_logMutex);
    std::shared_ptr<InProcessLog> log = m_logs[subject].lock();
    if (log == nullptr) {
        const auto file =
            m_logFolder.empty() ? std::filesystem::path() : m_logFolder / (std::string(subjectText(subject)) + ".log");
        auto opened = InProcessLog::open(file, subject, options);
        if (!opened.ok()) {
            return opened.error();
        }
        log = std::move(opened).value();
        if (log->bytesCutOff() > 0) {
            report({BusEvent::Kind::Failed,
                    "The log of " + std::string(subjectText(subject)) + " ended in the middle of an entry; "
                        + std::to_string(log->bytesCutOff()) + " bytes were cut off.",
                    0});
        }
        m_logs[subject] = log;
    }
    return std::unique_ptr<DurableLog>(std::make_unique<InProcessLogHandle>(std::move(log)));
}

Result<void> InProcessBus::drain(std::chrono::milliseconds)
{
    if (m_state.exchange(State::Closed) == State::Connected) {
        m_router->close();
        report({BusEvent::Kind::Closed, "drained", 0});
    }
    return {};
}

void InProcessBus::report(const BusEvent &event)
{
    const std::lock_guard lock(m_eventMutex);
    if (m_onEvent) {
        m_onEvent(event);
    }
}

} // namespace coinswarm::bus
