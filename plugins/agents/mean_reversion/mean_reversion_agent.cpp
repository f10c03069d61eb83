// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "mean_reversion_agent.h"

#include <coinswarm/memory_adjustment.h>
#include <coinswarm/text.h>

#include <algorithm>

namespace coinswarm::mean_reversion {

namespace {

constexpr double kHoldConfidence = 0.5;

std::string called(const char *name, std::int64_t period)
{
    return std::string(name) + "(" + std::to_string(period) + ") ";
}

std::string indicator(const char *name, std::int64_t period)
{
    return std::string(name) + ":" + std::to_string(period);
}

Vote hold(std::vector<std::string> reasons)
{
    Vote vote;
    vote.confidence = kHoldConfidence;
    vote.reasons = std::move(reasons);
    return vote;
}

/// `value` on the tick, rounded down; zero if it is not positive or not on the side of `close` that is wanted.
Price levelOn(double value, Price tick, Price close, bool above)
{
    const Result<Price> level = Price::fromDouble(value);
    const Price price = level.ok() ? roundedDownTo(*level, tick) : Price{};
    return price.isPositive() && (above ? price > close : price < close) ? price : Price{};
}

} // namespace

struct MeanReversionAgent::Reading {
    double close;
    double upper;
    double middle;
    double lower;
    double rsi;
    double adx;
    double atr;
};

MeanReversionAgent::MeanReversionAgent(const Settings &settings)
    : m_bandPeriod(settings.integer("band_period")),
      m_bandWidth(settings.integer("band_width")),
      m_rsiPeriod(settings.integer("rsi_period")),
      m_rsiLow(settings.real("rsi_low")),
      m_adxPeriod(settings.integer("adx_period")),
      m_adxLimit(settings.real("adx_limit")),
      m_riskPerTrade(settings.real("risk_per_trade")),
      m_atrPeriod(settings.integer("atr_period")),
      m_stopAtr(settings.real("stop_atr")),
      m_bandsSpec("bb:" + std::to_string(m_bandPeriod) + ":" + std::to_string(m_bandWidth)),
      m_rsiName(called("RSI", m_rsiPeriod)),
      m_adxName(called("ADX", m_adxPeriod))
{}

AgentSpec MeanReversionAgent::spec() const
{
    AgentSpec spec;
    spec.warmupBars =
        static_cast<std::uint64_t>(std::max({m_bandPeriod, m_rsiPeriod + 1, 2 * m_adxPeriod, m_atrPeriod}));
    spec.indicators = {m_bandsSpec, indicator("rsi", m_rsiPeriod), indicator("adx", m_adxPeriod),
                       indicator("atr", m_atrPeriod)};
    return spec;
}

void MeanReversionAgent::start(const IndicatorSlots &slots)
{
    m_upperSlot = slots.slot(m_bandsSpec, "upper");
    m_middleSlot = slots.slot(m_bandsSpec, "middle");
    m_lowerSlot = slots.slot(m_bandsSpec, "lower");
    m_rsiSlot = slots.slot(indicator("rsi", m_rsiPeriod));
    m_adxSlot = slots.slot(indicator("adx", m_adxPeriod), "adx");
    m_atrSlot = slots.slot(indicator("atr", m_atrPeriod));
}

Vote MeanReversionAgent::decide(const MarketState &state)
{
    const IndicatorReadings &at = state.indicators;
    if (!at.ready(m_upperSlot) || !at.ready(m_middleSlot) || !at.ready(m_lowerSlot) || !at.ready(m_rsiSlot)
        || !at.ready(m_adxSlot) || !at.ready(m_atrSlot))
    {
        return hold({"The bands, the RSI and the ADX have not seen enough bars yet."});
    }
    const Reading reading{state.price(),       at.value(m_upperSlot), at.value(m_middleSlot), at.value(m_lowerSlot),
                          at.value(m_rsiSlot), at.value(m_adxSlot),   at.value(m_atrSlot)};
    const Quantity held = state.position.quantity;
    if (reading.adx > m_adxLimit) {
        return hold({sentence({m_adxName, number(reading.adx, 1), " is above ", number(m_adxLimit, 1),
                               ": in a trend a return to the average cannot be expected."})});
    }
    if ((held.isPositive() && reading.close >= reading.middle)
        || (held.isNegative() && reading.close <= reading.middle)) {
        return leave(reading, state);
    }
    const bool oversold = reading.close < reading.lower && reading.rsi < m_rsiLow;
    const bool overbought = reading.close > reading.upper && reading.rsi > 100 - m_rsiLow;
    if (!oversold && !overbought) {
        return hold({describe(reading, state)});
    }
    const bool holdsAlready = oversold ? held.isPositive() : held.isNegative();
    if (holdsAlready) {
        return hold(
            {describe(reading, state),
             sentence({toString(abs(held)), " ", state.rules->base, " are held already: wait for the return."})});
    }
    return enter(oversold ? Action::Buy : Action::Sell, reading, state);
}

std::string MeanReversionAgent::describe(const Reading &reading, const MarketState &state) const
{
    const int decimals = decimalsOf(state.rules->tick.raw);
    const NumberText close = number(reading.close, decimals);
    const NumberText rsi = number(reading.rsi, 1);
    if (reading.close < reading.lower) {
        return sentence({"Price ", close, " is below the lower band ", number(reading.lower, decimals), "; ", m_rsiName,
                         rsi, reading.rsi < m_rsiLow ? " is below " : " is not below ", number(m_rsiLow, 1),
                         reading.rsi < m_rsiLow ? ": oversold." : ": not oversold enough."});
    }
    if (reading.close > reading.upper) {
        const bool enough = reading.rsi > 100 - m_rsiLow;
        return sentence({"Price ", close, " is above the upper band ", number(reading.upper, decimals), "; ", m_rsiName,
                         rsi, enough ? " is above " : " is not above ", number(100 - m_rsiLow, 1),
                         enough ? ": overbought." : ": not overbought enough."});
    }
    return sentence({"Price ", close, " is within the bands ", number(reading.lower, decimals), " to ",
                     number(reading.upper, decimals), "; ", m_rsiName, rsi, ": nothing to return from."});
}

Vote MeanReversionAgent::leave(const Reading &reading, const MarketState &state) const
{
    const bool isLong = state.position.quantity.isPositive();
    const int decimals = decimalsOf(state.rules->tick.raw);
    Vote vote;
    vote.action = isLong ? Action::Sell : Action::Buy;
    vote.confidence = 0.75; // leaving is a rule, not a forecast
    vote.size = abs(state.position.quantity);
    vote.reasons.push_back(sentence({"Price ", number(reading.close, decimals), " is back at the average ",
                                     number(reading.middle, decimals), " and ", m_adxName, number(reading.adx, 1),
                                     " shows no trend: leave ", toString(vote.size), " ", state.rules->base, "."}));
    return vote;
}

Vote MeanReversionAgent::enter(Action action, const Reading &reading, const MarketState &state) const
{
    const bool buy = action == Action::Buy;
    const Instrument &rules = *state.rules;
    const Price close = state.candle.close;
    // Half for the signal, a quarter each for how far price and RSI are beyond their limits.
    const double deviation = (reading.upper - reading.middle) / static_cast<double>(m_bandWidth);
    const double beyond = buy ? reading.lower - reading.close : reading.close - reading.upper;
    const double rsiBeyond = buy ? m_rsiLow - reading.rsi : reading.rsi - (100 - m_rsiLow);
    Vote vote;
    vote.action = action;
    vote.confidence = 0.5 + 0.25 * (deviation > 0 ? std::min(beyond / deviation, 1.0) : 0)
        + 0.25 * std::min(rsiBeyond / m_rsiLow, 1.0);
    vote.reasons.push_back(describe(reading, state));
    if (!buy && state.position.quantity.isPositive()) {
        vote.size = state.position.quantity;
        vote.reasons.push_back(sentence({"Leave ", toString(vote.size), " ", rules.base, "."}));
        return vote;
    }
    // Leaving is a rule; entries are what memory is of.
    const MemoryAdjustment memory = memoryAdjustment(state.recall, action);
    if (std::string remembered = adjustByMemory(vote.confidence, memory, state.recall); !remembered.empty()) {
        vote.reasons.push_back(std::move(remembered));
    }
    if (!buy && !rules.shortAllowed) {
        vote.reasons.push_back(sentence(
            {"Nothing is held and ", rules.symbol, " cannot be sold short: this only speaks against buying."}));
        return vote;
    }
    const double distance = m_stopAtr * reading.atr;
    vote.stop = levelOn(buy ? reading.close - distance : reading.close + distance + rules.tick.toDouble(), rules.tick,
                        close, !buy);
    vote.target = levelOn(reading.middle, rules.tick, close, buy);
    const Result<Ratio> risk = Ratio::fromDouble(m_riskPerTrade);
    const Price lossPerUnit = vote.stop.isZero() ? Price{} : abs(close - vote.stop);
    if (risk.ok() && lossPerUnit.isPositive() && state.account.equity.isPositive()) {
        const Money atRisk = scaled(state.account.equity, *risk, Rounding::Down);
        vote.size = roundedDownTo(std::min(quantityFor(atRisk, lossPerUnit), state.maximumPosition), rules.lot);
    }
    if (vote.size < rules.minimumQuantity || notional(close, vote.size) < rules.minimumNotional) {
        vote.size = {};
    }
    const int decimals = decimalsOf(rules.tick.raw);
    vote.reasons.push_back(
        sentence({toString(vote.size), " ", rules.base, " lose at most ", number(m_riskPerTrade * 100, 2),
                  "% of the equity at the stop ", number(vote.stop.toDouble(), decimals), ", ", number(m_stopAtr, 1),
                  " ATR away; the target is the average ", number(vote.target.toDouble(), decimals), "."}));
    return vote;
}

} // namespace coinswarm::mean_reversion
