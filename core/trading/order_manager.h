// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "trading/pace.h"
#include "trading/trading_alert.h"

#include <coinswarm/fill.h>
#include <coinswarm/order.h>
#include <coinswarm/result.h>
#include <coinswarm/venue.h>

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace coinswarm::trading {

/// How long orders are waited for and remembered. Time-outs are of the wall clock, see Pace.
struct OrderSettings {
    std::string session = "session"; ///< part of every client id, so that ids of two sessions never meet
    Duration submitTimeout = std::chrono::seconds(5); ///< then the order is Unknown and the venue is asked
    Duration queryInterval = std::chrono::seconds(5); ///< doubles with each unanswered question, up to 16 times
    /// How often the venue is asked about an order that works, since a report can be lost and nobody notices. Zero, for
    /// backtests: never. Session time.
    Duration auditInterval{0};
    std::int32_t maxCancelAttempts = 3; ///< for an order that the venue says is still working
    /// How long an order that the venue did not cancel in that many attempts is left alone; doubles each time, up to
    /// `cancelRestMost`. An operator's halt does not wait.
    Duration cancelRest = std::chrono::seconds(30);
    Duration cancelRestMost = std::chrono::minutes(15);
    std::uint32_t retention = 10'000; ///< final orders kept in memory

    bool operator==(const OrderSettings &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("session", self.session);
        visit("submit_timeout", self.submitTimeout);
        visit("query_interval", self.queryInterval);
        visit("audit_interval", self.auditInterval);
        visit("max_cancel_attempts", self.maxCancelAttempts);
        visit("cancel_rest", self.cancelRest);
        visit("cancel_rest_most", self.cancelRestMost);
        visit("retention", self.retention);
    }
};

/// An order and what the manager must know to follow it.
struct OrderRecord {
    Order order;
    AgentId agent; ///< whose vote weighed most
    RegimeId regime; ///< at the decision
    Timestamp deadline; ///< when the venue is asked (again); zero for never
    std::uint32_t questions = 0; ///< asked since the last answer
    std::int32_t cancelAttempts = 0;
    std::uint32_t cancelFailures = 0; ///< rounds of attempts after which it still worked
    Timestamp cancelRestsUntil; ///< no cancel goes out before; zero if nothing rests
    bool sent = false; ///< the intent to submit was formed; the venue may know the order
    bool acknowledged = false; ///< the venue has shown that it knew the order
    bool asked = false; ///< an answer to a question is expected
    bool reconciling = false; ///< of the session before; nothing new goes out until the venue has answered
    bool presumedGone = false; ///< final because the venue said it does not know it
    std::uint32_t endings = 0; ///< times it has become final and is still listed for retirement
    std::vector<std::string> venueFillIds;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("order", self.order);
        visit("agent", self.agent);
        visit("regime", self.regime);
        visit("deadline", self.deadline);
        visit("questions", self.questions);
        visit("cancel_attempts", self.cancelAttempts);
        visit("cancel_failures", self.cancelFailures);
        visit("cancel_rests_until", self.cancelRestsUntil);
        visit("sent", self.sent);
        visit("acknowledged", self.acknowledged);
        visit("asked", self.asked);
        visit("reconciling", self.reconciling);
        visit("presumed_gone", self.presumedGone);
        visit("endings", self.endings);
        visit("venue_fill_ids", self.venueFillIds);
    }
};

/// What a venue's report means; the desk acts on it.
struct ReportOutcome {
    OrderId order; ///< zero if the report is about no order of ours
    bool changed = false;
    std::optional<Fill> fill; ///< to be booked
    bool query = false; ///< ask the venue about the order now
    bool cancel = false; ///< send a cancel now
    bool unsolicitedCancel = false; ///< the venue ended a resting order that we had not asked it to end
    std::vector<TradingAlert> alerts;
};

/// Keeps every order and moves it through its states. Never resubmits; an order whose fate is unknown is asked for by its
/// client id until the venue answers. Illegal transitions are refused and reported, never followed.
class OrderManager
{
public:
    explicit OrderManager(OrderSettings settings);

