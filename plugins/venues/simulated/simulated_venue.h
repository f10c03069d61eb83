// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "bar_offer.h"
#include "market_view.h"
#include "venue_ledger.h"
#include "venue_rules.h"

#include <coinswarm/venue.h>

#include <deque>

namespace coinswarm::simulated {

/// Fills orders from the market data of the session, on the cautious side of what would have happened; the rules are
/// in docs/simulated-venue.md.
///
/// Books are walked; without a book trades are followed; without trades bars. A bar may fill only orders that were
/// submitted before it opened, allowing for the latency of an order, so never the bar whose close was decided on.
/// All times are the session's, so market data and `now` must be on one axis. Requests and reports take effect in order
/// of time, then of arrival, so equal input gives equal output.
class SimulatedVenue : public MarketDrivenVenue
{
public:
    /// An empty `stateFolder` keeps nothing between sessions.
    SimulatedVenue(VenueRules rules, std::string stateFolder);

    std::string name() const override { return "simulated"; }
    Result<void> open(const std::vector<Instrument> &instruments) override;
    void submit(const ApprovedOrder &order, Timestamp now) override;
    void cancel(const std::string &clientId, Timestamp now) override;
    void query(const std::string &clientId, Timestamp now) override;
    void takeReports(Timestamp now, std::vector<VenueReport> &out) override;
    void onMarket(const MarketEvent &event, Timestamp now) override;
    std::optional<Timestamp> nextReportAt() const override;

    /// What the account holds of an instrument, as the venue sees it.
    Quantity position(InstrumentId instrument) const { return m_ledger.position(instrument); }

private:
    struct Request {
        enum class Kind : unsigned char { Submit, Cancel, Query } kind;
        Timestamp arrival;
        VenueOrder order; ///< of a cancel or a query only the client id
        Price referencePrice; ///< of a submit: the engine's last price
    };
    struct Pending {
        Timestamp due;
        VenueReport report;
    };

    void receive(Timestamp now);
    void receiveOrder(Request &request);
    void receiveCancel(const std::string &clientId, Timestamp at);
    void receiveQuery(const std::string &clientId, Timestamp at);
    std::string refusal(const Request &request);

    void onTrade(MarketView &market, const Trade &trade, Timestamp now);
    void onBook(MarketView &market, Timestamp now);
    void onBar(MarketView &market, const Candle &candle, Timestamp now);
    void queueOnDelta(MarketView &market, const BookDelta &delta);

    void workOnBook(VenueOrder &order, MarketView &market, Timestamp now);
    void workOnBar(VenueOrder &order, const MarketView &market, const Candle &candle, BarPhase phase,
                   Quantity &capacity, Timestamp now);
    void fillResting(VenueOrder &order, const Trade &trade, Timestamp now);
    void followTrade(VenueOrder &order, const MarketView &market, const Trade &trade, Quantity &budget, Timestamp now);
    /// True if the order is triggered, now or before.
    bool isTriggered(VenueOrder &order, Price price);

    /// What the order may still do: what remains, or less if it must not go beyond flat. Cancels it if that is nothing.
    Quantity executable(VenueOrder &order, Timestamp now);
    void execute(VenueOrder &order, const Execution &execution, Timestamp time, Timestamp due);
    void finish(VenueOrder &order, VenueOrderStatus status, const std::string &detail, Timestamp due);
    void report(VenueReport report, Timestamp time, Timestamp due);
    VenueReport reportOn(const VenueOrder &order, ReportKind kind) const;
    MarketView *marketOf(InstrumentId id);
    /// The instrument's open orders by arrival, in a list that does not change while they are worked on.
    const std::vector<VenueOrder *> &openOrdersOf(InstrumentId id);

    VenueRules m_rules;
    std::string m_stateFolder;
    VenueLedger m_ledger;
    std::vector<MarketView> m_markets; ///< by instrument id − 1
    std::deque<Request> m_requests; ///< by arrival
    std::deque<Pending> m_reports; ///< by due time, then in the order they were made
    std::vector<VenueOrder *> m_working;
    std::vector<Execution> m_executions;
};

} // namespace coinswarm::simulated
