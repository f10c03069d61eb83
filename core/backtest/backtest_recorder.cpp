// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "backtest/backtest_recorder.h"

namespace coinswarm::backtest {

namespace {

/// Far more than can be open at once, so that the oldest has had its last fill.
constexpr std::size_t kKeptReferences = 10'000;

} // namespace

BacktestRecorder::BacktestRecorder(const engine::EngineCore &engine, CsvFile fills, CsvFile equity)
    : m_engine(engine),
      m_fills(std::move(fills)),
      m_equity(std::move(equity)),
      m_performance(engine.config().desk.startingCash)
{}

void BacktestRecorder::onEvent(const engine::Event &) {}

void BacktestRecorder::onEffect(Timestamp, const engine::Effect &effect)
{
    m_hasher.onEffect(effect);
    if (const auto *submit = std::get_if<engine::effect::Submit>(&effect)) {
        m_performance.onOrderSent();
        m_references[submit->order.order().id] = submit->order.order().referencePrice;
        if (m_references.size() > kKeptReferences) {
            m_references.erase(m_references.begin());
        }
    } else if (const auto *booked = std::get_if<engine::effect::FillBooked>(&effect)) {
        const auto reference = m_references.find(booked->fill.order);
        m_performance.onFill(booked->fill, reference == m_references.end() ? Price{} : reference->second);
        writeFill(booked->fill);
    } else if (const auto *closed = std::get_if<engine::effect::RoundTripClosed>(&effect)) {
        m_performance.onRoundTrip(closed->trade);
    }
}

void BacktestRecorder::writeFill(const Fill &fill)
{
    if (!m_fills.isOpen()) {
        return;
    }
    const Instrument &instrument = m_engine.config().instruments[fill.instrument.value - 1];
    m_fills.writeLine(std::to_string(fill.time.milliseconds()) + ',' + std::to_string(fill.order.value) + ','
                      + instrument.symbol + ',' + std::string(enumName(fill.side)) + ',' + toString(fill.quantity) + ','
                      + toString(fill.price) + ',' + toString(fill.fee) + ',' + std::string(enumName(fill.liquidity)));
}

void BacktestRecorder::onBar(Timestamp now)
{
    const Account account = m_engine.desk().account();
    m_performance.onBar(now, account);
    writeEquity(now, account);
}

void BacktestRecorder::onEnd(Timestamp now)
{
    const Account account = m_engine.desk().account();
    m_performance.onEnd(account);
    if (now > m_lastRow) {
        writeEquity(now, account); // The last row is the result.
    }
}

void BacktestRecorder::writeEquity(Timestamp now, const Account &account)
{
    m_lastRow = now;
    if (m_equity.isOpen()) {
        const Position &position = m_engine.desk().portfolio().position(InstrumentId(1));
        m_equity.writeLine(std::to_string(now.milliseconds()) + ',' + toString(account.equity) + ','
                           + toString(account.cash) + ',' + toString(position.quantity) + ','
                           + toString(account.drawdown));
    }
}

Result<void> BacktestRecorder::close()
{
    const Result<void> fills = m_fills.close();
    return fills.ok() ? m_equity.close() : fills;
}

} // namespace coinswarm::backtest
