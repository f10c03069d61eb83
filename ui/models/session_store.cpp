// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/session_store.h"

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

namespace {

/// Without a frame for so long the engine is asked whether it lives.
constexpr qint64 kProbeAfterMs = 1'500;
/// Without an answer for so long what is shown is stale.
constexpr qint64 kStaleAfterMs = 3'000;
constexpr std::size_t kKeptReports = 5'000;
constexpr std::uint32_t kCandlesLoaded = 1'000'000;

} // namespace

SessionStore::SessionStore(api::Engine &engine, QObject *parent)
    : QObject(parent), m_engine(engine), m_operator(qEnvironmentVariable("USER", u"operator"_s))
{
    m_lastFrame.start();
    m_connectionHandle =
        m_engine.handleConnection(this, [this](const api::ConnectionState &state) { applyConnection(state); });
    m_frames = m_engine.handleFrames(this, [this](const api::Frame &frame) { applyFrame(frame); });
    connect(&m_freshnessTimer, &QTimer::timeout, this, &SessionStore::checkFreshness);
    m_freshnessTimer.start(250);
    loadInfo();
    reloadPlugins();
}

void SessionStore::loadInfo()
{
    then(m_engine.sessionInfo(), [this](const Result<api::SessionInfo> &result) {
        if (!result.ok()) {
            return;
        }
        m_formats.info = *result;
        m_hasInfo = true;
        for (RecordModelBase *model : std::initializer_list<RecordModelBase *>{
                 &m_orders, &m_fills, &m_decisions, &m_positions, &m_agents, &m_alerts, &m_regimes})
        {
            model->reformat();
        }
        m_memory.reformat();
        Q_EMIT infoChanged();
    });
}

void SessionStore::reloadPlugins()
{
    then(m_engine.plugins(), [this](const Result<std::vector<api::PluginInfo>> &result) {
        if (!result.ok()) {
            return;
        }
        std::vector<api::PluginInfo> list = *result;
        std::stable_sort(list.begin(), list.end(), [](const api::PluginInfo &a, const api::PluginInfo &b) {
            return a.reasons.empty() < b.reasons.empty();
        });
        m_plugins.assign(list);
    });
}

void SessionStore::setLocalTime(bool local)
{
    if (m_formats.localTime == local) {
        return;
    }
    m_formats.localTime = local;
    Q_EMIT infoChanged();
    for (RecordModelBase *model :
         std::initializer_list<RecordModelBase *>{&m_orders, &m_fills, &m_decisions, &m_alerts, &m_regimes})
    {
        model->reformat();
    }
    m_memory.reformat();
}

void SessionStore::applyConnection(const api::ConnectionState &state)
{
    if (!state.connected && !m_everConnected && state.why.empty()) {
        m_connection = state; // the first attempt is under way
        return;
    }
    const bool returned = state.connected && !m_connection.connected && m_goneSince.isValid();
    if (!state.connected && m_connection.connected) {
        m_goneSince = QDateTime::currentDateTimeUtc();
    }
    m_connection = state;
    if (!state.connected) {
        if (!m_goneSince.isValid()) {
            m_goneSince = QDateTime::currentDateTimeUtc();
        }
        m_freshness = Freshness::Disconnected;
        Q_EMIT freshnessChanged(); // also when only the seconds until the next attempt have changed
        return;
    }
    m_everConnected = true;
    m_goneSince = {};
    m_lastFrame.restart();
    setFreshness(m_status.now.ns == 0 ? Freshness::Loading : Freshness::Live);
    if (returned) {
        // The engine may be another one now, or have moved on while we could not see it.
        loadInfo();
        reloadPlugins();
        for (const auto &[key, series] : m_candles) {
            loadCandles(InstrumentId(key.first), Interval{key.second});
        }
    }
}

void SessionStore::applyFrame(const api::Frame &frame)
{
    m_lastFrame.restart();
    if (!m_hasInfo) {
        loadInfo();
    }
    if (frame.full) {
        m_orders.assign(frame.orders);
        m_fills.assign(frame.fills);
        m_decisions.assign(frame.decisions);
        m_alerts.assign(frame.alerts);
        m_regimes.assign(frame.regimes);
        m_approvals.clear();
        m_openOrders.clear();
        m_positionOf.clear();
    }
    for (const auto *list : {&frame.closedCandles, &frame.openCandles}) {
        for (const Candle &candle : *list) {
            const auto found = m_candles.find({candle.instrument.value, candle.interval.seconds});
            if (found != m_candles.end()) {
                found->second->upsert(candle);
            }
        }
    }
    for (const Quote &quote : frame.quotes) {
        m_quotes[quote.instrument.value] = quote;
    }
    for (const Order &order : frame.orders) {
        if (!frame.full) {
            m_orders.upsert(order);
        }
        if (isFinal(order.state)) {
            m_openOrders.erase(order.id.value);
        } else {
            m_openOrders[order.id.value] = order;
        }
    }
    if (!frame.full) {
        for (const Fill &fill : frame.fills) {
            m_fills.upsert(fill);
        }
        for (const Decision &decision : frame.decisions) {
            m_decisions.upsert(decision);
        }
        for (const api::AlertView &alert : frame.alerts) {
            m_alerts.upsert(alert);
        }
        for (const Regime &regime : frame.regimes) {
            m_regimes.upsert(regime);
        }
    }
    for (const api::AgentView &agent : frame.agents) {
        m_agents.upsert(agent);
    }
    for (const api::RiskReport &report : frame.riskReports) {
        m_riskReports[report.order.value] = report;
        if (m_riskReports.size() > kKeptReports) {
            m_riskReports.erase(m_riskReports.begin());
        }
    }
    for (const api::Approval &approval : frame.approvals) {
        m_approvals[approval.id.value] = approval;
        if (m_approvals.size() > kKeptReports) {
            m_approvals.erase(m_approvals.begin());
        }
    }
    m_memory.apply(frame);
    m_status = frame.status;
    applyPositions(frame);
    m_equity.add(m_status.now, m_status.account);
    setFreshness(m_connection.connected ? Freshness::Live : Freshness::Disconnected);
    if (!std::exchange(m_known, true)) {
        Q_EMIT firstFrame();
    }
    if (frame.full || !frame.approvals.empty()) {
        Q_EMIT approvalsChanged();
    }
    Q_EMIT statusChanged();
    Q_EMIT frameApplied(frame);
}

