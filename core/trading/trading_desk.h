// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "trading/approvals.h"
#include "trading/desk_config.h"
#include "trading/desk_listener.h"
#include "trading/order_manager.h"
#include "trading/portfolio.h"
#include "trading/protection.h"
#include "trading/risk_gate.h"

#include <coinswarm/vote.h>

#include <deque>
#include <limits>

namespace coinswarm::trading {

/// The market as the desk needs it for a new order. Zero bid and ask where there is no quote. Last price and time count
/// only if they are newer than what onMarket() has told.
struct MarketFacts {
    Price lastPrice{};
    Price bid{};
    Price ask{};
    Timestamp lastUpdate{}; ///< when the last price was traded
};

/// What the kill switch did, in numbers.
struct HaltOutcome {
    std::uint32_t ordersCancelled = 0; ///< cancels sent
    std::uint32_t ordersWithdrawn = 0; ///< ended before they were sent
    std::uint32_t approvalsWithdrawn = 0;
    std::uint32_t protectiveOrdersKept = 0; ///< orders that only reduce a position
    std::uint32_t positionsLeftOpen = 0;
    std::uint32_t failures = 0; ///< cancels whose sending failed; each was alerted
    std::string text; ///< the same as a sentence
};

struct DeskCounters {
    std::int32_t tradesToday = 0; ///< entries sent this UTC day
    std::int32_t ordersLastMinute = 0; ///< as of the last event
    std::uint32_t openOrders = 0; ///< open and pending
    std::uint32_t pendingApprovals = 0;
    std::uint32_t openPositions = 0;
    std::uint64_t ordersDenied = 0;
    std::uint64_t ordersSent = 0;
    std::uint64_t fills = 0;
    std::uint64_t duplicateFills = 0;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("trades_today", self.tradesToday);
        visit("orders_last_minute", self.ordersLastMinute);
        visit("open_orders", self.openOrders);
        visit("pending_approvals", self.pendingApprovals);
        visit("open_positions", self.openPositions);
        visit("orders_denied", self.ordersDenied);
        visit("orders_sent", self.ordersSent);
        visit("fills", self.fills);
        visit("duplicate_fills", self.duplicateFills);
    }
};

/// From a decision to a booked fill: sizes orders, has them judged and approved, sends and follows them, protects positions,
/// and stops on command. Deterministic and single-threaded; `now` never goes backwards. Everything it does is heard by the
/// listener, which must outlive it.
class TradingDesk
{
public:
    /// `instruments[i]` has InstrumentId(i + 1). The configuration must be valid; see validate().
    TradingDesk(DeskConfig config, std::vector<Instrument> instruments, DeskListener &listener);

    /// Turns a decision into an order, or into nothing: HOLD; BUY while long and SELL while short, without pyramiding; SELL
    /// while flat where shorts are not allowed; the same direction while an entry is pending. The opposite direction
    /// withdraws a pending entry. SELL while long and BUY while short exit the whole position. Returns the order, if any.
    std::optional<OrderId> propose(const Decision &decision, const MarketFacts &facts, RegimeId regime, Timestamp now);

    /// The instrument traded, or a bar of it came and the next is due after `cadence`. Hot path: a few nanoseconds unless
    /// a position is open or an approval watches the price.
    void onMarket(InstrumentId instrument, Price last, Timestamp now, Duration cadence = Duration{})
    {
        Market &market = m_markets[instrument.value];
        market.last = last;
        market.lastUpdate = now;
        market.cadence = cadence;
        m_portfolio.mark(instrument, last, now);
        if (market.watched) [[unlikely]] {
            onWatchedPrice(instrument, now);
        }
    }
    void onReport(const VenueReport &report, Timestamp now);
    /// Due work: time-outs, expiries, gathered protection, reminders. Calling it early or twice does no harm.
    void onTimer(Timestamp now);
    /// When onTimer() is next needed; Timestamp max for never.
    Timestamp nextWake() const { return m_nextWake; }

    ApprovalOutcome onOperator(const api::OperatorDecision &decision, Timestamp now);
    /// Kill switch. Blocks first, then cancels every open order that does not only reduce a position (all of them if
    /// keepProtectiveOnHalt is off). A listener that throws does not stop it.
    HaltOutcome halt(const std::string &reason, Timestamp now);
    /// Re-arms after halt(). Refused while the venue has not answered for the session before.
    Result<void> resume(const std::string &operatorName, Timestamp now);
    /// No new entries until unpaused.
    void setPaused(bool paused, const std::string &reason, Timestamp now);
    /// The market is played at another pace from now on: what waits for an operator or the venue keeps the wall-clock time
    /// it had left.
    void setPace(Pace pace, Timestamp now);
    /// An operator confirms that a position is as booked and wants its stop and target back after they were refused or
    /// ended from outside.
    Result<void> restoreProtection(InstrumentId instrument, const std::string &operatorName, Timestamp now);

    /// After a restart: asks the venue for every order without outcome. Until all have answered nothing new goes out, and
    /// approvals wait for a fresh price.
    void reconcile(Timestamp now);
    bool isReconciling() const { return m_orders.isReconciling(); }
    /// The venue's own word on a position. Another than the one booked is reported; entries and protective orders in the
    /// instrument stop until both agree again. Nothing is ever booked from it.
    void onVenuePosition(InstrumentId instrument, Quantity quantity, Timestamp now);

