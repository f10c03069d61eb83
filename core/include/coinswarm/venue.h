// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/approved_order.h>
#include <coinswarm/export.h>
#include <coinswarm/fill.h>
#include <coinswarm/market_data.h>
#include <coinswarm/result.h>

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace coinswarm {

enum class ReportKind : unsigned char {
    Accepted,
    Rejected, ///< of a submit; final
    Filled, ///< one execution, partial or complete
    Cancelled, ///< final
    CancelRejected, ///< the order stays what it was; `detail` says why
    NotFound, ///< answer to a question: the venue never had this order
    Working, ///< answer to a question: the order is open with `filledSoFar`
    Reconnected, ///< about no order: the venue was away, and what it said meanwhile is lost
};

constexpr auto enumNames(ReportKind)
{
    return std::array<std::string_view, 8>{"accepted",        "rejected",  "filled",  "cancelled",
                                           "cancel_rejected", "not_found", "working", "reconnected"};
}

/// What a venue says about one order, or about itself.
struct VenueReport {
    ReportKind kind = ReportKind::Accepted;
    std::string clientId;
    std::string venueOrderId;
    std::string venueFillId; ///< Filled: unique per venue and instrument
    Price price; ///< Filled
    Quantity quantity; ///< Filled
    Money fee; ///< Filled, in quote currency
    Liquidity liquidity = Liquidity::Taker;
    Quantity filledSoFar; ///< Working
    Timestamp time; ///< the venue's; in simulation also when the report arrives
    std::string detail; ///< the venue's own words on a refusal

    bool operator==(const VenueReport &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("kind", self.kind);
        visit("client_id", self.clientId);
        visit("venue_order_id", self.venueOrderId);
        visit("venue_fill_id", self.venueFillId);
        visit("price", self.price);
        visit("quantity", self.quantity);
        visit("fee", self.fee);
        visit("liquidity", self.liquidity);
        visit("filled_so_far", self.filledSoFar);
        visit("time", self.time);
        visit("detail", self.detail);
    }
};

class MarketDrivenVenue;

/// Executes orders. Its answers come later, as reports.
///
/// Thread: all calls come from the session's engine thread and return at once; a venue that talks to a network does so
/// on its own thread and queues its reports until takeReports().
class COINSWARM_SDK_EXPORT Venue
{
public:
    virtual ~Venue();

    virtual std::string name() const = 0;
    /// Called once, before anything else.
    virtual Result<void> open(const std::vector<Instrument> &instruments) = 0;
    /// Sending an order twice under one client id has no further effect.
    virtual void submit(const ApprovedOrder &order, Timestamp now) = 0;
    virtual void cancel(const std::string &clientId, Timestamp now) = 0;
    /// Asks what has become of an order. Answers: Working, NotFound, or the reports it missed (fills, cancelled,
    /// rejected), each with its own venue ids.
    virtual void query(const std::string &clientId, Timestamp now) = 0;
    /// Appends the reports that have arrived by `now`, in order of their time. After a disconnection the first is
    /// Reconnected: the session then asks for every order, since what was said meanwhile is lost.
    virtual void takeReports(Timestamp now, std::vector<VenueReport> &out) = 0;
    /// This venue as one that fills from the session's own market data; null if it is not. (A cast would not be safe
    /// across libraries.)
    virtual MarketDrivenVenue *marketDriven();

protected:
    Venue() = default;
    Q_DISABLE_COPY_MOVE(Venue)
};

/// A venue inside the program that fills orders from the market data the session sees.
class COINSWARM_SDK_EXPORT MarketDrivenVenue : public Venue
{
public:
    ~MarketDrivenVenue() override;
    MarketDrivenVenue *marketDriven() override;

    /// Shows it the next market event, before the engine sees it. Bar rule: an order that arrived at or after a bar's
    /// open is never filled by that bar.
    virtual void onMarket(const MarketEvent &event, Timestamp now) = 0;
    /// When the next report is due, so that a backtest can deliver it in time order.
    virtual std::optional<Timestamp> nextReportAt() const = 0;
};

} // namespace coinswarm
