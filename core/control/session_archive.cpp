// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "control/session_archive.h"

#include "codec/json_writer.h"

#include <QtCore/QJsonDocument>

namespace coinswarm::control {

namespace {

template <class T>
std::string documentOf(const T &value)
{
    return QJsonDocument(codec::toJson(value).toObject()).toJson(QJsonDocument::Compact).toStdString();
}

} // namespace

SessionArchive::SessionArchive(const std::string &databaseFile, storage::StorageOptions options, SessionView &view)
    : m_view(view)
{
    options.onHealth = [this](const storage::StorageHealth &health) {
        if (health.state == storage::StorageState::Stopped) {
            m_stopped.store(true);
        }
    };
    Result<std::unique_ptr<storage::Storage>> storage = storage::openSqliteStorage(databaseFile, std::move(options));
    if (storage.ok()) {
        m_storage = std::move(storage).value();
    } else {
        m_opened = storage.error();
    }
}

void SessionArchive::begin(const Session &session)
{
    const JournalHeader &header = session.header();
    m_session.session = header.session;
    m_session.mode = std::string(enumName(header.engine.desk.mode));
    m_session.started = session.startedAt();
    m_session.instruments = header.engine.instruments;
    for (const RosterEntry &agent : header.engine.agents) {
        m_session.agents.push_back(agent.name);
    }
    m_session.configurationHash = header.configurationHash;
    m_session.journal = session.journalFolder();
    m_storage->putSession(m_session);
}

void SessionArchive::finish(Timestamp wallNow)
{
    flushRows();
    m_session.ended = wallNow;
    m_storage->putSession(m_session);
}

void SessionArchive::onEffect(Timestamp now, const Effect &effect)
{
    if (const auto *changed = std::get_if<effect::OrderChanged>(&effect)) {
        m_rows.emplace_back(changed->order);
    } else if (const auto *booked = std::get_if<effect::FillBooked>(&effect)) {
        m_rows.emplace_back(booked->fill);
    } else if (const auto *closed = std::get_if<effect::RoundTripClosed>(&effect)) {
        m_rows.emplace_back(closed->trade);
    } else if (const auto *regime = std::get_if<effect::RegimeChanged>(&effect)) {
        m_rows.emplace_back(regime->regime);
    } else if (const auto *made = std::get_if<effect::DecisionMade>(&effect)) {
        m_rows.emplace_back(made->decision);
    } else if (const auto *approval = std::get_if<effect::ApprovalChanged>(&effect)) {
        m_rows.emplace_back(approval->approval);
    } else if (const auto *alert = std::get_if<effect::Alert>(&effect)) {
        m_rows.emplace_back(storage::AlertRecord{++m_alerts, now, std::string(enumName(alert->severity)), alert->code,
                                                 alert->text});
    }
}

void SessionArchive::onTick(Session &session)
{
    flushRows();
    if (m_stopped.load() && !m_halted) {
        m_halted = true;
        const std::string reason = m_storage->health().reason;
        m_view.addAlert(Severity::Danger, "storage_stopped", reason);
        session.command(event::OperatorHalted{"coinswarm", "The database cannot record what happens: " + reason});
    }
}

void SessionArchive::flushRows()
{
    for (const OrderId order : m_view.takeChangedExplanations()) {
        if (const Result<Explanation> explanation = m_view.explain(order); explanation.ok()) {
            m_rows.emplace_back(storage::ExplanationRecord{order, documentOf(*explanation)});
        }
    }
    if (!m_rows.empty()) {
        m_storage->put(m_session.session, std::exchange(m_rows, {}));
    }
}

} // namespace coinswarm::control
