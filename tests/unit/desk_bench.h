// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "codec/binary_reader.h"
#include "codec/binary_writer.h"
#include "trading/order_states.h"
#include "trading/trading_desk.h"

#include <map>
#include <string>
#include <vector>

/// QCOMPARE would print decimals and times through their toString(), which does not give it the type it wants.
#define SAME(actual, expected)                                                                                         \
    do {                                                                                                               \
        const auto actualValue = (actual);                                                                             \
        const auto expectedValue = (expected);                                                                         \
        QVERIFY2(actualValue == expectedValue,                                                                         \
                 (::coinswarm::test::shown(actualValue) + " instead of " + ::coinswarm::test::shown(expectedValue))    \
                     .c_str());                                                                                        \
    } while (false)

/// What the tests of core/trading share: short ways to write numbers, decisions and reports, and a listener that
/// remembers everything and holds the desk to its promises.
namespace coinswarm::test {

/// For messages of failed tests.
template <class T>
std::string shown(const T &value)
{
    if constexpr (std::is_same_v<T, bool>) {
        return value ? "true" : "false";
    } else if constexpr (codec::IsFixed<T> || codec::IsTimestamp<T>) {
        return toString(value);
    } else if constexpr (codec::IsId<T>) {
        return std::to_string(value.value);
    } else if constexpr (codec::NamedEnum<T>) {
        return std::string(enumName(value));
    } else if constexpr (std::is_arithmetic_v<T>) {
        return std::to_string(value);
    } else if constexpr (std::is_convertible_v<T, std::string>) {
        return value;
    } else if constexpr (codec::IsSequence<T> && !std::is_same_v<T, std::vector<std::byte>>) {
        std::string text = "[";
        for (const auto &element : value) {
            text += (text.size() > 1 ? ", " : "") + shown(element);
        }
        return text + "]";
    } else {
        return "(a value)";
    }
}

inline Price price(const char *text)
{
    return *Price::parse(text);
}
inline Quantity quantity(const char *text)
{
    return *Quantity::parse(text);
}
inline Money money(const char *text)
{
    return *Money::parse(text);
}
inline Ratio ratio(const char *text)
{
    return *Ratio::parse(text);
}
/// Seconds after a morning in UTC.
inline Timestamp at(double seconds)
{
    return Timestamp::fromMilliseconds(1'768'208'400'000) + Duration(static_cast<std::int64_t>(seconds * 1e9));
}

inline Instrument instrument(std::uint32_t id, bool shortAllowed = false)
{
    Instrument made;
    made.id = InstrumentId(id);
    made.symbol = id == 1 ? "BTC-USDT" : "ETH-USDT";
    made.base = id == 1 ? "BTC" : "ETH";
    made.quote = "USDT";
    made.shortAllowed = shortAllowed;
    return made;
}

inline Decision decide(Action action, const char *size = "0.1", const char *stop = "0", const char *target = "0",
                       std::uint32_t id = 1)
{
    static std::uint64_t number = 0;
    Decision made;
    made.id = DecisionId(++number);
    made.instrument = InstrumentId(id);
    made.action = action;
    made.size = quantity(size);
    made.stop = price(stop);
    made.target = price(target);
    made.summary = "test";
    return made;
}

inline VenueReport report(ReportKind kind, const Order &order, const char *detail = "")
{
    VenueReport made;
    made.kind = kind;
    made.clientId = order.clientId;
    made.detail = detail;
    return made;
}

inline VenueReport filled(const Order &order, const char *at, const char *amount, const std::string &id,
                          const char *fee = "0")
{
    VenueReport made = report(ReportKind::Filled, order);
    made.price = price(at);
    made.quantity = quantity(amount);
    made.venueFillId = id;
    made.fee = money(fee);
    return made;
}

inline VenueReport working(const Order &order, const char *filledSoFar = "0")
{
    VenueReport made = report(ReportKind::Working, order);
    made.filledSoFar = quantity(filledSoFar);
    return made;
}

/// Remembers what the desk did, and collects every broken promise: an order sent without a passing report at that moment,
/// sent twice, or moved against the table of transitions.
class Heard : public trading::DeskListener
{
public:
    void submit(const ApprovedOrder &order) override
    {
        const OrderId id = order.order().id;
        if (reports.empty() || reports.back().order != id || !reports.back().passed) {
            broken.push_back("order sent without a passing report: " + order.order().clientId);
        }
        if (++sends[id] > 1) {
            broken.push_back("order sent twice: " + order.order().clientId);
        }
        submitted.push_back(order.order());
        approvalsUsed.push_back(order.approval());
    }
    void cancel(const Order &order) override
    {
        cancelled.push_back(order.id);
        if (throwOnCancel && cancelled.size() == 1) {
            throw std::runtime_error("the connection broke");
        }
    }
    void query(const Order &order) override { queried.push_back(order.id); }
    void orderChanged(const Order &order) override
    {
        const auto it = states.find(order.id);
        if (it != states.end() && it->second != order.state && !trading::isLegalTransition(it->second, order.state)) {
            broken.push_back("illegal transition of " + order.clientId);
        }
        states[order.id] = order.state;
    }
    void riskChecked(const Order &, const api::RiskReport &report) override { reports.push_back(report); }
    void approvalChanged(const api::Approval &approval) override { approvals.push_back(approval); }
    void fillBooked(const Fill &fill, const Position &) override { fills.push_back(fill); }
    void roundTripClosed(const RoundTrip &trip) override { trips.push_back(trip); }
    void alert(const trading::TradingAlert &alert) override { alerts.push_back(alert); }
    void haltChanged(const trading::HaltState &state) override { halts.push_back(state); }

