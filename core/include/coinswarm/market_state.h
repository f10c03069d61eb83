// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/instrument.h>
#include <coinswarm/market_data.h>
#include <coinswarm/position.h>
#include <coinswarm/recall.h>
#include <coinswarm/regime.h>

#include <array>
#include <span>
#include <string>
#include <vector>

namespace coinswarm {

/// Slots of the session's indicator table. Every series of every indicator that the configuration or an agent asks for
/// has one slot, the same for all instruments.
inline constexpr std::size_t kMaxIndicatorSlots = 48;

/// Which slot an indicator's series has, and what it is called.
struct IndicatorName {
    std::string spec; ///< "macd:12:26:9"
    std::string series; ///< "signal"; empty where the indicator has one series

    std::string full() const { return series.empty() ? spec : spec + "." + series; }
    bool operator==(const IndicatorName &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("spec", self.spec);
        visit("series", self.series);
    }
};

/// The latest value per slot. A slot that has not seen enough bars is not ready and holds 0, never NaN.
struct IndicatorReadings {
    std::uint32_t count = 0; ///< slots in use
    std::uint64_t readyMask = 0;
    std::array<double, kMaxIndicatorSlots> values{};

    bool ready(std::size_t slot) const { return slot < count && ((readyMask >> slot) & 1U) != 0; }
    double value(std::size_t slot) const { return slot < count ? values[slot] : 0; }
    void set(std::size_t slot, double value)
    {
        values[slot] = value;
        readyMask |= std::uint64_t{1} << slot;
    }
    bool operator==(const IndicatorReadings &) const = default;
};

/// What an agent sees: one instrument at the close of one bar. A plain value; it holds nothing of the engine except
/// `recent`, which is valid only during Agent::decide().
struct MarketState {
    AskId ask;
    Timestamp now;
    InstrumentId instrument;
    Candle candle; ///< the bar that has just closed; its close is the decision price
    Price bid; ///< zero where no quote is known
    Price bestAsk; ///< best ask; zero where no quote is known
    std::uint64_t bars = 0; ///< closed bars seen so far, including `candle`
    IndicatorReadings indicators;
    Regime regime;
    Position position;
    Account account;
    Quantity maximumPosition; ///< largest position the risk limits allow at this price
    Recall recall; ///< remembered episodes that are like this state; empty in a session without memory
    const Instrument *rules = nullptr; ///< never null during decide()
    std::span<const Candle> recent; ///< as many closed bars as agents declared in AgentSpec::historyBars, oldest first

    double price() const { return candle.close.toDouble(); }

    /// `rules` and `recent` are not part of the record: the instrument is in the journal's header, bars are records.
    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("ask", self.ask);
        visit("now", self.now);
        visit("instrument", self.instrument);
        visit("candle", self.candle);
        visit("bid", self.bid);
        visit("best_ask", self.bestAsk);
        visit("bars", self.bars);
        visit("indicators", self.indicators);
        visit("regime", self.regime);
        visit("position", self.position);
        visit("account", self.account);
        visit("maximum_position", self.maximumPosition);
        visit("recall", self.recall);
    }
};

} // namespace coinswarm
