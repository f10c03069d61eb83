// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "runtime/kernel.h"

#include "engine/record_codec.h"
#include "plugins/foreign_call.h"

namespace coinswarm::runtime {

namespace {

/// Effects that change something outside this process; they must not happen unrecorded.
bool touchesTheWorld(const engine::Effect &effect)
{
    return std::holds_alternative<engine::effect::Submit>(effect)
        || std::holds_alternative<engine::effect::Query>(effect);
}

} // namespace

KernelObserver::~KernelObserver() = default;
EpisodicMemory::~EpisodicMemory() = default;

Kernel::Kernel(Edges edges) : m_edges(std::move(edges)), m_now(m_edges.engine->now()) {}

void Kernel::notify(const engine::Event &event)
{
    for (KernelObserver *observer : m_edges.observers) {
        observer->onEvent(event);
    }
}

void Kernel::process(Timestamp now, engine::EventBody body)
{
    m_queue.push_back({now, std::move(body)});
    if (!m_running) {
        drain();
    }
}

void Kernel::drain()
{
    m_running = true;
    while (!m_queue.empty()) {
        engine::Event event = std::move(m_queue.front());
        m_queue.pop_front();
        event.now = event.now < m_now ? m_now : event.now;
        run(event);
    }
    m_running = false;
}

void Kernel::processTrade(Timestamp now, const Trade &trade)
{
    m_now = now < m_now ? m_now : now;
    ++m_events;
    if (m_edges.journal != nullptr) {
        journalEvent(m_now, trade);
    }
    m_effects.clear();
    m_edges.engine->applyTrade(m_now, trade, m_effects);
    if (!m_edges.observers.empty()) {
        notify({m_now, trade});
    }
    if (!m_effects.empty()) {
        m_running = true;
        settle(m_now);
        drain();
    }
}

void Kernel::run(const engine::Event &event)
{
    m_now = event.now;
    ++m_events;
    if (m_edges.journal != nullptr) {
        journalEvent(event.now, event.body);
    }
    m_effects.clear();
    m_edges.engine->apply(event, m_effects);
    notify(event);
    if (!m_effects.empty()) {
        settle(event.now);
    }
}

void Kernel::journalEvent(Timestamp now, const engine::EventBody &body)
{
    m_buffer.clear();
    engine::encodeRecord(body, m_buffer);
    append(engine::recordType(body), now, 0);
}

Sequence Kernel::append(std::uint16_t type, Timestamp now, std::uint16_t flags)
{
    if (m_journalFailed) {
        return {};
    }
    const Sequence record = m_edges.journal->append(type, now, m_buffer, flags);
    if (!record) {
        onJournalLost(now);
    }
    return record;
}

void Kernel::settle(Timestamp now)
{
    bool urgent = false;
    m_records.clear();
    for (const engine::Effect &effect : m_effects) {
        Sequence record;
        if (m_edges.journal != nullptr) {
            m_buffer.clear();
            engine::encodeRecord(effect, m_buffer);
            record = append(engine::recordType(effect), now, engine::recordFlags(effect));
        }
        m_records.push_back(record);
        urgent = urgent || touchesTheWorld(effect);
    }
    if (urgent && m_edges.journal != nullptr && m_edges.waitForDisk) {
        m_edges.journal->commit();
    }
    for (std::size_t i = 0; i < m_effects.size(); ++i) {
        for (KernelObserver *observer : m_edges.observers) {
            observer->onEffect(now, m_effects[i]);
        }
        leave(now, m_effects[i], m_records[i]);
    }
}

void Kernel::leave(Timestamp now, const engine::Effect &effect, Sequence record)
{
    const bool mustWait = touchesTheWorld(effect) && m_edges.journal != nullptr && m_edges.waitForDisk;
    if (!mustWait) {
        dispatch(now, effect);
    } else if (!m_journalFailed) {
        m_waiting.push_back({record, effect});
    }
}

void Kernel::releaseDurable()
{
    if (m_waiting.empty()) {
        return;
    }
    if (m_edges.journal->failed()) {
        onJournalLost(m_now);
        return;
    }
    const Sequence durable = m_edges.journal->durableSequence();
    while (!m_waiting.empty() && m_waiting.front().record <= durable) {
        const engine::Effect effect = std::move(m_waiting.front().effect);
        m_waiting.pop_front();
        dispatch(m_now, effect);
    }
}

void Kernel::withdrawWaiting(const std::string &clientId)
{
    // A cancel overtakes its order while that waits for the disk. If the order followed, the venue would refuse the
    // cancel of something it has not seen and then take the order, kill switch or not.
    std::erase_if(m_waiting, [&](const Waiting &waiting) {
        const auto *submit = std::get_if<engine::effect::Submit>(&waiting.effect);
        return submit != nullptr && submit->order.order().clientId == clientId;
    });
}

template <class Call>
void Kernel::tellVenue(Timestamp now, const char *method, Call call)
{
    if (const std::string what = plugins::foreignCall(nullptr, 0, method, call); !what.empty()) {
        onVenueFailed(now, what);
    }
}

void Kernel::dispatch(Timestamp now, const engine::Effect &effect)
{
    if (const auto *ask = std::get_if<engine::effect::AskAgents>(&effect)) {
        // Zero means no deadline; the pool then has all the time there is.
        const Duration budget = ask->deadline.ns == 0 ? Duration::max() : ask->deadline - now;
        MarketState state = ask->state;
        m_edges.engine->attachHistory(state);
        m_edges.agents->ask(state, ask->agents, budget);
    } else if (const auto *submit = std::get_if<engine::effect::Submit>(&effect)) {
        tellVenue(now, "submit()", [&] { m_edges.venue->submit(submit->order, now); });
    } else if (const auto *cancel = std::get_if<engine::effect::Cancel>(&effect)) {
        if (m_journalFailed && m_edges.journal != nullptr) {
            m_buffer.clear();
            engine::encodeRecord(effect, m_buffer);
            // The cancel goes out whether or not even the reserve is gone.
            (void)m_edges.journal->appendToReserve(engine::recordType(effect), now, m_buffer);
        }
        withdrawWaiting(cancel->clientId);
        tellVenue(now, "cancel()", [&] { m_edges.venue->cancel(cancel->clientId, now); });
    } else if (const auto *question = std::get_if<engine::effect::Query>(&effect)) {
        tellVenue(now, "query()", [&] { m_edges.venue->query(question->clientId, now); });
    } else if (const auto *closed = std::get_if<engine::effect::RoundTripClosed>(&effect)) {
        for (std::size_t i = 0; i < closed->voted.size(); ++i) {
            m_edges.agents->learn(AgentId(static_cast<std::uint32_t>(i + 1)), {closed->trade, closed->voted[i]});
        }
    } else if (const auto *recalling = std::get_if<engine::effect::RecallEpisodes>(&effect)) {
        process(now, engine::event::EpisodesRecalled{recalling->ask, recall(*recalling)});
    }
}

Recall Kernel::recall(const engine::effect::RecallEpisodes &question)
{
    Recall answer;
    if (m_edges.memory == nullptr) {
        answer.unavailable = "no memory is connected";
        return answer;
    }
    // The search may be a plugin's.
    if (std::string what =
            plugins::foreignCall(nullptr, 0, "recall()", [&] { answer = m_edges.memory->recall(question); });
        !what.empty())
    {
        answer = Recall{};
        answer.unavailable = std::move(what);
    }
    return answer;
}

void Kernel::onVenueFailed(Timestamp now, const std::string &what)
{
    process(now, engine::event::OperatorHalted{"coinswarm", "The venue has failed: " + what});
}

void Kernel::onJournalLost(Timestamp now)
{
    if (m_journalFailed) {
        return;
    }
    m_journalFailed = true;
    m_waiting.clear();
    const std::optional<Error> failure = m_edges.journal->failure();
    const Error error = failure.value_or(Error{ErrorKind::Environment, "the journal cannot be written"});
    for (KernelObserver *observer : m_edges.observers) {
        observer->onJournalFailed(error);
    }
    process(now, engine::event::OperatorHalted{"coinswarm", "The journal cannot be written: " + error.message});
}

} // namespace coinswarm::runtime