    std::size_t alertCount(const std::string &code) const
    {
        return static_cast<std::size_t>(std::count_if(alerts.begin(), alerts.end(),
                                                      [&](const trading::TradingAlert &a) { return a.code == code; }));
    }
    /// The newest order sent for a purpose.
    Order last(OrderPurpose purpose) const
    {
        for (auto it = submitted.rbegin(); it != submitted.rend(); ++it) {
            if (it->purpose == purpose) {
                return *it;
            }
        }
        return {};
    }
    std::size_t sent(OrderPurpose purpose) const
    {
        return static_cast<std::size_t>(
            std::count_if(submitted.begin(), submitted.end(), [&](const Order &o) { return o.purpose == purpose; }));
    }

    bool throwOnCancel = false;
    std::vector<Order> submitted;
    std::vector<ApprovalId> approvalsUsed;
    std::vector<OrderId> cancelled;
    std::vector<OrderId> queried;
    std::vector<api::RiskReport> reports;
    std::vector<api::Approval> approvals;
    std::vector<Fill> fills;
    std::vector<RoundTrip> trips;
    std::vector<trading::TradingAlert> alerts;
    std::vector<trading::HaltState> halts;
    std::map<OrderId, OrderState> states;
    std::map<OrderId, int> sends;
    std::vector<std::string> broken;
};

/// A desk with two spot instruments at 1000 and 100, 100,000 of cash, and no approvals unless asked for.
struct Bench {
    explicit Bench(trading::DeskConfig with = quiet(), bool shortAllowed = false)
        : config(with), desk(with, {instrument(1, shortAllowed), instrument(2, shortAllowed)}, heard)
    {
        tick("1000", 0);
        tick("100", 0, 2);
    }
    static trading::DeskConfig quiet()
    {
        trading::DeskConfig made;
        made.approvals.rule = trading::ApprovalRule::None;
        made.orders.session = "t";
        return made;
    }
    static trading::DeskConfig asking()
    {
        trading::DeskConfig made = quiet();
        made.approvals.rule = trading::ApprovalRule::All;
        return made;
    }

    void tick(const char *last, double seconds, std::uint32_t id = 1)
    {
        desk.onMarket(InstrumentId(id), price(last), at(seconds));
        lastPrices[id] = price(last);
        lastTimes[id] = at(seconds);
    }
    std::optional<OrderId> propose(const Decision &decision, double seconds)
    {
        const std::uint32_t id = decision.instrument.value;
        return desk.propose(decision, {lastPrices[id], {}, {}, lastTimes[id]}, RegimeId(7), at(seconds));
    }
    void say(const VenueReport &report, double seconds) { desk.onReport(report, at(seconds)); }
    /// Buys and fills at once; returns the entry.
    Order buy(const char *size, const char *stop, const char *target, double seconds, const std::string &fillId = "f1")
    {
        propose(decide(Action::Buy, size, stop, target), seconds);
        const Order entry = heard.submitted.back();
        say(report(ReportKind::Accepted, entry), seconds);
        VenueReport fill = filled(entry, "1000", size, fillId);
        fill.price = lastPrices[1];
        say(fill, seconds);
        return entry;
    }
    void accept(OrderPurpose purpose, double seconds)
    {
        say(report(ReportKind::Accepted, heard.last(purpose)), seconds);
    }
    OrderState state(OrderId id) const { return desk.order(id)->state; }
    Quantity held(std::uint32_t id = 1) const { return desk.portfolio().position(InstrumentId(id)).quantity; }

    trading::DeskConfig config;
    Heard heard;
    trading::TradingDesk desk;
    std::map<std::uint32_t, Price> lastPrices;
    std::map<std::uint32_t, Timestamp> lastTimes;
};

inline std::vector<std::byte> saved(trading::TradingDesk &desk)
{
    std::vector<std::byte> bytes;
    codec::BinaryWriter(bytes).write(desk);
    return bytes;
}

inline void restore(trading::TradingDesk &desk, const std::vector<std::byte> &bytes)
{
    codec::BinaryReader(bytes).read(desk);
}

} // namespace coinswarm::test
