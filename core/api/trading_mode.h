// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/fields.h>

namespace coinswarm::api {

/// What a session's orders do to the world. The gate asks for an operator's approval of every entry in Live.
enum class TradingMode : unsigned char { Backtest, Paper, Live };

constexpr auto enumNames(TradingMode)
{
    return std::array<std::string_view, 3>{"backtest", "paper", "live"};
}

} // namespace coinswarm::api