void SessionStore::applyPositions(const api::Frame &frame)
{
    for (const Position &position : frame.positions) {
        m_positionOf[position.instrument.value] = position;
    }
    if (frame.positions.empty() && frame.orders.empty()) {
        return;
    }
    for (const auto &[instrument, position] : m_positionOf) {
        PositionRow row{position, {}, {}, m_status.account.equity};
        for (const auto &[id, order] : m_openOrders) {
            if (order.instrument.value == instrument && order.purpose == OrderPurpose::StopLoss) {
                row.stop = order.stopPrice;
            } else if (order.instrument.value == instrument && order.purpose == OrderPurpose::TakeProfit) {
                row.target = order.type == OrderType::Limit ? order.limitPrice : order.stopPrice;
            }
        }
        m_positions.upsert(row);
    }
}

void SessionStore::applyStatus(const api::SessionStatus &status)
{
    m_status = status;
    m_lastFrame.restart();
    Q_EMIT statusChanged();
}

void SessionStore::checkFreshness()
{
    if (m_freshness == Freshness::Disconnected) {
        Q_EMIT freshnessChanged();
        return;
    }
    const qint64 silent = m_lastFrame.elapsed();
    if (silent > kProbeAfterMs && !m_probing && m_freshness != Freshness::Loading) {
        // An engine with nothing to say is as silent as one that hangs: ask.
        m_probing = true;
        then(m_engine.status(), [this](const Result<api::SessionStatus> &result) {
            m_probing = false;
            if (result.ok() && m_connection.connected) {
                applyStatus(*result);
                setFreshness(Freshness::Live);
            }
        });
    }
    if (silent > kStaleAfterMs && m_freshness == Freshness::Live) {
        setFreshness(Freshness::Stale);
    } else if (m_freshness == Freshness::Stale) {
        Q_EMIT freshnessChanged();
    }
}

void SessionStore::setFreshness(Freshness freshness)
{
    if (m_freshness != freshness) {
        m_freshness = freshness;
        Q_EMIT freshnessChanged();
    }
}

std::vector<api::Approval> SessionStore::pendingApprovals() const
{
    std::vector<api::Approval> pending;
    for (const auto &[id, approval] : m_approvals) {
        if (approval.state == api::ApprovalState::Pending) {
            pending.push_back(approval);
        }
    }
    return pending;
}

const api::RiskReport *SessionStore::riskReport(OrderId order) const
{
    const auto found = m_riskReports.find(order.value);
    return found == m_riskReports.end() ? nullptr : &found->second;
}

const Quote *SessionStore::quote(InstrumentId instrument) const
{
    const auto found = m_quotes.find(instrument.value);
    return found == m_quotes.end() ? nullptr : &found->second;
}

CandleSeries &SessionStore::candles(InstrumentId instrument, Interval interval)
{
    auto &series = m_candles[{instrument.value, interval.seconds}];
    if (!series) {
        series = std::make_unique<CandleSeries>();
        loadCandles(instrument, interval);
    }
    return *series;
}

void SessionStore::loadCandles(InstrumentId instrument, Interval interval)
{
    then(m_engine.candles({instrument, interval, kCandlesLoaded}),
         [this, instrument, interval](const Result<std::vector<Candle>> &result) {
             CandleSeries &series = *m_candles.at({instrument.value, interval.seconds});
             if (result.ok()) {
                 // Frames that came while the answer was under way are newer than it.
                 std::vector<Candle> newer;
                 const Timestamp end = result->empty() ? Timestamp{} : result->back().openTime;
                 for (std::size_t i = 0; i < series.size(); ++i) {
                     if (series.time(i) > end && !result->empty()) {
                         const ChartBar &bar = series.bar(i);
                         const auto price = [](double p) {
                             return Price::fromDouble(p).ok() ? *Price::fromDouble(p) : Price{};
                         };
                         newer.push_back({instrument, interval, series.time(i), price(bar.open), price(bar.high),
                                          price(bar.low), price(bar.close), *Quantity::fromDouble(bar.volume), 0});
                     }
                 }
                 series.assign(*result);
                 for (const Candle &candle : newer) {
                     series.upsert(candle);
                 }
             }
             Q_EMIT candlesLoaded(instrument, interval);
         });
}

} // namespace coinswarm::ui
