// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "api/risk_check.h"

#include <coinswarm/decimal.h>

namespace coinswarm::api {

namespace {

struct Wording {
    std::string_view subject;
    std::string_view no; ///< a flag that is 0
    std::string_view yes; ///< a flag that is 1
};

Wording wording(DenialCode code)
{
    switch (code) {
    case DenialCode::PositionSize:
        return {"position with pending entries", "", ""};
    case DenialCode::OrderNotional:
        return {"order notional", "", ""};
    case DenialCode::GrossExposure:
        return {"gross exposure with pending entries", "", ""};
    case DenialCode::LossPerTrade:
        return {"worst-case loss of the trade", "", ""};
    case DenialCode::DailyLoss:
        return {"loss of the day", "", ""};
    case DenialCode::Drawdown:
        return {"drawdown from the peak", "", ""};
    case DenialCode::TradesPerDay:
        return {"number of entries today", "", ""};
    case DenialCode::OrderRate:
        return {"number of orders within 60 seconds", "", ""};
    case DenialCode::PriceBand:
        return {"distance from the last price", "", ""};
    case DenialCode::OpenOrders:
        return {"number of open and pending orders", "", ""};
    case DenialCode::StaleMarket:
        return {"time since the last trade", "", ""};
    case DenialCode::InstrumentRules:
        return {"", "", ""};
    case DenialCode::InsufficientCash:
        return {"cash needed with pending buys", "", ""};
    case DenialCode::ShortNotAllowed:
        return {"", "the position does not become short against the instrument's rules",
                "the position would become short, which this instrument does not allow"};
    case DenialCode::Halted:
        return {"", "the kill switch is off", "the kill switch is on: only orders that reduce a position pass"};
    case DenialCode::Paused:
        return {"", "new entries are not paused", "new entries are paused"};
    case DenialCode::NoMarket:
        return {"", "the instrument has a last price", "the instrument has not traded yet"};
    case DenialCode::ProtectivePrices:
        return {"", "stop and target are on their sides of the entry price",
                "the stop or the target is on the wrong side of the entry price"};
    case DenialCode::NotReducing:
        return {"", "a reduce-only order does reduce", "a reduce-only order would open, enlarge or turn the position"};
    case DenialCode::Reconciling:
        return {"", "the venue has answered for the session before",
                "the venue has not yet answered for every order of the session before"};
    case DenialCode::PositionMismatch:
        return {"", "the venue does not contradict the booked position",
                "the venue reports another position than the one booked"};
    case DenialCode::NotApproved:
        return {"", "no approval is missing", "no operator has approved exactly this order within its price band"};
    }
    return {};
}

/// 1204.5 → 1,204.50
std::string grouped(std::int64_t raw, int decimals)
{
    std::string text = detail::formatDecimal(raw, decimals);
    const std::size_t first = text.front() == '-' ? 1 : 0;
    const std::size_t point = std::min(text.find('.'), text.size());
    for (std::size_t at = point; at > first + 3;) {
        at -= 3;
        text.insert(at, ",");
    }
    return text;
}

std::string number(std::int64_t value, CheckUnit unit, const Instrument *instrument)
{
    const auto with = [](std::string text, const std::string &name) { return name.empty() ? text : text + " " + name; };
    switch (unit) {
    case CheckUnit::Money:
        return with(grouped(value, 2), instrument != nullptr ? instrument->quote : std::string());
    case CheckUnit::Price:
        return with(grouped(value, 0), instrument != nullptr ? instrument->quote : std::string());
    case CheckUnit::Quantity:
        return with(grouped(value, 0), instrument != nullptr ? instrument->base : std::string());
    case CheckUnit::Ratio:
        return detail::formatDecimal(detail::multiplyDivide(value, 100, 1, Rounding::HalfEven), 0) + " %";
    case CheckUnit::Bps:
        return std::to_string(value) + " bp";
    case CheckUnit::Duration:
        // Tenths of a second are what a person can use here.
        return detail::formatDecimal(value / 100'000'000 * 10'000'000, 1) + " s";
    case CheckUnit::Count:
    case CheckUnit::Flag:
        break;
    }
    return std::to_string(value);
}

std::string_view ruleSubject(CheckUnit unit)
{
    switch (unit) {
    case CheckUnit::Money:
        return "order notional";
    case CheckUnit::Price:
        return "price";
    default:
        return "quantity";
    }
}

} // namespace

std::string describe(const RiskCheck &check, const Instrument *instrument)
{
    const Wording words = wording(check.code);
    std::string text;
    if (check.rule == CheckRule::Equal) {
        text = check.actual == 0 ? words.no : words.yes;
    } else {
        const bool holds = check.rule == CheckRule::AtMost ? check.actual <= check.limit
            : check.rule == CheckRule::AtLeast             ? check.actual >= check.limit
                                                           : check.limit == 0 || check.actual % check.limit == 0;
        text = std::string(words.subject.empty() ? ruleSubject(check.unit) : words.subject) + " "
            + number(check.actual, check.unit, instrument);
        switch (check.rule) {
        case CheckRule::AtMost:
            text += holds ? " is within the limit " : " is above the limit ";
            break;
        case CheckRule::AtLeast:
            text += holds ? " is at least the minimum " : " is below the minimum ";
            break;
        default:
            text += holds ? " is a multiple of the step " : " is not a multiple of the step ";
            break;
        }
        text += number(check.limit, check.unit, instrument);
    }
    return check.waived ? text + " (does not apply: the order only reduces a position)" : text;
}

std::string describe(const RiskReport &report, const Instrument *instrument)
{
    std::string text;
    for (const RiskCheck &check : report.checks) {
        if (!check.passed) {
            text += (text.empty() ? "" : "; ") + describe(check, instrument);
        }
    }
    return text.empty() ? "all " + std::to_string(report.checks.size()) + " checks passed" : text;
}

} // namespace coinswarm::api
