// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/denial_code.h"

#include <coinswarm/ids.h>
#include <coinswarm/instrument.h>
#include <coinswarm/timestamp.h>

#include <cstdint>
#include <string>
#include <vector>

namespace coinswarm::api {

/// What RiskCheck's numbers are: decimals are raw (10⁻⁸), durations nanoseconds, bps hundredths of a per cent.
enum class CheckUnit : unsigned char { Money, Quantity, Price, Count, Ratio, Bps, Duration, Flag };

/// How `actual` must stand to `limit`.
enum class CheckRule : unsigned char {
    AtMost,
    AtLeast,
    MultipleOf, ///< of the instrument's step
    Equal, ///< Flag: 0 = no, 1 = yes
};

constexpr auto enumNames(CheckUnit)
{
    return std::array<std::string_view, 8>{"money", "quantity", "price", "count", "ratio", "bps", "duration", "flag"};
}
constexpr auto enumNames(CheckRule)
{
    return std::array<std::string_view, 4>{"at_most", "at_least", "multiple_of", "equal"};
}

/// One check of the risk gate with the numbers it compared, exact.
struct RiskCheck {
    DenialCode code = DenialCode::PositionSize;
    bool passed = false;
    bool waived = false; ///< passed because the order only reduces risk, whatever the numbers say
    CheckUnit unit = CheckUnit::Money;
    CheckRule rule = CheckRule::AtMost;
    std::int64_t actual = 0;
    std::int64_t limit = 0;

    bool operator==(const RiskCheck &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("code", self.code);
        visit("passed", self.passed);
        visit("waived", self.waived);
        visit("unit", self.unit);
        visit("rule", self.rule);
        visit("actual", self.actual);
        visit("limit", self.limit);
    }
};

/// What the gate said about one order at one moment: every check there is, in the order of DenialCode.
struct RiskReport {
    OrderId order;
    Timestamp time;
    bool passed = false;
    std::vector<RiskCheck> checks;

    bool operator==(const RiskReport &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("order", self.order);
        visit("time", self.time);
        visit("passed", self.passed);
        visit("checks", self.checks);
    }
};

/// "order notional 1,204.50 USDT is above the limit 1,000.00 USDT". The instrument supplies the currencies.
std::string describe(const RiskCheck &check, const Instrument *instrument = nullptr);

/// The checks that failed as sentences joined by "; ", or "all 22 checks passed".
std::string describe(const RiskReport &report, const Instrument *instrument = nullptr);

} // namespace coinswarm::api
