// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "market/indicators/adx.h"
#include "market/indicators/atr.h"
#include "market/indicators/bollinger.h"
#include "market/indicators/ema.h"
#include "market/indicators/macd.h"
#include "market/indicators/realised_volatility.h"
#include "market/indicators/rsi.h"
#include "market/indicators/sma.h"
#include "market/indicators/stochastic.h"
#include "market/indicators/vwap.h"

#include <coinswarm/result.h>

#include <string_view>
#include <variant>

namespace coinswarm::market {

/// Any indicator. All have update(const Bar &), write(), warmupBars(), kSeries and visitState().
using Indicator = std::variant<Sma, Ema, Rsi, Macd, Bollinger, Atr, Adx, Stochastic, RealisedVolatility, Vwap>;

/// Longest accepted period, in bars.
inline constexpr std::uint32_t kMaxIndicatorPeriod = 5000;

/// Makes an indicator from its notation: sma:N ema:N rsi:N macd:FAST:SLOW:SIGNAL bb:N:WIDTH atr:N adx:N
/// stoch:N:SMOOTH_K:SMOOTH_D rv:N vwap. Periods are whole numbers from 1 to kMaxIndicatorPeriod, FAST is below SLOW,
/// WIDTH is a decimal number above 0 and at most 100. Anything else is an error that quotes the notation and names the
/// accepted ones.
Result<Indicator> makeIndicator(std::string_view spec);

} // namespace coinswarm::market
