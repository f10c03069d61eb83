// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "backtest/performance.h"

#include <cmath>

namespace coinswarm::backtest {

namespace {

constexpr std::size_t kLeastDays = 20;
constexpr double kDaysPerYear = 365;
constexpr double kNanosecondsPerYear = kDaysPerYear * 86'400e9;

std::optional<double> sharpeOf(const std::vector<double> &returns)
{
    if (returns.size() < kLeastDays) {
        return std::nullopt;
    }
    double sum = 0;
    for (const double r : returns) {
        sum += r;
    }
    const auto n = static_cast<double>(returns.size());
    const double mean = sum / n;
    double squares = 0;
    for (const double r : returns) {
        squares += (r - mean) * (r - mean);
    }
    const double deviation = std::sqrt(squares / (n - 1));
    if (!(deviation > 0)) {
        return std::nullopt;
    }
    return mean / deviation * std::sqrt(kDaysPerYear);
}

} // namespace

PerformanceTracker::PerformanceTracker(Money startingCash)
    : m_startingCash(startingCash), m_equity(startingCash), m_dayStartEquity(startingCash.toDouble())
{}

void PerformanceTracker::onBar(Timestamp now, const Account &account)
{
    // A bar that closes at midnight belongs to the day it covers.
    const Timestamp day = startOfDay(now - Duration(1));
    if (m_report.bars == 0) {
        m_first = now;
        m_day = day;
    } else if (day != m_day) {
        closeDay();
        m_day = day;
    }
    ++m_report.bars;
    m_last = now;
    m_equitySum += account.equity.toDouble();
    noteEquity(account);
}

void PerformanceTracker::onEnd(const Account &account)
{
    noteEquity(account);
}

void PerformanceTracker::noteEquity(const Account &account)
{
    m_equity = account.equity;
    const double drawdown = account.drawdown.toDouble();
    m_report.maxDrawdown = drawdown > m_report.maxDrawdown ? drawdown : m_report.maxDrawdown;
}

void PerformanceTracker::closeDay()
{
    const double equity = m_equity.toDouble();
    if (m_dayStartEquity > 0) {
        m_dailyReturns.push_back(equity / m_dayStartEquity - 1);
    }
    m_dayStartEquity = equity;
}

void PerformanceTracker::onFill(const Fill &fill, Price reference)
{
    ++m_report.fills;
    m_report.fees += fill.fee;
    const double amount = abs(fill.notional).toDouble();
    m_tradedNotional += amount;
    if (!reference.isZero()) {
        const double worse = fill.side == Side::Buy ? 1 : -1;
        m_slippageSum += amount * worse * (fill.price.toDouble() / reference.toDouble() - 1) * 10'000;
    }
}

void PerformanceTracker::onRoundTrip(const RoundTrip &trade)
{
    ++m_report.trades;
    m_wins += trade.pnl.isPositive() ? 1 : 0;
}

PerformanceReport PerformanceTracker::report() const
{
    PerformanceTracker closed = *this;
    closed.closeDay();
    PerformanceReport report = m_report;
    report.netPnl = m_equity - m_startingCash;
    report.sharpe = sharpeOf(closed.m_dailyReturns);
    if (report.trades > 0) {
        report.winRate = static_cast<double>(m_wins) / static_cast<double>(report.trades);
    }
    if (report.bars > 0 && m_equitySum > 0) {
        report.turnover = m_tradedNotional / (m_equitySum / static_cast<double>(report.bars));
        const double years = static_cast<double>((m_last - m_first).count()) / kNanosecondsPerYear;
        report.turnoverPerYear = years > 0 ? report.turnover / years : 0;
    }
    if (m_tradedNotional > 0) {
        report.averageSlippageBps = m_slippageSum / m_tradedNotional;
    }
    return report;
}

} // namespace coinswarm::backtest
