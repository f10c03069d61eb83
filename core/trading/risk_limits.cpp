// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "trading/risk_limits.h"

#include "api/denial_code.h"

namespace coinswarm::trading {

namespace {

/// One line of the table per limit: what it is called, what it means, and how its default reads.
struct LimitText {
    std::string_view name;
    std::string_view meaning;
};

constexpr std::array<LimitText, 12> kLimits{{
    {"max_position_notional", "Largest position in one instrument with its pending entries, at the last price."},
    {"max_position_share", "The same as a share of equity; the smaller of the two binds."},
    {"max_order_notional", "Largest single order."},
    {"max_gross_exposure", "All positions and pending entries together, as a share of equity."},
    {"max_loss_per_trade",
     "Loss at the protective stop with fees, as a share of equity; an entry without a stop risks its "
     "whole notional."},
    {"max_daily_loss", "Fall of equity since the UTC day began, as a share of the equity it began with."},
    {"max_drawdown", "Fall of equity from its running peak, as a share of the peak (not from the start)."},
    {"max_trades_per_day", "Entries sent or pending per UTC day."},
    {"max_orders_per_minute", "Orders sent within any 60 seconds."},
    {"max_open_orders", "Orders open or pending, protective orders included."},
    {"price_band_bps", "Distance of the order's limit or reference price from the last trade, in basis points."},
    {"max_market_age", "Time since the instrument last traded. In a market of bars their interval is added."},
}};

std::string_view meaning(std::string_view name)
{
    for (const LimitText &limit : kLimits) {
        if (limit.name == name) {
            return limit.meaning;
        }
    }
    return "";
}

struct Reading {
    std::int64_t raw = 0;
    std::string text;
};

Reading reading(Money value)
{
    return {value.raw, toString(value)};
}
Reading reading(Ratio value)
{
    return {value.raw, toString(value)};
}
Reading reading(std::int32_t value)
{
    return {value, std::to_string(value)};
}
Reading reading(Duration value)
{
    // Shown in seconds, as the configuration has it.
    return {value.count(), detail::formatDecimal(value.count() / 10, 0) + " s"};
}

} // namespace

Result<void> validate(const RiskLimits &limits)
{
    std::string problem;
    RiskLimits::fields(limits, [&problem](std::string_view name, const auto &value) {
        if (const Reading read = reading(value); read.raw <= 0 && problem.empty()) {
            problem = "risk." + std::string(name) + " is " + read.text
                + ": expected a value above 0; a limit cannot be switched off";
        }
    });
    if (!problem.empty()) {
        return invalid(problem);
    }
    return {};
}

std::string riskLimitsMarkdown()
{
    std::string text =
        "<!-- Generated from core/trading/risk_limits.cpp and denial_code.cpp; do not edit. -->\n"
        "# Risk limits\n\n"
        "Every order passes every check below, when it is proposed and again when it is released. Limits count\n"
        "open and pending orders. Every limit is in force by default; 0 or less is a mistake in the configuration\n"
        "and never means \"unlimited\". Orders that only reduce a position (reduce-only, on the opposite side, not\n"
        "larger than it) pass the checks marked \"waived\": holding them back would keep risk.\n\n"
        "## Limits\n\n| Key in `[risk]` | Default | What it bounds |\n|---|---|---|\n";
    const RiskLimits defaults;
    RiskLimits::fields(defaults, [&text](std::string_view name, const auto &value) {
        text += "| `" + std::string(name) + "` | " + reading(value).text + " | " + std::string(meaning(name)) + " |\n";
    });
    text += "\n## Denial codes\n\n| Code | Orders that only reduce | Why an order is denied |\n|---|---|---|\n";
    for (std::size_t i = 0; i < api::kDenialCodes; ++i) {
        const auto code = static_cast<api::DenialCode>(i);
        text += "| `" + std::string(enumName(code)) + "` | " + (api::isWaivedForReducing(code) ? "waived" : "checked")
            + " | " + std::string(api::description(code)) + " |\n";
    }
    return text;
}

} // namespace coinswarm::trading
