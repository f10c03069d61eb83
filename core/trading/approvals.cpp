// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "trading/approvals.h"

#include "trading/order_hash.h"
#include "trading/risk_view.h"

#include <algorithm>
#include <utility>

namespace coinswarm::trading {

namespace {

Price bandOffset(Price reference, std::int32_t bps)
{
    return Price::fromRaw(detail::multiplyDivide(reference.raw, bps, 10'000, Rounding::Down));
}

bool isWithinBand(const api::Approval &approval, Price last)
{
    return last >= approval.bandLow && last <= approval.bandHigh;
}

std::string bandText(const api::Approval &approval, Price last)
{
    return "the last price " + toString(last) + " is outside the band " + toString(approval.bandLow) + " to "
        + toString(approval.bandHigh);
}

ApprovalOutcome refused(ApprovalRefusal refusal, std::string text, const api::Approval &approval)
{
    return {refusal, std::move(text), approval};
}

ApprovalRefusal refusalFor(api::ApprovalState state)
{
    switch (state) {
    case api::ApprovalState::Expired:
        return ApprovalRefusal::Expired;
    case api::ApprovalState::OutsideBand:
        return ApprovalRefusal::OutsideBand;
    default:
        return ApprovalRefusal::AlreadyDecided;
    }
}

} // namespace

Approvals::Approvals(ApprovalPolicy policy) : m_policy(std::move(policy)) {}

api::Approval &Approvals::create(const Order &order, Price last, Money worstCase, Timestamp requested,
                                 Timestamp expires)
{
    const ApprovalId id(m_next++);
    api::Approval &approval = m_approvals[id];
    approval.id = id;
    approval.order = order.id;
    approval.instrument = order.instrument;
    approval.requested = requested;
    approval.expires = expires;
    approval.referencePrice = last;
    approval.bandLow = last - bandOffset(last, m_policy.bandBps);
    approval.bandHigh = last + bandOffset(last, m_policy.bandBps);
    approval.worstCase = worstCase;
    approval.operatorsNeeded = riskNotional(order, last) > m_policy.twoOperatorsAbove ? 2 : 1;
    approval.orderHash = approvalHash(order, approval);
    m_open.insert(id);
    m_byOrder[order.id].push_back(id);
    return approval;
}

const api::Approval &Approvals::request(const Order &order, Price last, Money worstCase, Timestamp now)
{
    return create(order, last, worstCase, now, now + m_pace.sessionTime(m_policy.expiry));
}

ApprovalOutcome Approvals::decide(const api::OperatorDecision &decision, Price last, Timestamp now)
{
    const auto it = m_approvals.find(decision.approval);
    if (it == m_approvals.end()) {
        return {ApprovalRefusal::UnknownApproval,
                "there is no approval " + std::to_string(decision.approval.value) + "; list the pending ones again",
                {}};
    }
    api::Approval &approval = it->second;
    const std::string what = "approval " + std::to_string(approval.id.value);
    if (decision.operatorName.empty()) {
        return refused(ApprovalRefusal::NoOperator, "an answer to " + what + " needs the operator's name", approval);
    }
    if (decision.orderHash != approval.orderHash) {
        return refused(ApprovalRefusal::WrongHash,
                       "the answer to " + what
                           + " is about another order than the one asked for; "
                             "look at it again",
                       approval);
    }
    if (approval.state != api::ApprovalState::Pending) {
        return refused(refusalFor(approval.state),
                       what + " is already " + std::string(enumName(approval.state))
                           + (approval.reason.empty() ? "" : ": " + approval.reason),
                       approval);
    }
    if (now >= approval.expires) {
        finish(approval, api::ApprovalState::Expired, "nobody answered in time", now);
        return refused(ApprovalRefusal::Expired, what + " expired before the answer came", approval);
    }
    if (!decision.approve) {
        if (decision.reason.empty()) {
            return refused(ApprovalRefusal::NoReason, "a rejection of " + what + " needs a reason", approval);
        }
        approval.decidedBy.push_back(decision.operatorName);
        finish(approval, api::ApprovalState::Rejected, decision.reason, now);
        return {ApprovalRefusal::None, {}, approval};
    }
    if (approval.awaitingPrice) {
        return refused(ApprovalRefusal::AwaitingPrice,
                       what + " was restored after a restart and waits for a fresh price", approval);
    }
    if (!isWithinBand(approval, last)) {
        finish(approval, api::ApprovalState::OutsideBand, bandText(approval, last), now);
        return refused(ApprovalRefusal::OutsideBand, what + " cannot be given: " + approval.reason, approval);
    }
    if (std::find(approval.decidedBy.begin(), approval.decidedBy.end(), decision.operatorName)
        != approval.decidedBy.end()) {
        return refused(ApprovalRefusal::SameOperator, what + " has your approval; another operator must approve too",
                       approval);
    }
    approval.decidedBy.push_back(decision.operatorName);
    approval.decidedAt = now;
    approval.reason = decision.reason;
    if (approval.decidedBy.size() >= approval.operatorsNeeded) {
        finish(approval, api::ApprovalState::Approved, decision.reason, now);
    }
    return {ApprovalRefusal::None, {}, approval};
}

void Approvals::withdraw(ApprovalId id, api::ApprovalState state, const std::string &reason, Timestamp now)
{
    const auto it = m_approvals.find(id);
    if (it != m_approvals.end() && it->second.state == api::ApprovalState::Pending) {
        finish(it->second, state, reason, now);
    }
}

void Approvals::recordRelease(ApprovalId id, api::RiskReport report)
{
    if (const auto it = m_approvals.find(id); it != m_approvals.end()) {
        it->second.release = std::move(report);
    }
}

std::vector<ApprovalId> Approvals::setPace(Pace pace, const std::function<const Order &(OrderId)> &orderOf,
                                           Timestamp now)
{
    const Pace before = std::exchange(m_pace, pace);
    if (pace == before) {
        return {};
    }
    std::vector<ApprovalId> changed;
    for (const ApprovalId id : m_open) {
        api::Approval &approval = m_approvals.at(id);
        if (now < approval.expires) {
            approval.expires = now + pace.rescaled(approval.expires - now, before);
            approval.orderHash = approvalHash(orderOf(approval.order), approval);
            changed.push_back(id);
        }
    }
    return changed;
}

std::vector<ApprovalId> Approvals::expire(Timestamp now)
{
    std::vector<ApprovalId> ended;
    for (const ApprovalId id : std::set<ApprovalId>(m_open)) {
        if (now >= m_approvals.at(id).expires) {
            finish(m_approvals.at(id), api::ApprovalState::Expired, "nobody answered in time", now);
            ended.push_back(id);
        }
    }
    return ended;
}

std::vector<ApprovalId> Approvals::onPrice(InstrumentId instrument, Price last, Timestamp now)
{
    std::vector<ApprovalId> ended;
    for (auto it = m_open.begin(); it != m_open.end();) {
        api::Approval &approval = m_approvals.at(*it++); // finish() takes it out of the set
        if (approval.instrument == instrument && !approval.awaitingPrice && !isWithinBand(approval, last)) {
            finish(approval, api::ApprovalState::OutsideBand, bandText(approval, last), now);
            ended.push_back(approval.id);
        }
    }
    return ended;
}

void Approvals::awaitPrices()
{
    for (const ApprovalId id : m_open) {
        m_approvals.at(id).awaitingPrice = true;
    }
}

std::vector<ApprovalId> Approvals::revalidate(ApprovalId id, const Order &order, Price last, Money worstCase,
                                              Timestamp now)
{
    api::Approval &approval = m_approvals.at(id);
    if (approval.state != api::ApprovalState::Pending || !approval.awaitingPrice) {
        return {};
    }
    approval.awaitingPrice = false;
    if (now >= approval.expires) {
        finish(approval, api::ApprovalState::Expired, "nobody answered in time; the session was restarted meanwhile",
               now);
        return {id};
    }
    if (isWithinBand(approval, last)) {
        return {id};
    }
    // Answers that were given to the old price do not carry over, but the time limit does: it guards the decision's age.
    const api::Approval &next = create(order, last, worstCase, now, approval.expires);
    approval.supersededBy = next.id;
    finish(approval, api::ApprovalState::Superseded,
           bandText(approval, last) + " after the restart; it is asked again as approval "
               + std::to_string(next.id.value),
           now);
    return {id, next.id};
}

const api::Approval *Approvals::find(ApprovalId id) const
{
    const auto it = m_approvals.find(id);
    return it == m_approvals.end() ? nullptr : &it->second;
}

const api::Approval *Approvals::latestFor(OrderId order) const
{
    const auto it = m_byOrder.find(order);
    return it == m_byOrder.end() ? nullptr : find(it->second.back());
}

const api::Approval *Approvals::pendingFor(OrderId order) const
{
    const api::Approval *latest = latestFor(order);
    return latest != nullptr && latest->state == api::ApprovalState::Pending ? latest : nullptr;
}

std::vector<const api::Approval *> Approvals::pending() const
{
    std::vector<const api::Approval *> found;
    for (const ApprovalId id : m_open) {
        found.push_back(&m_approvals.at(id));
    }
    return found;
}

bool Approvals::hasPending(InstrumentId instrument) const
{
    return std::any_of(m_open.begin(), m_open.end(),
                       [&](ApprovalId id) { return m_approvals.at(id).instrument == instrument; });
}

std::optional<Timestamp> Approvals::nextExpiry() const
{
    std::optional<Timestamp> first;
    for (const ApprovalId id : m_open) {
        const Timestamp expires = m_approvals.at(id).expires;
        first = first ? std::min(*first, expires) : expires;
    }
    return first;
}

void Approvals::forget(OrderId order)
{
    const auto it = m_byOrder.find(order);
    if (it == m_byOrder.end()) {
        return;
    }
    for (const ApprovalId id : it->second) {
        m_open.erase(id);
        m_approvals.erase(id);
    }
    m_byOrder.erase(it);
}

void Approvals::finish(api::Approval &approval, api::ApprovalState state, std::string reason, Timestamp now)
{
    approval.state = state;
    approval.reason = std::move(reason);
    approval.decidedAt = now;
    m_open.erase(approval.id);
}

} // namespace coinswarm::trading
