// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "trend_agent.h"

#include <coinswarm/memory_adjustment.h>
#include <coinswarm/text.h>

#include <algorithm>
#include <cmath>

namespace coinswarm::trend {

namespace {

constexpr double kHoldConfidence = 0.5;
constexpr double kFullAdx = 50; // from here on confidence is 1
constexpr double kSecondsPerYear = 365.0 * 86'400.0;

std::string called(const char *name, std::int64_t period)
{
    return std::string(name) + "(" + std::to_string(period) + ") ";
}

std::string indicator(const char *name, std::int64_t period)
{
    return std::string(name) + ":" + std::to_string(period);
}

double confidenceAt(double adx)
{
    return std::min(adx / kFullAdx, 1.0);
}

/// The multiple of the tick at `distance` from `close` or just beyond; zero if there is none that is positive and not
/// `close` itself.
Price levelAt(Price close, double distance, Price tick)
{
    const Result<Price> level = Price::fromDouble(close.toDouble() + distance);
    if (!level.ok()) {
        return {};
    }
    const Price down = roundedDownTo(*level, tick);
    const Price away = distance > 0 && down < *level ? down + tick : down;
    const bool apart = distance > 0 ? away > close : away < close;
    return apart && away.isPositive() ? away : Price{};
}

Vote hold(double confidence, std::vector<std::string> reasons)
{
    Vote vote;
    vote.confidence = confidence;
    vote.reasons = std::move(reasons);
    return vote;
}

} // namespace

struct TrendAgent::Reading {
    double fast;
    double slow;
    double adx;
    double atr;
    double volatility; // of a year

