// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "models/agents_model.h"
#include "models/alerts_model.h"
#include "models/candle_series.h"
#include "models/decisions_model.h"
#include "models/equity_history.h"
#include "models/fills_model.h"
#include "models/memory_store.h"
#include "models/orders_model.h"
#include "models/plugins_model.h"
#include "models/positions_model.h"
#include "models/regimes_model.h"

#include <QtCore/QDateTime>
#include <QtCore/QFutureWatcher>
#include <QtCore/QTimer>

#include <map>

namespace coinswarm::ui {

/// How fresh what is on the screen is.
enum class Freshness : unsigned char {
    Loading, ///< nothing has come yet
    Live,
    Stale, ///< connected, but the engine does not answer
    Disconnected,
};

/// The desktop's picture of one engine: it takes frames, keeps the models, and sends commands. Nothing here waits.
///
/// Thread: GUI. The engine outlives the session.
class SessionStore : public QObject
{
    Q_OBJECT

public:
    explicit SessionStore(api::Engine &engine, QObject *parent = nullptr);

    const api::SessionInfo &info() const { return m_formats.info; }
    const api::SessionStatus &status() const { return m_status; }
    const api::ConnectionState &connection() const { return m_connection; }
    const Formats &formats() const { return m_formats; }
    Freshness freshness() const { return m_freshness; }
    /// Since the last sign of life.
    std::chrono::milliseconds age() const { return std::chrono::milliseconds(m_lastFrame.elapsed()); }
    /// False until the first frame: all else is blank then, not empty.
    bool known() const { return m_known; }
    /// False until the engine has been reached once.
    bool everConnected() const { return m_everConnected; }
    /// When the connection was lost, wall clock; invalid while connected.
    QDateTime goneSince() const { return m_goneSince; }

    OrdersModel &orders() { return m_orders; }
    FillsModel &fills() { return m_fills; }
    DecisionsModel &decisions() { return m_decisions; }
    PositionsModel &positions() { return m_positions; }
    AgentsModel &agents() { return m_agents; }
    PluginsModel &plugins() { return m_plugins; }
    AlertsModel &alerts() { return m_alerts; }
    RegimesModel &regimes() { return m_regimes; }
    MemoryStore &memory() { return m_memory; }
    const MemoryStore &memory() const { return m_memory; }
    const EquityHistory &equity() const { return m_equity; }
    /// Newest state of every approval seen, by id.
    const std::map<std::uint64_t, api::Approval> &approvals() const { return m_approvals; }
    std::vector<api::Approval> pendingApprovals() const;
    const api::RiskReport *riskReport(OrderId order) const;
    const Quote *quote(InstrumentId instrument) const;
    /// Loaded on first use; grows with the frames. Stays valid for the session's life.
    CandleSeries &candles(InstrumentId instrument, Interval interval);

    void answerApproval(const api::Approval &shown, bool approve, const QString &reason);
    void halt(const QString &reason);
    void resume();
    void setPaused(bool paused);
    void setSpeed(double speed);
    /// Plays the market on by so much as fast as possible; then it stands still.
    void skip(Duration ahead);
    void setFeedPaused(bool paused);
    bool feedPaused() const { return m_status.feedPaused; }
    void explain(OrderId order);
    void reloadPlugins();
    void setLocalTime(bool local);
    /// Begins a check of the whole audit log; auditChecked() tells how it goes, and at last what it found.
    void verifyAudit();
    using SlotsRead = std::function<void(const Result<api::SlotPage> &)>;
    /// Asks the audit log once; see control::SlotPage for what one answer may leave out.
    void readSlots(const api::SlotQuery &query, SlotsRead done);
    /// Asks for slots before the oldest one that is held; olderSlotsLoaded() tells how it goes.
    void loadOlderSlots();
    /// Asks for one slot with its items; memory() has it when slotsChanged() comes.
    void loadSlot(std::uint64_t slot);

    /// Selecting a row anywhere selects the same thing everywhere.
    void selectInstrument(InstrumentId instrument);
    void selectOrder(OrderId order);
    void selectDecision(DecisionId decision);

