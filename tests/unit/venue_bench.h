// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "simulated_venue.h"

#include <QtCore/QStringList>

namespace coinswarm::trading {

/// Stands for the risk gate, which is the only one who can make an ApprovedOrder.
class RiskGate
{
public:
    static ApprovedOrder approve(Order order) { return ApprovedOrder(std::move(order), ApprovalId()); }
};

} // namespace coinswarm::trading

/// What the tests of the simulated venue share: short ways to write orders and markets, and a venue that is listened to.
namespace coinswarm::test {

inline constexpr InstrumentId kBtc(1);
constexpr std::int64_t kMinute = 60'000;

inline Price price(const char *text)
{
    return *Price::parse(text);
}
inline Quantity quantity(const char *text)
{
    return *Quantity::parse(text);
}
inline Timestamp at(std::int64_t ms)
{
    return Timestamp::fromMilliseconds(ms);
}

inline std::vector<Instrument> market(bool shortAllowed = true)
{
    Instrument btc;
    btc.id = kBtc;
    btc.symbol = "BTC-USDT";
    btc.base = "BTC";
    btc.quote = "USDT";
    btc.shortAllowed = shortAllowed;
    return {btc};
}

inline Order order(const char *id, Side side, OrderType type, const char *size, const char *trigger = "0")
{
    Order result;
    result.clientId = id;
    result.instrument = kBtc;
    result.side = side;
    result.type = type;
    result.quantity = quantity(size);
    (type == OrderType::Limit ? result.limitPrice : result.stopPrice) = price(trigger);
    result.referencePrice = price("100");
    return result;
}

/// A minute's bar that opens at `minute`.
inline Candle bar(std::int64_t minute, const char *open, const char *high, const char *low, const char *close,
                  const char *volume = "1000")
{
    Candle candle;
    candle.instrument = kBtc;
    candle.interval = Interval{60};
    candle.openTime = at(minute * kMinute);
    candle.open = price(open);
    candle.high = price(high);
    candle.low = price(low);
    candle.close = price(close);
    candle.volume = quantity(volume);
    return candle;
}

inline Trade trade(std::int64_t ms, Side aggressor, const char *p, const char *q)
{
    return Trade{kBtc, aggressor, price(p), quantity(q), at(ms), 0};
}

inline BookDelta level(std::int64_t ms, Side side, const char *p, const char *q, bool completes = true)
{
    return BookDelta{kBtc, side, false, completes, price(p), quantity(q), at(ms)};
}

/// A venue and everything it said.
struct Bench {
    explicit Bench(simulated::VenueRules rules = {}, const std::string &folder = {}, bool shortAllowed = true)
        : venue(rules, folder)
    {
        opened = venue.open(market(shortAllowed)).ok();
    }

    void submit(Order o, std::int64_t ms) { venue.submit(trading::RiskGate::approve(std::move(o)), at(ms)); }
    void show(const MarketEvent &event) { venue.onMarket(event, visibleAt(event)); }
    /// What arrived by `ms`, as text: kind, client id, and for fills quantity@price.
    QStringList said(std::int64_t ms)
    {
        std::vector<VenueReport> fresh;
        venue.takeReports(at(ms), fresh);
        QStringList lines;
        for (const VenueReport &report : fresh) {
            std::string line = std::string(enumName(report.kind)) + ' ' + report.clientId;
            if (report.kind == ReportKind::Filled) {
                line += ' ' + toString(report.quantity) + '@' + toString(report.price) + ' '
                    + std::string(enumName(report.liquidity));
            }
            lines << QString::fromStdString(line);
        }
        all.insert(all.end(), fresh.begin(), fresh.end());
        return lines;
    }

    simulated::SimulatedVenue venue;
    bool opened = false;
    std::vector<VenueReport> all;
};

inline simulated::VenueRules exactRules()
{
    simulated::VenueRules rules;
    rules.slippage = {};
    return rules;
}

inline QStringList lines(std::initializer_list<const char *> texts)
{
    QStringList result;
    for (const char *text : texts) {
        result << QString::fromLatin1(text);
    }
    return result;
}

} // namespace coinswarm::test
