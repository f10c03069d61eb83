// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What a person does: each is sent to the engine, and answered() tells what became of it.
#include "models/session_store.h"

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

namespace {

/// How often a check that is running is asked how it stands.
constexpr int kFollowAuditMs = 400;

} // namespace

void SessionStore::answerApproval(const api::Approval &shown, bool approve, const QString &reason)
{
    const api::ApprovalAnswer answer{shown.id, shown.orderHash, approve, m_operator.toStdString(),
                                     reason.toStdString()};
    then(m_engine.answerApproval(answer), [this, approve](const Result<api::Approval> &result) {
        if (!result.ok()) {
            Q_EMIT answered(false, text(result.error().message));
            return;
        }
        m_approvals[result->id.value] = *result;
        Q_EMIT approvalsChanged();
        Q_EMIT answered(true,
                        result->state == api::ApprovalState::Pending
                            ? u"Your approval is counted; a second operator is needed."_s
                            : approve ? u"Approved. The order is on its way to the venue."_s
                                      : u"Rejected. The order will not be sent."_s);
    });
}

void SessionStore::halt(const QString &reason)
{
    then(m_engine.halt(m_operator.toStdString(), reason.toStdString()), [this](const Result<api::HaltReport> &result) {
        Q_EMIT answered(result.ok(), result.ok() ? text(result->text) : text(result.error().message));
    });
}

void SessionStore::reportStatus(QFuture<Result<api::SessionStatus>> future, const QString &done)
{
    then(std::move(future), [this, done](const Result<api::SessionStatus> &result) {
        if (result.ok()) {
            applyStatus(*result);
        }
        Q_EMIT answered(result.ok(), result.ok() ? done : text(result.error().message));
    });
}

void SessionStore::resume()
{
    reportStatus(m_engine.resume(m_operator.toStdString()), u"Re-armed. New orders are possible again."_s);
}

void SessionStore::setPaused(bool paused)
{
    reportStatus(m_engine.setPaused(paused, m_operator.toStdString()),
                 paused ? u"Paused: no new entries. Positions keep their stops."_s
                        : u"Running: entries are possible again."_s);
}

void SessionStore::setSpeed(double speed)
{
    reportStatus(m_engine.setSpeed(speed),
                 speed == 0 ? u"The feed runs as fast as possible."_s
                            : u"The feed runs at "_s + QString::number(speed) + u"×."_s);
}

void SessionStore::skip(Duration ahead)
{
    const Timestamp until = status().now + ahead;
    reportStatus(m_engine.playUntil(until),
                 u"The feed is played on to "_s + text(toString(until).substr(0, 16))
                     + u" UTC and stands still there. Freeze ends it earlier."_s);
}

void SessionStore::setFeedPaused(bool paused)
{
    reportStatus(m_engine.setFeedPaused(paused), paused ? u"The feed stands still."_s : u"The feed goes on."_s);
}

void SessionStore::explain(OrderId order)
{
    selectOrder(order);
    then(m_engine.explain(order), [this](const Result<api::Explanation> &result) {
        if (result.ok()) {
            Q_EMIT explained(*result);
        } else {
            Q_EMIT explainFailed(text(result.error().message));
        }
    });
}

void SessionStore::verifyAudit()
{
    followAudit(true);
}

void SessionStore::followAudit(bool begin)
{
    then(m_engine.verifyAudit(begin), [this](const Result<api::AuditCheckView> &result) {
        if (!result.ok()) {
            Q_EMIT answered(false, text(result.error().message));
            Q_EMIT auditChecked({});
            return;
        }
        Q_EMIT auditChecked(*result);
        if (result->state == api::AuditState::Running) {
            QTimer::singleShot(kFollowAuditMs, this, [this] { followAudit(false); });
        }
    });
}

void SessionStore::readSlots(const api::SlotQuery &query, SlotsRead done)
{
    then(m_engine.quorumSlots(query), std::move(done));
}

void SessionStore::readKnownSlots(const api::SlotQuery &query, SlotsRead done)
{
    readSlots(query, [this, query, done = std::move(done)](const Result<api::SlotPage> &page) {
        if (!page.ok() || page->known >= 1) {
            done(page);
            return;
        }
        Q_EMIT auditLogKnown(page->known);
        QTimer::singleShot(0, this, [this, query, done] { readKnownSlots(query, done); });
    });
}

void SessionStore::loadOlderSlots()
{
    readKnownSlots({m_memory.quorum().oldest(), api::SlotQuery::kMostSlots, {}},
                   [this](const Result<api::SlotPage> &page) {
                       if (page.ok()) {
                           m_memory.takeOlder(page->slots);
                       }
                       Q_EMIT olderSlotsLoaded(page.ok() ? static_cast<int>(page->slots.size()) : 0,
                                               page.ok() ? QString() : text(page.error().message));
                   });
}

void SessionStore::loadSlot(std::uint64_t slot)
{
    readKnownSlots({slot + 1, 1, {}}, [this](const Result<api::SlotPage> &page) {
        if (page.ok() && !page->slots.empty()) {
            m_memory.takeSlot(page->slots.front());
        } else if (!page.ok()) {
            Q_EMIT answered(false, u"The slot cannot be read: "_s + text(page.error().message));
        }
    });
}

void SessionStore::selectInstrument(InstrumentId instrument)
{
    Q_EMIT instrumentSelected(instrument);
}

void SessionStore::selectOrder(OrderId order)
{
    Q_EMIT orderSelected(order);
    if (const Order *found = m_orders.find(order.value)) {
        Q_EMIT instrumentSelected(found->instrument);
        Q_EMIT decisionSelected(found->decision);
    }
}

void SessionStore::selectDecision(DecisionId decision)
{
    Q_EMIT decisionSelected(decision);
    if (const Decision *found = m_decisions.find(decision.value)) {
        Q_EMIT instrumentSelected(found->instrument);
    }
}

QString SessionStore::haltPreview() const
{
    std::uint64_t cancelled = 0;
    std::uint64_t kept = 0;
    for (const auto &[id, order] : m_openOrders) {
        const bool protects = order.purpose == OrderPurpose::StopLoss || order.purpose == OrderPurpose::TakeProfit;
        if (protects) {
            ++kept;
        } else if (order.state != OrderState::AwaitingApproval) {
            ++cancelled;
        }
    }
    return u"cancel "_s + plural(cancelled, "order"_L1) + u", withdraw "_s
        + plural(pendingApprovals().size(), "approval"_L1) + u", keep "_s + plural(kept, "protective order"_L1)
        + u", leave "_s + plural(m_status.openPositions, "position"_L1) + u" open"_s;
}

QString SessionStore::stillOpenText() const
{
    return plural(m_status.openPositions, "position"_L1) + u" and "_s + plural(m_status.openOrders, "order"_L1)
        + u" still open"_s;
}

} // namespace coinswarm::ui
