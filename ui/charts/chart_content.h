// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "charts/formulas.h"
#include "charts/indicator_line.h"

#include <coinswarm/order.h>
#include <coinswarm/regime.h>

#include <QtCore/QString>

#include <optional>

namespace coinswarm::ui {

/// An execution on the chart; clicking it explains its order.
struct TradeMarker {
    Timestamp time;
    double price = 0;
    Side side = Side::Buy;
    OrderId order;
    QString text; ///< "▲ BUY 0.042 at 61,824.10"
};

/// The open position as lines.
struct PositionLines {
    double average = 0;
    double stop = 0; ///< 0 for none
    double target = 0; ///< 0 for none
    QString text; ///< "long 0.096"
};

enum class LowerPane : unsigned char { None, Rsi, Adx };

/// Everything a market chart shows besides the window into it.
struct ChartContent {
    const CandleSeries *series = nullptr; ///< outlives the chart's use of it
    QString title; ///< "BTC-USDT 5m"
    int priceDecimals = 2;
    bool localTime = false;
    bool showSma = true;
    bool showEma = true;
    bool showVolume = true;
    bool showRegimes = true;
    LowerPane lowerPane = LowerPane::Adx;
    std::vector<Regime> regimes; ///< of this instrument, by start
    std::vector<TradeMarker> markers; ///< of this instrument, by time
    std::optional<PositionLines> position;
    OrderId selected; ///< its markers are emphasised

    IndicatorLine<SmaFormula> sma{SmaFormula(20)};
    IndicatorLine<EmaFormula> ema{EmaFormula(50)};
    IndicatorLine<RsiFormula> rsi{RsiFormula(14)};
    IndicatorLine<AdxFormula> adx{AdxFormula(14)};

    /// Brings the indicator lines that are shown up to the series.
    void updateLines()
    {
        if (!series) {
            return;
        }
        if (showSma) {
            sma.update(*series);
        }
        if (showEma) {
            ema.update(*series);
        }
        if (lowerPane == LowerPane::Rsi) {
            rsi.update(*series);
        } else if (lowerPane == LowerPane::Adx) {
            adx.update(*series);
        }
    }
};

} // namespace coinswarm::ui
