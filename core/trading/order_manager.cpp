// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "trading/order_manager.h"

#include "trading/order_states.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace coinswarm::trading {

OrderManager::OrderManager(OrderSettings settings) : m_settings(std::move(settings)) {}

OrderId OrderManager::create(Order draft, AgentId agent, RegimeId regime, Timestamp now)
{
    const OrderId id(m_nextOrder++);
    draft.id = id;
    draft.clientId = "cs-" + m_settings.session + "-" + std::to_string(id.value);
    draft.state = OrderState::Proposed;
    draft.created = now;
    draft.updated = now;
    OrderRecord &record = m_records[id];
    record.order = std::move(draft);
    record.agent = agent;
    record.regime = regime;
    m_active.insert(id);
    return id;
}

bool OrderManager::move(OrderRecord &record, OrderState to, const std::string &reason, Timestamp now,
                        ReportOutcome *outcome)
{
    Order &order = record.order;
    if (!isLegalTransition(order.state, to)) {
        if (outcome != nullptr) {
            outcome->alerts.push_back({AlertSeverity::Danger, "illegal_transition",
                                       "order " + order.clientId + " cannot go from "
                                           + std::string(enumName(order.state)) + " to " + std::string(enumName(to))
                                           + "; the report was not followed"});
        }
        return false;
    }
    order.state = to;
    order.reason = reason;
    order.updated = now;
    if (outcome != nullptr) {
        outcome->changed = true;
    }
    if (isFinal(to)) {
        record.deadline = Timestamp();
        answered(record);
        m_active.erase(order.id);
        m_finished.push_back(order.id);
        ++record.endings;
    } else {
        m_active.insert(order.id);
    }
    return true;
}

void OrderManager::answered(OrderRecord &record)
{
    record.questions = 0;
    record.asked = false;
    if (record.reconciling) {
        record.reconciling = false;
        --m_reconciling;
    }
}

Duration OrderManager::patience(const OrderRecord &record) const
{
    return m_pace.sessionTime(m_settings.queryInterval) * (1 << std::min<std::uint32_t>(record.questions, 4));
}

Result<void> OrderManager::transition(OrderId id, OrderState to, const std::string &reason, Timestamp now)
{
    const auto it = m_records.find(id);
    if (it == m_records.end()) {
        return Error{ErrorKind::NotFound, "there is no order " + std::to_string(id.value)};
    }
    ReportOutcome outcome;
    if (!move(it->second, to, reason, now, &outcome)) {
        return Error{ErrorKind::Refused, outcome.alerts.front().text};
    }
    return {};
}

Result<void> OrderManager::beginSubmit(OrderId id, Timestamp now)
{
    if (const auto moved = transition(id, OrderState::Submitting, "", now); !moved) {
        return moved;
    }
    OrderRecord &record = m_records.at(id);
    record.sent = true;
    record.deadline = submitDeadline(now);
    return {};
}

bool OrderManager::beginCancel(OrderId id, const std::string &reason, Timestamp now)
{
    const auto it = m_records.find(id);
    if (it == m_records.end() || !it->second.sent || isFinal(it->second.order.state)
        || !move(it->second, OrderState::CancelRequested, reason, now, nullptr))
    {
        return false;
    }
    OrderRecord &record = it->second;
    record.cancelAttempts = 1;
    record.questions = 0;
    record.deadline = submitDeadline(now);
    return true;
}

bool OrderManager::cancelRests(OrderId id, Timestamp now) const
{
    const OrderRecord *record = find(id);
    return record != nullptr && now < record->cancelRestsUntil;
}

void OrderManager::endCancelRest(OrderId id)
{
    if (const auto it = m_records.find(id); it != m_records.end()) {
        it->second.cancelFailures = 0;
        it->second.cancelRestsUntil = Timestamp();
    }
}

std::vector<OrderId> OrderManager::takeRested(Timestamp now)
{
    std::vector<OrderId> rested;
    for (const OrderId id : m_active) {
        OrderRecord &record = m_records.at(id);
        if (record.cancelRestsUntil != Timestamp() && now >= record.cancelRestsUntil) {
            record.cancelRestsUntil = Timestamp();
            rested.push_back(id);
        }
    }
    return rested;
}

void OrderManager::resize(OrderId id, Quantity quantity, Timestamp now)
{
    OrderRecord &record = m_records.at(id);
    if (!record.sent) {
        record.order.quantity = quantity;
        record.order.updated = now;
    }
}

