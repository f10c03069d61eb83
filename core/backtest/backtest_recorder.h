// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "backtest/csv_file.h"
#include "backtest/decision_hasher.h"
#include "backtest/performance.h"
#include "runtime/kernel.h"

#include <map>
#include <optional>

namespace coinswarm::backtest {

/// Keeps the books of a backtest: figures, hash, CSV files.
class BacktestRecorder final : public runtime::KernelObserver
{
public:
    BacktestRecorder(const engine::EngineCore &engine, CsvFile fills, CsvFile equity);

    void onEvent(const engine::Event &event) override;
    void onEffect(Timestamp now, const engine::Effect &effect) override;
    void onJournalFailed(const Error &error) override { m_journalError = error; }

    /// One more bar of the decision interval has closed and everything that followed from it is done.
    void onBar(Timestamp now);
    /// The market data has ended at `now`, perhaps in the middle of a bar.
    void onEnd(Timestamp now);

    PerformanceReport report() const { return m_performance.report(); }
    DecisionHasher &hasher() { return m_hasher; }
    const std::optional<Error> &journalError() const { return m_journalError; }
    /// Completes the CSV files.
    Result<void> close();

private:
    void writeFill(const Fill &fill);
    void writeEquity(Timestamp now, const Account &account);

    const engine::EngineCore &m_engine;
    CsvFile m_fills;
    CsvFile m_equity;
    PerformanceTracker m_performance;
    DecisionHasher m_hasher;
    Timestamp m_lastRow; ///< of the equity file
    std::map<OrderId, Price> m_references; ///< of the newest orders
    std::optional<Error> m_journalError;
};

} // namespace coinswarm::backtest