    /// What the kill switch would do now, in numbers.
    QString haltPreview() const;
    /// What is still open, for the time after it.
    QString stillOpenText() const;

Q_SIGNALS:
    void infoChanged();
    void statusChanged();
    void freshnessChanged();
    /// known() has become true.
    void firstFrame();
    void frameApplied(const coinswarm::api::Frame &frame);
    void approvalsChanged();
    void candlesLoaded(coinswarm::InstrumentId instrument, coinswarm::Interval interval);
    void instrumentSelected(coinswarm::InstrumentId instrument);
    void orderSelected(coinswarm::OrderId order);
    void decisionSelected(coinswarm::DecisionId decision);
    void explained(const coinswarm::api::Explanation &explanation);
    void explainFailed(const QString &message);
    void auditChecked(const coinswarm::api::AuditCheckView &check);
    /// How many more slots there were, or why they could not be read.
    void olderSlotsLoaded(int count, const QString &error);
    /// The engine has gone through so much of the audit log; before that it cannot say what is in it.
    void auditLogKnown(double share);
    /// Something a person did has had an effect, or has not.
    void answered(bool success, const QString &message);

private:
    void applyFrame(const api::Frame &frame);
    void applyConnection(const api::ConnectionState &state);
    void applyStatus(const api::SessionStatus &status);
    void applyPositions(const api::Frame &frame);
    void followAudit(bool begin);
    /// Asks until the engine knows its log.
    void readKnownSlots(const api::SlotQuery &query, SlotsRead done);
    void loadInfo();
    void loadCandles(InstrumentId instrument, Interval interval);
    void checkFreshness();
    void setFreshness(Freshness freshness);
    /// Calls `done` with the answer, in this thread, unless the session is gone by then.
    template <class T, class Done>
    void then(QFuture<Result<T>> future, Done done);
    void reportStatus(QFuture<Result<api::SessionStatus>> future, const QString &done);

    api::Engine &m_engine;
    Formats m_formats;
    api::SessionStatus m_status;
    api::ConnectionState m_connection;
    Freshness m_freshness = Freshness::Loading;
    QElapsedTimer m_lastFrame;
    QDateTime m_goneSince;
    bool m_known = false;
    bool m_everConnected = false;
    bool m_probing = false;
    bool m_hasInfo = false;
    QString m_operator;
    OrdersModel m_orders{m_formats};
    FillsModel m_fills{m_formats};
    DecisionsModel m_decisions{m_formats};
    PositionsModel m_positions{m_formats};
    AgentsModel m_agents{m_formats};
    PluginsModel m_plugins{m_formats};
    AlertsModel m_alerts{m_formats};
    RegimesModel m_regimes{m_formats};
    MemoryStore m_memory{m_formats};
    EquityHistory m_equity;
    std::map<std::uint64_t, api::Approval> m_approvals;
    std::map<std::uint64_t, api::RiskReport> m_riskReports;
    std::map<std::uint32_t, Quote> m_quotes;
    std::map<std::uint32_t, Position> m_positionOf;
    std::map<std::uint64_t, Order> m_openOrders;
    std::map<std::pair<std::uint32_t, std::int32_t>, std::unique_ptr<CandleSeries>> m_candles;
    QTimer m_freshnessTimer;
    std::unique_ptr<api::Handle> m_frames;
    std::unique_ptr<api::Handle> m_connectionHandle;
};

template <class T, class Done>
void SessionStore::then(QFuture<Result<T>> future, Done done)
{
    if (future.isFinished()) {
        if (future.resultCount() > 0) {
            done(future.result());
        }
        return;
    }
    // A watcher goes with the session. QFuture::then() with a context does not look whether that is still there.
    auto *watcher = new QFutureWatcher<Result<T>>(this);
    connect(watcher, &QFutureWatcherBase::finished, this, [watcher, done] {
        watcher->deleteLater();
        if (watcher->future().resultCount() > 0) {
            done(watcher->result());
        }
    });
    watcher->setFuture(future);
}

} // namespace coinswarm::ui
