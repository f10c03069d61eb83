// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "row_defects.h"

#include <coinswarm/instrument.h>
#include <coinswarm/market_data.h>
#include <coinswarm/result.h>
#include <coinswarm/settings.h>

#include <optional>
#include <string>

namespace coinswarm::replay {

/// The settings of a replay, read and checked. The texts are described in plugin.json.in.
struct ReplayFeedOptions {
    std::string file;
    std::string symbol; ///< empty: guessed from the file's name
    DefectPolicy defects = DefectPolicy::Refuse;
    std::optional<Timestamp> from; ///< the first row at or after it is the first that is read
    std::optional<Timestamp> to; ///< rows at or after it are not read
    std::string kind = "auto"; ///< auto, candles, trades or quotes
    Interval interval; ///< 0: the most frequent step of the first rows
    Price tick; ///< 0: from the decimals of the first prices
    Quantity lot; ///< 0: from the decimals of the first quantities
    bool shortAllowed = false;
    double speed = 0; ///< 0: 60 for candles, 1 for trades and quotes
};

Result<ReplayFeedOptions> replayOptions(const Settings &settings);

/// 300, "300s", "5m", "4h", "1d", "1w" as an interval.
Result<Interval> parseInterval(std::string_view text);

/// "BTC-USDT" for ".../binance_spot_BTCUSDT_5m_2024H1.csv.gz"; "DATA-USD" if the name says nothing.
std::string symbolFromFileName(std::string_view path);

/// Splits "BTC-USDT" or "BTCUSDT" into base and quote; the quote is USD where the symbol does not say.
Instrument instrumentFor(std::string_view symbol);

} // namespace coinswarm::replay
