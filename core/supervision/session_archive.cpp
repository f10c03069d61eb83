// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "supervision/session_archive.h"

#include "codec/json_reader.h"
#include "codec/json_writer.h"
#include "runtime/session_storage.h"

#include <QtCore/QJsonDocument>

#include <algorithm>
#include <set>

namespace coinswarm::supervision {

namespace {

template <class T>
std::string documentOf(const T &value)
{
    return QJsonDocument(codec::toJson(value).toObject()).toJson(QJsonDocument::Compact).toStdString();
}

constexpr std::uint32_t kShown = 500;

/// The newest rows of a query, oldest first. A database that cannot say shows later, when it is written.
template <class Row>
std::vector<Row> newest(QFuture<Result<std::vector<Row>>> answer)
{
    Result<std::vector<Row>> rows = answer.result();
    if (!rows.ok()) {
        return {};
    }
    std::reverse(rows->begin(), rows->end());
    return std::move(rows).value();
}

template <class Enum>
Enum enumOf(const std::string &name)
{
    const auto &names = kEnumNames<Enum>;
    const auto found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? Enum() : static_cast<Enum>(found - names.begin());
}

} // namespace

SessionArchive::SessionArchive(const config::Configuration &configuration, const config::Paths &paths,
                               SessionView &view)
    : m_view(view), m_server(configuration.storage.backend == "postgresql")
{
    storage::StorageOptions options;
    options.onHealth = [this](const storage::StorageHealth &health) {
        if (health.state == storage::StorageState::Stopped) {
            m_stopped.store(true);
        }
        m_healthChanged.store(true);
    };
    Result<std::unique_ptr<storage::Storage>> storage =
        runtime::openSessionStorage(configuration, paths, std::move(options));
    if (storage.ok()) {
        m_storage = std::move(storage).value();
    } else {
        m_opened = storage.error();
    }
}

api::ServiceView SessionArchive::service() const
{
    using storage::StorageState;
    const storage::StorageHealth health = m_storage->health();
    api::ServiceView view;
    view.name = m_server ? "PostgreSQL" : "SQLite";
    view.kind = "database";
    view.state = health.state == StorageState::Stopped                     ? api::ServiceState::Gone
        : health.state == StorageState::Retrying || !health.reason.empty() ? api::ServiceState::Degraded
                                                                           : api::ServiceState::Working;
    view.detail = !health.reason.empty() ? health.reason
        : health.queued == 0             ? "everything is written"
                                         : std::to_string(health.queued) + " records to write";
    view.ifItDies = m_server
        ? "Records go to a buffer on this disk, and into the database when it is back. When the buffer is full, "
          "trading halts."
        : "Trading halts within seconds, because it would go unrecorded. The journal keeps everything.";
    return view;
}

void SessionArchive::begin(runtime::Session &session)
{
    const engine::JournalHeader &header = session.header();
    m_session.session = header.session;
    m_session.mode = std::string(enumName(header.engine.desk.mode));
    m_session.started = session.startedAt();
    m_session.instruments = header.engine.instruments;
    for (const engine::RosterEntry &agent : header.engine.agents) {
        m_session.agents.push_back(agent.name);
    }
    m_session.configurationHash = header.configurationHash;
    m_session.journal = session.journalFolder();
    m_storage->putSession(m_session);
    if (session.continued()) {
        showEarlierRows(session);
    }
}

void SessionArchive::showEarlierRows(runtime::Session &session)
{
    storage::RowQuery query;
    query.session = m_session.session;
    query.newestFirst = true;
    query.limit = kShown;
    EarlierRows rows;
    rows.fills = newest(m_storage->fills(query));
    rows.roundTrips = newest(m_storage->roundTrips(query));
    rows.decisions = newest(m_storage->decisions(query));
    rows.regimes = newest(m_storage->regimes(query));
    for (const storage::AlertRecord &alert : newest(m_storage->alerts(query))) {
        rows.alerts.push_back({alert.id, alert.time, enumOf<api::Severity>(alert.severity), alert.code, alert.text});
        m_alerts = std::max(m_alerts, alert.id);
    }
    // Of what can still change, and of what a new stop or target would come from.
    const trading::TradingDesk &desk = session.engine().desk();
    std::set<OrderId> wanted;
    for (const Order &order : desk.openOrders()) {
        wanted.insert({order.id, order.parent});
    }
    for (const Instrument &instrument : session.header().engine.instruments) {
        if (const trading::Protection *protection = desk.protection(instrument.id)) {
            wanted.insert(protection->entry);
        }
    }
    wanted.erase(OrderId());
    for (const OrderId order : wanted) {
        const Result<std::string> document = m_storage->explanation(m_session.session, order).result();
        if (!document.ok()) {
            continue;
        }
        const QJsonDocument json = QJsonDocument::fromJson(QByteArray::fromStdString(*document));
        if (Result<api::Explanation> earlier = codec::fromJson<api::Explanation>(json.object()); earlier.ok()) {
            rows.explanations.push_back(std::move(earlier).value());
        }
    }
    // The end of the session before may have been too sudden for the database; the journal knows it.
    for (const runtime::PastEffect &past : session.pastEffects()) {
        const auto *alert = std::get_if<engine::effect::Alert>(&past.effect);
        const bool kept =
            alert != nullptr && std::any_of(rows.alerts.begin(), rows.alerts.end(), [&](const api::AlertView &row) {
                return row.time == past.time && row.code == alert->code && row.text == alert->text;
            });
        if (!kept) {
            onEffect(past.time, past.effect);
        }
    }
    m_view.adopt(std::move(rows));
}

std::string SessionArchive::failure() const
{
    const storage::StorageHealth health = m_storage->health();
    return health.state == storage::StorageState::Stopped ? health.reason : std::string();
}

void SessionArchive::finish(Timestamp wallNow)
{
    flushRows();
    m_session.ended = wallNow;
    m_storage->putSession(m_session);
}

void SessionArchive::onEffect(Timestamp now, const engine::Effect &effect)
{
    if (const auto *changed = std::get_if<engine::effect::OrderChanged>(&effect)) {
        m_rows.emplace_back(changed->order);
    } else if (const auto *booked = std::get_if<engine::effect::FillBooked>(&effect)) {
        m_rows.emplace_back(booked->fill);
    } else if (const auto *closed = std::get_if<engine::effect::RoundTripClosed>(&effect)) {
        m_rows.emplace_back(closed->trade);
    } else if (const auto *regime = std::get_if<engine::effect::RegimeChanged>(&effect)) {
        m_rows.emplace_back(regime->regime);
    } else if (const auto *made = std::get_if<engine::effect::DecisionMade>(&effect)) {
        m_rows.emplace_back(made->decision);
    } else if (const auto *approval = std::get_if<engine::effect::ApprovalChanged>(&effect)) {
        m_rows.emplace_back(approval->approval);
    } else if (const auto *alert = std::get_if<engine::effect::Alert>(&effect)) {
        m_rows.emplace_back(
            storage::AlertRecord{++m_alerts, now, std::string(enumName(alert->severity)), alert->code, alert->text});
    }
}

void SessionArchive::onTick(runtime::Session &session)
{
    flushRows();
    if (m_healthChanged.exchange(false)) {
        tellHealth();
    }
    if (m_stopped.load() && !m_halted) {
        m_halted = true;
        const std::string reason = m_storage->health().reason;
        m_view.addAlert(api::Severity::Danger, "storage_stopped", reason);
        session.command(
            engine::event::OperatorHalted{"coinswarm", "The database cannot record what happens: " + reason});
    }
}

void SessionArchive::tellHealth()
{
    const storage::StorageHealth health = m_storage->health();
    const bool retrying = health.state == storage::StorageState::Retrying;
    if (retrying != std::exchange(m_toldRetrying, retrying)) {
        m_view.addAlert(retrying ? api::Severity::Warning : api::Severity::Info,
                        retrying ? "storage_retrying" : "storage_working",
                        retrying ? health.reason : "The database takes what happens again.");
    }
    if (health.incomplete != std::exchange(m_toldIncomplete, health.incomplete) && health.incomplete) {
        m_view.addAlert(api::Severity::Warning, "storage_incomplete", health.reason);
    }
}

void SessionArchive::flushRows()
{
    for (const OrderId order : m_view.takeChangedExplanations()) {
        if (const Result<api::Explanation> explanation = m_view.explain(order); explanation.ok()) {
            m_rows.emplace_back(storage::ExplanationRecord{order, documentOf(*explanation)});
        }
    }
    if (!m_rows.empty()) {
        m_storage->put(m_session.session, std::exchange(m_rows, {}));
    }
}

} // namespace coinswarm::supervision
