// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/fields.h>

namespace coinswarm {

/// What a session's orders do to the world. The gate asks for an operator's approval of every entry in Live.
enum class TradingMode : unsigned char { Backtest, Paper, Live };

template <>
struct EnumNames<TradingMode> {
    static constexpr std::array<std::string_view, 3> names{"backtest", "paper", "live"};
};

} // namespace coinswarm