    bool up() const { return fast > slow; }
    bool down() const { return fast < slow; }
};

TrendAgent::TrendAgent(const Settings &settings)
    : m_fast(settings.integer("fast")),
      m_slow(settings.integer("slow")),
      m_adxPeriod(settings.integer("adx_period")),
      m_adxThreshold(settings.real("adx_threshold")),
      m_exitConfidence(settings.real("exit_confidence")),
      m_kellyFraction(settings.real("kelly_fraction")),
      m_winLossRatio(settings.real("win_loss_ratio")),
      m_winLossTrades(static_cast<std::uint64_t>(settings.integer("win_loss_trades"))),
      m_riskScaling(settings.real("risk_scaling")),
      m_volatilityBars(settings.integer("volatility_bars")),
      m_atrPeriod(settings.integer("atr_period")),
      m_stopAtr(settings.real("stop_atr")),
      m_targetAtr(settings.real("target_atr")),
      m_fastName(called("SMA", m_fast)),
      m_slowName(called("SMA", m_slow)),
      m_adxName(called("ADX", m_adxPeriod))
{}

AgentSpec TrendAgent::spec() const
{
    AgentSpec spec;
    spec.warmupBars =
        static_cast<std::uint64_t>(std::max({m_slow, 2 * m_adxPeriod, m_atrPeriod, m_volatilityBars + 1}));
    spec.indicators = {indicator("sma", m_fast), indicator("sma", m_slow), indicator("adx", m_adxPeriod),
                       indicator("atr", m_atrPeriod), indicator("rv", m_volatilityBars)};
    return spec;
}

void TrendAgent::start(const IndicatorSlots &slots)
{
    m_fastSlot = slots.slot(indicator("sma", m_fast));
    m_slowSlot = slots.slot(indicator("sma", m_slow));
    m_adxSlot = slots.slot(indicator("adx", m_adxPeriod), "adx");
    m_atrSlot = slots.slot(indicator("atr", m_atrPeriod));
    m_volatilitySlot = slots.slot(indicator("rv", m_volatilityBars));
}

Vote TrendAgent::decide(const MarketState &state)
{
    const IndicatorReadings &at = state.indicators;
    if (!at.ready(m_fastSlot) || !at.ready(m_slowSlot) || !at.ready(m_adxSlot) || !at.ready(m_atrSlot)
        || !at.ready(m_volatilitySlot))
    {
        return hold(kHoldConfidence, {"The averages and the ADX have not seen enough bars yet."});
    }
    const double barsPerYear = state.candle.interval.seconds > 0 ? kSecondsPerYear / state.candle.interval.seconds : 1;
    const Reading reading{at.value(m_fastSlot), at.value(m_slowSlot), at.value(m_adxSlot), at.value(m_atrSlot),
                          at.value(m_volatilitySlot) * std::sqrt(barsPerYear)};
    const Quantity held = state.position.quantity;
    if ((held.isPositive() && reading.down()) || (held.isNegative() && reading.up())) {
        return leave(reading, state);
    }
    if (!(reading.adx > m_adxThreshold) || (!reading.up() && !reading.down())) {
        return hold(kHoldConfidence, {describe(reading, state)});
    }
    return follow(reading, state);
}

/// "SMA(10) 61,824.10 is above SMA(20) 61,700.55; ADX(14) 31.2 is above 25.0: up-trend."
std::string TrendAgent::describe(const Reading &reading, const MarketState &state) const
{
    const int decimals = decimalsOf(state.rules->tick.raw);
    const bool strong = reading.adx > m_adxThreshold;
    const char *trend = !strong || (!reading.up() && !reading.down()) ? ": no trend."
        : reading.up()                                                ? ": up-trend."
                                                                      : ": down-trend.";
    return sentence({m_fastName, number(reading.fast, decimals),
                     reading.up()         ? " is above "
                         : reading.down() ? " is below "
                                          : " equals ",
                     m_slowName, number(reading.slow, decimals), "; ", m_adxName, number(reading.adx, 1),
                     strong ? " is above " : " is not above ", number(m_adxThreshold, 1), trend});
}

Vote TrendAgent::leave(const Reading &reading, const MarketState &state) const
{
    const bool isLong = state.position.quantity.isPositive();
    Vote vote;
    vote.action = isLong ? Action::Sell : Action::Buy;
    vote.confidence = std::max(confidenceAt(reading.adx), m_exitConfidence);
    vote.size = abs(state.position.quantity);
    vote.reasons.push_back(describe(reading, state));
    vote.reasons.push_back(sentence({"The averages have crossed against the ", isLong ? "long" : "short",
                                     " position: leave ", toString(vote.size), " ", state.rules->base, "."}));
    return vote;
}

Vote TrendAgent::follow(const Reading &reading, const MarketState &state) const
{
    const bool buy = reading.up();
    const Instrument &rules = *state.rules;
    Vote vote;
    vote.action = buy ? Action::Buy : Action::Sell;
    vote.confidence = confidenceAt(reading.adx);
    vote.reasons.push_back(describe(reading, state));
    const MemoryAdjustment memory = memoryAdjustment(state.recall, vote.action);
    if (std::string remembered = adjustByMemory(vote.confidence, memory, state.recall); !remembered.empty()) {
        vote.reasons.push_back(std::move(remembered));
    }
    if (!buy && !rules.shortAllowed) {
        vote.reasons.push_back(sentence(
            {"Nothing is held and ", rules.symbol, " cannot be sold short: this only speaks against buying."}));
        return vote;
    }
    std::string sizing;
    const double ratio = memory.winLossRatio.value_or(m_record.ratio(m_winLossTrades, m_winLossRatio));
    const Quantity wanted = stake(vote.confidence, ratio, reading, state, sizing);
    const Quantity held = abs(state.position.quantity);
    // Adding a little at every bar would cost more in fees than it earns.
    if (held.isPositive() && held + held >= wanted) {
        vote.reasons.push_back(sentence(
            {toString(held), " ", rules.base, " are held already; ", toString(wanted), " are wanted: keep them."}));
        return hold(vote.confidence, std::move(vote.reasons));
    }
    vote.size = wanted - held;
    vote.reasons.push_back(std::move(sizing));
    addLevels(vote, reading, state);
    return vote;
}

void TrendAgent::addLevels(Vote &vote, const Reading &reading, const MarketState &state) const
{
    if (!(reading.atr > 0)) {
        return;
    }
    const double direction = vote.action == Action::Buy ? 1 : -1;
    const Price tick = state.rules->tick;
    vote.stop = levelAt(state.candle.close, -direction * m_stopAtr * reading.atr, tick);
    vote.target = levelAt(state.candle.close, direction * m_targetAtr * reading.atr, tick);
    const int decimals = decimalsOf(tick.raw);
    vote.reasons.push_back(sentence({"Stop ", number(vote.stop.toDouble(), decimals), " is ", number(m_stopAtr, 1),
                                     " ATR away, target ", number(vote.target.toDouble(), decimals), " is ",
                                     number(m_targetAtr, 1), " ATR away (ATR ", number(reading.atr, decimals), ")."}));
}

/// Fractional Kelly, smaller in restless markets, at most the largest position allowed, in whole lots.
Quantity TrendAgent::stake(double confidence, double winLossRatio, const Reading &reading, const MarketState &state,
                           std::string &reason) const
{
    const double p = 0.5 + 0.3 * (confidence - 0.5);
    const double b = winLossRatio;
    const double kelly = std::max(0.0, (p * b - (1 - p)) / b) * m_kellyFraction;
    const double share = kelly / (1 + reading.volatility) * m_riskScaling;
    const Result<Ratio> ratio = Ratio::fromDouble(share);
    Quantity size;
    if (ratio.ok() && state.account.equity.isPositive() && state.candle.close.isPositive()) {
        const Money money = scaled(state.account.equity, *ratio, Rounding::Down);
        size = std::min(quantityFor(money, state.candle.close), state.maximumPosition);
        size = roundedDownTo(size, state.rules->lot);
    }
    const bool tooSmall =
        size < state.rules->minimumQuantity || notional(state.candle.close, size) < state.rules->minimumNotional;
    reason = sentence({"Kelly stakes ", number(share * 100, 2), "% of the equity (p ", number(p, 2), ", win/loss ",
                       number(b, 2), ", volatility ", number(reading.volatility * 100, 0),
                       "% a year): ", toString(size), " ", state.rules->base,
                       tooSmall                            ? ", too little to trade."
                           : size == state.maximumPosition ? ", the largest position allowed."
                                                           : "."});
    return tooSmall ? Quantity{} : size;
}

void TrendAgent::learn(const Outcome &outcome)
{
    // Trades it did not vote for say nothing about its judgement.
    const Action entry = outcome.roundTrip.side == Side::Buy ? Action::Buy : Action::Sell;
    if (outcome.voted == entry) {
        m_record.add(outcome.roundTrip);
    }
}

std::string TrendAgent::saveState() const
{
    return m_record.save();
}

void TrendAgent::restoreState(const std::string &state)
{
    m_record.restore(state);
}

} // namespace coinswarm::trend
