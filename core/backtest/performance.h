// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/fill.h>
#include <coinswarm/order.h>
#include <coinswarm/position.h>

#include <optional>
#include <vector>

namespace coinswarm::backtest {

/// What a run has earned and at what risk, by the definitions in docs/performance-figures.md.
struct PerformanceReport {
    std::uint64_t bars = 0;
    std::uint64_t orders = 0; ///< that reached the venue
    std::uint64_t fills = 0;
    std::uint64_t trades = 0; ///< from flat to flat
    Money netPnl; ///< final equity − starting cash: cash change plus open positions at the last close, after fees
    Money fees;
    std::optional<double> sharpe; ///< nothing with fewer than 20 daily returns or no variation
    double maxDrawdown = 0; ///< share of the running peak of equity
    std::optional<double> winRate; ///< share of trades with net profit > 0; nothing without trades
    double turnover = 0; ///< traded notional over mean equity
    double turnoverPerYear = 0;
    std::optional<double> averageSlippageBps; ///< notional-weighted over fills; nothing without fills
};

/// Gathers the figures of a run event by event, in constant memory but for one number per day.
class PerformanceTracker
{
public:
    explicit PerformanceTracker(Money startingCash);

    void onBar(Timestamp now, const Account &account);
    /// The run has ended: fills and marks since the last bar count in the result, though they make no bar.
    void onEnd(const Account &account);
    void onOrderSent() { ++m_report.orders; }
    /// `reference` is the price at decision.
    void onFill(const Fill &fill, Price reference);
    void onRoundTrip(const RoundTrip &trade);

    PerformanceReport report() const;

private:
    void closeDay();
    void noteEquity(const Account &account);

    PerformanceReport m_report;
    Money m_startingCash;
    Money m_equity;
    Timestamp m_day;
    Timestamp m_first;
    Timestamp m_last;
    std::vector<double> m_dailyReturns;
    double m_dayStartEquity = 0;
    double m_equitySum = 0;
    double m_tradedNotional = 0;
    double m_slippageSum = 0;
    std::uint64_t m_wins = 0;
};

} // namespace coinswarm::backtest
