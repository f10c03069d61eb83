// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/market_data.h>

namespace coinswarm::market {

/// A closed candle in the numbers that indicators calculate with, converted once for all of them.
struct Bar {
    Timestamp openTime;
    double high = 0;
    double low = 0;
    double close = 0;
    double volume = 0;

    static Bar from(const Candle &candle)
    {
        return {candle.openTime, candle.high.toDouble(), candle.low.toDouble(), candle.close.toDouble(),
                candle.volume.toDouble()};
    }
};

} // namespace coinswarm::market
