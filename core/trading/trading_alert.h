// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/fields.h>

#include <string>

namespace coinswarm::trading {

enum class AlertSeverity : unsigned char { Info, Warning, Danger };

constexpr auto enumNames(AlertSeverity)
{
    return std::array<std::string_view, 3>{"info", "warning", "danger"};
}

/// Something a person should know.
struct TradingAlert {
    AlertSeverity severity = AlertSeverity::Info;
    std::string code; ///< "stop_refused", stable, for filters
    std::string text; ///< what, where, what to do

    bool operator==(const TradingAlert &) const = default;
};

} // namespace coinswarm::trading