    /// Null if it is not kept any more.
    const Order *order(OrderId id) const;
    std::vector<Order> openOrders() const;
    std::vector<Order> orders() const; ///< all that are kept, oldest first
    const Approvals &approvals() const { return m_approvals; }
    const Portfolio &portfolio() const { return m_portfolio; }
    std::vector<Position> positions() const { return m_portfolio.positions(); } ///< flat ones included
    Account account() const { return m_portfolio.account(); }
    Pace pace() const { return m_approvals.pace(); }
    const HaltState &haltState() const { return m_halt; }
    DeskCounters counters() const;
    const RiskLimits &limits() const { return m_gate.limits(); }
    const DeskConfig &config() const { return m_config; }
    /// Largest share of any limit that is used up, 0 … 1 and above, and which.
    struct RiskUse {
        double share = 0;
        api::DenialCode by = api::DenialCode::Drawdown;
    };
    RiskUse riskUse() const;
    /// Null where the instrument has no protected position.
    const Protection *protection(InstrumentId instrument) const;

    /// All state except configuration. Restore into a desk with the same configuration and instruments.
    template <class Visitor>
    void visitState(Visitor &visit)
    {
        visit("portfolio", m_portfolio);
        visit("orders", m_orders);
        visit("approvals", m_approvals);
        visit("markets", m_markets);
        visit("protections", m_protections);
        visit("halt", m_halt);
        visit("day_end", m_dayEnd);
        visit("counters", m_counters);
        visit("sent_times", m_sentTimes);
        visit("next_wake", m_nextWake);
    }

private:
    struct Market {
        Price last;
        Timestamp lastUpdate;
        Duration cadence{};
        bool watched = false; ///< a pending approval depends on the price
        bool mismatch = false; ///< the venue holds another position than the one booked

        template <class Self, class Visitor>
        static void fields(Self &self, Visitor &&visit)
        {
            visit("last", self.last);
            visit("last_update", self.lastUpdate);
            visit("cadence", self.cadence);
            visit("watched", self.watched);
            visit("mismatch", self.mismatch);
        }
    };

    // trading_desk_entry.cpp: from decision to order
    std::optional<OrderId> proposeEntry(const Decision &decision, Side side, const MarketFacts &facts, RegimeId regime,
                                        Timestamp now);
    std::optional<OrderId> proposeExit(InstrumentId instrument, const Decision *decision, const std::string &reason,
                                       RegimeId regime, Timestamp now);
    OrderId judge(Order draft, AgentId agent, RegimeId regime, Timestamp now);
    bool release(OrderId id, const api::Approval *approval, Timestamp now);
    void withdrawEntries(InstrumentId instrument, Side side, const std::string &reason, Timestamp now);
    void endUnsent(OrderId id, OrderState state, const std::string &reason, Timestamp now);
    void requestCancel(OrderId id, const std::string &reason, Timestamp now);
    RiskView view(const Order &order, Timestamp now) const;
    PendingOrders pendingOrders(const Order &order) const;

    // trading_desk_follow.cpp: what follows a fill or an end
    void book(const Fill &fill, const OrderRecord &record, Timestamp now);
    void onOrderEnded(const OrderRecord &record, bool unsolicited, bool neverArrived, Timestamp now);
    void onEntryFill(const OrderRecord &record, Timestamp now);
    void protect(InstrumentId instrument, Timestamp now);
    bool sendProtective(const Order &draft, Protection &protection, Timestamp now);
    void suspendProtection(InstrumentId instrument, bool refused, const std::string &code, const std::string &reason,
                           Timestamp now);
    void releaseWaitingExits(InstrumentId instrument, Timestamp now);
    void endWaitingExits(InstrumentId instrument, const std::string &reason, Timestamp now);
    void onReconciled(Timestamp now);
    void remind(InstrumentId instrument, Protection &protection, Timestamp now);

    void onWatchedPrice(InstrumentId instrument, Timestamp now);
    void onApprovalsEnded(const std::vector<ApprovalId> &ids, Timestamp now);
    void transition(OrderId id, OrderState state, const std::string &reason, Timestamp now);
    void beginEvent(Timestamp now);
    void endEvent(Timestamp now);
    void alert(AlertSeverity severity, std::string code, std::string text);
    /// A rest too small for any order. It is booked and valued, but it can be neither closed nor protected, so it does not
    /// keep the instrument from trading.
    bool isDust(InstrumentId id) const;
    const Instrument &instrument(InstrumentId id) const { return m_instruments[id.value - 1]; }

    DeskConfig m_config;
    std::vector<Instrument> m_instruments;
    DeskListener &m_listener;
    RiskGate m_gate;
    Portfolio m_portfolio;
    OrderManager m_orders;
    Approvals m_approvals;
    std::vector<Market> m_markets; ///< by instrument id; 0 is unused
    std::map<InstrumentId, Protection> m_protections;
    HaltState m_halt;
    Timestamp m_dayEnd{std::numeric_limits<std::int64_t>::min()};
    DeskCounters m_counters;
    std::deque<Timestamp> m_sentTimes; ///< of the last 60 seconds
    Timestamp m_nextWake{std::numeric_limits<std::int64_t>::max()};
};

} // namespace coinswarm::trading
