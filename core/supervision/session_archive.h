// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/memory_views.h"
#include "storage/storage.h"
#include "supervision/session_view.h"

#include <atomic>
#include <memory>

namespace coinswarm::supervision {

/// Keeps the session in the database: orders, fills, trades, regimes, decisions, approvals, alerts, explanations.
/// If the database can no longer take what happens, trading is halted.
///
/// Thread: the engine's, except for what the storage reports.
class SessionArchive final : public runtime::SessionObserver
{
public:
    /// Opens the store that the configuration names. `view` must be told of everything before this is.
    SessionArchive(const config::Configuration &configuration, const config::Paths &paths, SessionView &view);

    /// Why there is no database; nothing if there is one.
    Result<void> opened() const { return m_opened; }
    storage::Storage *storage() const { return m_storage.get(); }
    /// Notes the session, and shows the view what is known of it if it is continued. Waits for the database.
    void begin(runtime::Session &session);
    /// Why the database takes nothing any more; empty if it does.
    std::string failure() const;
    /// The database as a part of the cluster. Any thread.
    api::ServiceView service() const;
    /// Notes when the session ended and writes what is queued. After the session has stopped.
    void finish(Timestamp wallNow);

    void onEvent(const engine::Event &) override {}
    void onEffect(Timestamp now, const engine::Effect &effect) override;
    void onJournalFailed(const Error &) override {}
    void onTick(runtime::Session &session) override;

private:
    void flushRows();
    void showEarlierRows(runtime::Session &session);
    void tellHealth();

    SessionView &m_view;
    bool m_server = false; ///< PostgreSQL, else a file of SQLite
    storage::SessionRecord m_session;
    std::vector<storage::SessionRow> m_rows;
    std::uint64_t m_alerts = 0;
    std::atomic<bool> m_stopped{false};
    std::atomic<bool> m_healthChanged{false};
    bool m_toldRetrying = false;
    bool m_toldIncomplete = false;
    bool m_halted = false;
    Result<void> m_opened;
    std::unique_ptr<storage::Storage> m_storage; ///< last: its thread must end before the rest goes
};

} // namespace coinswarm::supervision
