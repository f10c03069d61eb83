// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/approval.h"
#include "api/operator_decision.h"
#include "trading/approval_policy.h"
#include "trading/pace.h"

#include <coinswarm/order.h>

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace coinswarm::trading {

/// Why an answer was not accepted.
enum class ApprovalRefusal : unsigned char {
    None,
    UnknownApproval,
    WrongHash,
    Expired,
    AlreadyDecided,
    OutsideBand,
    AwaitingPrice, ///< restored after a restart, no fresh price yet
    SameOperator, ///< a second, different operator is needed
    NoOperator,
    NoReason, ///< a rejection without a reason
    Halted, ///< the kill switch is on
    RiskDenied, ///< accepted, but the gate refused the order at release
};

constexpr auto enumNames(ApprovalRefusal)
{
    return std::array<std::string_view, 12>{
        "none",           "unknown_approval", "wrong_hash",  "expired",   "already_decided", "outside_band",
        "awaiting_price", "same_operator",    "no_operator", "no_reason", "halted",          "risk_denied"};
}

/// What became of an operator's answer.
struct ApprovalOutcome {
    ApprovalRefusal refusal = ApprovalRefusal::None;
    std::string text; ///< the refusal as a sentence; empty if accepted
    api::Approval approval; ///< as it stands now; empty if unknown
};

/// The queue of questions to the operator. Nothing here blocks and nothing is ever approved by default; an approval ends
/// by an answer, by its time, by the price leaving its band, or by being withdrawn. Races follow the order of calls.
class Approvals
{
public:
    explicit Approvals(ApprovalPolicy policy);

    /// Asks for an approval of `order` at `last`.
    const api::Approval &request(const Order &order, Price last, Money worstCase, Timestamp now);
    /// Applies an operator's answer. Approved only when operatorsNeeded different operators have approved.
    ApprovalOutcome decide(const api::OperatorDecision &decision, Price last, Timestamp now);
    /// Ends a pending approval: Expired or Superseded.
    void withdraw(ApprovalId id, api::ApprovalState state, const std::string &reason, Timestamp now);
    /// Records the gate's second run.
    void recordRelease(ApprovalId id, api::RiskReport report);

    /// Ends what has expired by `now`; returns what changed.
    std::vector<ApprovalId> expire(Timestamp now);
    /// Ends what is pending in the instrument and whose band does not hold `last`; returns what changed.
    std::vector<ApprovalId> onPrice(InstrumentId instrument, Price last, Timestamp now);

    /// Gives every pending approval the wall-clock time it had left, at another pace; returns what changed. The time is
    /// part of what is approved, so the hash changes with it; `orderOf` finds the order that waits.
    std::vector<ApprovalId> setPace(Pace pace, const std::function<const Order &(OrderId)> &orderOf, Timestamp now);

    /// After a restart: no pending approval can be decided until a fresh price has been compared.
    void awaitPrices();
    /// Compares a restored approval with a fresh price: pending again within its band and time, expired, or superseded by
    /// a new one with a new band and hash, which is returned. Without effect unless awaitingPrice.
    std::vector<ApprovalId> revalidate(ApprovalId id, const Order &order, Price last, Money worstCase, Timestamp now);

    const api::Approval *find(ApprovalId id) const;
    const api::Approval *pendingFor(OrderId order) const;
    /// The newest approval of an order in any state.
    const api::Approval *latestFor(OrderId order) const;
    std::vector<const api::Approval *> pending() const;
    bool hasPending(InstrumentId instrument) const;
    std::size_t pendingCount() const { return m_open.size(); }
    std::optional<Timestamp> nextExpiry() const;
    Pace pace() const { return m_pace; }
    const std::map<ApprovalId, api::Approval> &all() const { return m_approvals; }
    /// Drops the approvals of an order that has left memory.
    void forget(OrderId order);

    template <class Visitor>
    void visitState(Visitor &visit)
    {
        visit("pace", m_pace);
        visit("next", m_next);
        visit("open", m_open);
        visit("approvals", m_approvals);
        visit("by_order", m_byOrder);
    }

private:
    void finish(api::Approval &approval, api::ApprovalState state, std::string reason, Timestamp now);
    api::Approval &create(const Order &order, Price last, Money worstCase, Timestamp requested, Timestamp expires);

    ApprovalPolicy m_policy;
    Pace m_pace;
    std::uint64_t m_next = 1;
    std::set<ApprovalId> m_open; ///< pending
    std::map<ApprovalId, api::Approval> m_approvals;
    std::map<OrderId, std::vector<ApprovalId>> m_byOrder; ///< oldest first
};

} // namespace coinswarm::trading