    /// Takes up an order: gives it its id and the client id "cs-<session>-<n>".
    OrderId create(Order draft, AgentId agent, RegimeId regime, Timestamp now);
    /// Refused if the table of transitions does not allow it; then nothing changes.
    Result<void> transition(OrderId id, OrderState to, const std::string &reason, Timestamp now);
    /// Marks the order as sent and starts waiting for the venue.
    Result<void> beginSubmit(OrderId id, Timestamp now);
    /// True if a cancel must be sent. False for orders that are final, not yet sent, or already being cancelled.
    bool beginCancel(OrderId id, const std::string &reason, Timestamp now);
    /// Whether the venue has so often not cancelled the order that it is not to be asked again yet.
    bool cancelRests(OrderId id, Timestamp now) const;
    /// Forgets what cancelRests() goes by: an operator wants the order cancelled now.
    void endCancelRest(OrderId id);
    /// Orders whose rest is over; each is handed out once.
    std::vector<OrderId> takeRested(Timestamp now);
    /// For an order that has not been sent, or has become smaller meanwhile.
    void resize(OrderId id, Quantity quantity, Timestamp now);
    /// Applies a report of the venue. Fills must have been checked for duplicates first.
    ReportOutcome apply(const VenueReport &report, Timestamp now);

    /// Orders whose deadline has come; they are marked as asked, and the time-outs among them become Unknown.
    std::vector<OrderId> takeDue(Timestamp now);
    std::optional<Timestamp> nextDeadline() const;
    /// Gives the venue's answers that are awaited the wall-clock time they had left, at another pace.
    void setPace(Pace pace, Timestamp now);
    /// The venue was away: every order that may be there, and is not on its way, is to be asked for; returns them.
    std::vector<OrderId> askAll(Timestamp now);
    /// Marks every order that may be at the venue as to be asked; returns them.
    std::vector<OrderId> beginReconcile(Timestamp now);
    bool isReconciling() const { return m_reconciling > 0; }

    /// Null if not kept.
    const OrderRecord *find(OrderId id) const;
    const OrderRecord *findByClientId(std::string_view clientId) const;
    /// Orders that are not final, oldest first.
    const std::set<OrderId> &active() const { return m_active; }
    const std::map<OrderId, OrderRecord> &all() const { return m_records; }
    /// Hands out final orders above the retention, oldest first; nothing when there are none.
    std::optional<OrderRecord> takeRetired();

    template <class Visitor>
    void visitState(Visitor &visit)
    {
        visit("pace", m_pace);
        visit("next_order", m_nextOrder);
        visit("next_fill", m_nextFill);
        visit("reconciling", m_reconciling);
        visit("records", m_records);
        visit("active", m_active);
        visit("finished", m_finished);
    }

private:
    OrderRecord *record(std::string_view clientId);
    bool move(OrderRecord &record, OrderState to, const std::string &reason, Timestamp now, ReportOutcome *outcome);
    void answered(OrderRecord &record);
    Duration patience(const OrderRecord &record) const;
    Timestamp submitDeadline(Timestamp now) const { return now + m_pace.sessionTime(m_settings.submitTimeout); }
    /// When an order that works is asked for next; zero for never.
    Timestamp nextAudit(Timestamp now) const
    {
        return m_settings.auditInterval > Duration::zero() ? now + m_settings.auditInterval : Timestamp();
    }
    void onAccepted(OrderRecord &record, Timestamp now, ReportOutcome &outcome);
    void onRejected(OrderRecord &record, const VenueReport &report, Timestamp now, ReportOutcome &outcome);
    void onFilled(OrderRecord &record, const VenueReport &report, Timestamp now, ReportOutcome &outcome);
    void onCancelled(OrderRecord &record, const VenueReport &report, Timestamp now, ReportOutcome &outcome);
    void onCancelRejected(OrderRecord &record, const VenueReport &report, Timestamp now, ReportOutcome &outcome);
    void onNotCancelled(OrderRecord &record, Timestamp now, ReportOutcome &outcome);
    void onNotFound(OrderRecord &record, Timestamp now, ReportOutcome &outcome);
    void onWorking(OrderRecord &record, const VenueReport &report, Timestamp now, ReportOutcome &outcome);
    void lateArrival(OrderRecord &record, Timestamp now, ReportOutcome &outcome);

    OrderSettings m_settings;
    Pace m_pace;
    std::uint64_t m_nextOrder = 1;
    std::uint64_t m_nextFill = 1;
    std::uint32_t m_reconciling = 0;
    std::map<OrderId, OrderRecord> m_records;
    std::set<OrderId> m_active;
    std::deque<OrderId> m_finished;
};

} // namespace coinswarm::trading