std::vector<OrderId> OrderManager::takeDue(Timestamp now)
{
    std::vector<OrderId> due;
    for (const OrderId id : m_active) {
        OrderRecord &record = m_records.at(id);
        if (record.deadline == Timestamp() || now < record.deadline) {
            continue;
        }
        if (record.order.state == OrderState::Submitting) {
            move(record, OrderState::Unknown, "the venue did not answer in time; it is being asked", now, nullptr);
        }
        record.asked = true;
        ++record.questions;
        record.deadline = now + patience(record);
        due.push_back(id);
    }
    return due;
}

std::optional<Timestamp> OrderManager::nextDeadline() const
{
    std::optional<Timestamp> first;
    for (const OrderId id : m_active) {
        if (const Timestamp deadline = m_records.at(id).deadline; deadline != Timestamp()) {
            first = first ? std::min(*first, deadline) : deadline;
        }
    }
    return first;
}

void OrderManager::setPace(Pace pace, Timestamp now)
{
    const Pace before = std::exchange(m_pace, pace);
    const auto rescale = [&](Timestamp &time) {
        if (time > now) {
            time = now + pace.rescaled(time - now, before);
        }
    };
    for (const OrderId id : m_active) {
        OrderRecord &record = m_records.at(id);
        const OrderState state = record.order.state;
        const bool isAudit = !record.asked && (state == OrderState::Accepted || state == OrderState::PartlyFilled);
        if (!isAudit) {
            rescale(record.deadline);
        }
        rescale(record.cancelRestsUntil);
    }
}

std::vector<OrderId> OrderManager::askAll(Timestamp now)
{
    std::vector<OrderId> asked;
    for (const OrderId id : m_active) {
        OrderRecord &record = m_records.at(id);
        // A question must not overtake an order that is on its way; that has its own time-out.
        if (mayBeAtVenue(record.order.state) && record.order.state != OrderState::Submitting) {
            record.asked = true;
            record.questions = 1;
            record.deadline = now + patience(record);
            asked.push_back(id);
        }
    }
    return asked;
}

std::vector<OrderId> OrderManager::beginReconcile(Timestamp now)
{
    std::vector<OrderId> asked;
    for (const OrderId id : m_active) {
        OrderRecord &record = m_records.at(id);
        if (!mayBeAtVenue(record.order.state)) {
            continue;
        }
        if (record.order.state != OrderState::CancelRequested && record.order.state != OrderState::Unknown) {
            // What was acknowledged before stays acknowledged; only the present is unknown.
            record.acknowledged = record.acknowledged || record.order.state != OrderState::Submitting;
            move(record, OrderState::Unknown, "the session was restarted; the venue is being asked", now, nullptr);
        }
        if (!record.reconciling) {
            record.reconciling = true;
            ++m_reconciling;
        }
        record.asked = true;
        record.questions = 1;
        record.deadline = now + patience(record);
        asked.push_back(id);
    }
    return asked;
}

const OrderRecord *OrderManager::find(OrderId id) const
{
    const auto it = m_records.find(id);
    return it == m_records.end() ? nullptr : &it->second;
}

const OrderRecord *OrderManager::findByClientId(std::string_view clientId) const
{
    // The client id ends in the order's number, so that no index has to be kept or saved.
    const std::size_t dash = clientId.rfind('-');
    if (dash == std::string_view::npos) {
        return nullptr;
    }
    std::uint64_t value = 0;
    const std::string_view digits = clientId.substr(dash + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size()) {
        return nullptr;
    }
    const OrderRecord *record = find(OrderId(value));
    return record != nullptr && record->order.clientId == clientId ? record : nullptr;
}

OrderRecord *OrderManager::record(std::string_view clientId)
{
    return const_cast<OrderRecord *>(findByClientId(clientId));
}

std::optional<OrderRecord> OrderManager::takeRetired()
{
    while (m_finished.size() > m_settings.retention) {
        const auto it = m_records.find(m_finished.front());
        m_finished.pop_front();
        // An order that came back to life ends again, and is kept from its last end on.
        if (--it->second.endings > 0 || !isFinal(it->second.order.state)) {
            continue;
        }
        OrderRecord retired = std::move(it->second);
        m_records.erase(it);
        return retired;
    }
    return std::nullopt;
}

} // namespace coinswarm::trading
