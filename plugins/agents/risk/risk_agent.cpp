// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "risk_agent.h"

#include <coinswarm/text.h>

#include <charconv>
#include <stdexcept>

namespace coinswarm::risk {

namespace {

NumberText percent(double share)
{
    return number(share * 100, 2);
}

double dailyLoss(const Account &account)
{
    const double start = account.dayStartEquity.toDouble();
    return start > 0 ? (start - account.equity.toDouble()) / start : 0;
}

double exposure(const Account &account)
{
    const double equity = account.equity.toDouble();
    return equity > 0 ? account.grossExposure.toDouble() / equity : 0;
}

/// Reads one number and the blank before it.
std::int64_t takeInteger(const char *&at, const char *end)
{
    std::int64_t value = 0;
    const bool separated = at != end && *at == ' ';
    const auto read = std::from_chars(separated ? at + 1 : end, end, value);
    if (read.ec != std::errc()) {
        throw std::invalid_argument("the saved streaks are damaged");
    }
    at = read.ptr;
    return value;
}

} // namespace

RiskAgent::RiskAgent(const Settings &settings)
    : m_maxDrawdown(settings.real("max_drawdown")),
      m_maxDailyLoss(settings.real("max_daily_loss")),
      m_maxExposure(settings.real("max_exposure")),
      m_maxBarRange(settings.real("max_bar_range")),
      m_maxSpreadBps(settings.real("max_spread_bps")),
      m_losingStreak(settings.integer("losing_streak")),
      m_pauseMinutes(settings.integer("pause_minutes")),
      m_atrPeriod(settings.integer("atr_period"))
{}

AgentSpec RiskAgent::spec() const
{
    AgentSpec spec;
    spec.warmupBars = static_cast<std::uint64_t>(m_atrPeriod);
    spec.indicators = {"atr:" + std::to_string(m_atrPeriod)};
    spec.mayVeto = true;
    return spec;
}

void RiskAgent::start(const IndicatorSlots &slots)
{
    m_atrSlot = slots.slot("atr:" + std::to_string(m_atrPeriod));
}

Vote RiskAgent::decide(const MarketState &state)
{
    Vote vote;
    checkAccount(state, vote.reasons);
    checkMarket(state, vote.reasons);
    checkStreak(state, vote.reasons);
    vote.veto = !vote.reasons.empty();
    vote.confidence = vote.veto ? 1 : 0; // without an objection it has no opinion
    if (!vote.veto) {
        vote.reasons.push_back(allClear(state));
    }
    return vote;
}

void RiskAgent::checkAccount(const MarketState &state, std::vector<std::string> &objections) const
{
    const Account &account = state.account;
    if (!account.equity.isPositive()) {
        objections.push_back(sentence({"The account is worth ", toString(account.equity, 2), " ", state.rules->quote,
                                       ": there is nothing to trade with."}));
    }
    const double drawdown = account.drawdown.toDouble();
    if (drawdown >= m_maxDrawdown) {
        objections.push_back(
            sentence({"The equity is ", percent(drawdown), "% below its peak of ",
                      number(account.peakEquity.toDouble(), 2), "; the limit is ", percent(m_maxDrawdown), "%."}));
    }
    const double loss = dailyLoss(account);
    if (loss >= m_maxDailyLoss) {
        objections.push_back(sentence(
            {"The account has lost ", percent(loss), "% today; the limit is ", percent(m_maxDailyLoss), "%."}));
    }
    const double exposed = exposure(account);
    if (exposed >= m_maxExposure) {
        objections.push_back(sentence(
            {percent(exposed), "% of the equity is in the market; the limit is ", percent(m_maxExposure), "%."}));
    }
}

void RiskAgent::checkMarket(const MarketState &state, std::vector<std::string> &objections) const
{
    if (!state.indicators.ready(m_atrSlot)) {
        objections.emplace_back("The market's range is not known yet: too few bars.");
    } else if (state.candle.close.isPositive()) {
        const double range = state.indicators.value(m_atrSlot) / state.price();
        if (range >= m_maxBarRange) {
            objections.push_back(sentence(
                {"A bar moves by ", percent(range), "% on average; the limit is ", percent(m_maxBarRange), "%."}));
        }
    }
    const Duration age = state.now - state.candle.closeTime();
    if (age > state.candle.interval.duration()) {
        const auto seconds = static_cast<double>(age.count() / 1'000'000'000);
        objections.push_back(
            sentence({"The last bar closed ", number(seconds, 0), " s ago, more than its own length."}));
    }
    if (state.bid.isPositive() && state.bestAsk > state.bid) {
        const double bid = state.bid.toDouble();
        const double ask = state.bestAsk.toDouble();
        const double bps = (ask - bid) / ((ask + bid) / 2) * 10'000;
        if (bps >= m_maxSpreadBps) {
            objections.push_back(sentence(
                {"The spread is ", number(bps, 1), " basis points; the limit is ", number(m_maxSpreadBps, 1), "."}));
        }
    }
}

void RiskAgent::checkStreak(const MarketState &state, std::vector<std::string> &objections) const
{
    const auto found = m_streaks.find(state.instrument);
    if (found == m_streaks.end() || found->second.losses < m_losingStreak) {
        return;
    }
    const Timestamp end = found->second.lastLoss + std::chrono::minutes(m_pauseMinutes);
    if (state.now < end) {
        objections.push_back(sentence({"The last ", number(static_cast<double>(found->second.losses), 0), " trades in ",
                                       state.rules->symbol, " lost: no new risk before ", toString(end), "."}));
    }
}

std::string RiskAgent::allClear(const MarketState &state) const
{
    const Account &account = state.account;
    return sentence({"No objection: drawdown ", percent(account.drawdown.toDouble()), "% of ", percent(m_maxDrawdown),
                     "%, loss today ", percent(std::max(0.0, dailyLoss(account))), "% of ", percent(m_maxDailyLoss),
                     "%, exposure ", percent(exposure(account)), "% of ", percent(m_maxExposure), "%."});
}

void RiskAgent::learn(const Outcome &outcome)
{
    Streak &streak = m_streaks[outcome.roundTrip.instrument];
    if (outcome.roundTrip.pnl.isNegative()) {
        ++streak.losses;
        streak.lastLoss = outcome.roundTrip.exitTime;
    } else {
        streak = {};
    }
}

std::string RiskAgent::saveState() const
{
    std::string text = "1";
    for (const auto &[instrument, streak] : m_streaks) {
        text += " " + std::to_string(instrument.value) + " " + std::to_string(streak.losses) + " "
            + std::to_string(streak.lastLoss.ns);
    }
    return text;
}

void RiskAgent::restoreState(const std::string &state)
{
    if (state.empty() || state[0] != '1') {
        throw std::invalid_argument("the saved streaks are of another version");
    }
    std::map<InstrumentId, Streak> streaks;
    const char *at = state.data() + 1;
    const char *end = state.data() + state.size();
    while (at != end) {
        const InstrumentId instrument(static_cast<std::uint32_t>(takeInteger(at, end)));
        Streak &streak = streaks[instrument];
        streak.losses = takeInteger(at, end);
        streak.lastLoss = Timestamp{takeInteger(at, end)};
    }
    m_streaks = std::move(streaks);
}

} // namespace coinswarm::risk
