// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What a person does: each is sent to the engine, and answered() tells what became of it.
#include "models/session.h"

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

namespace {

/// How often a check that is running is asked how it stands.
constexpr int kFollowAuditMs = 400;

} // namespace

void Session::answerApproval(const Approval &shown, bool approve, const QString &reason)
{
    const control::ApprovalAnswer answer{shown.id, shown.orderHash, approve, m_operator.toStdString(),
                                         reason.toStdString()};
    then(m_engine.answerApproval(answer), [this, approve](const Result<Approval> &result) {
        if (!result.ok()) {
            Q_EMIT answered(false, text(result.error().message));
            return;
        }
        m_approvals[result->id.value] = *result;
        Q_EMIT approvalsChanged();
        Q_EMIT answered(true,
                        result->state == ApprovalState::Pending
                            ? u"Your approval is counted; a second operator is needed."_s
                            : approve ? u"Approved. The order is on its way to the venue."_s
                                      : u"Rejected. The order will not be sent."_s);
    });
}

void Session::halt(const QString &reason)
{
    then(m_engine.halt(m_operator.toStdString(), reason.toStdString()),
         [this](const Result<control::HaltReport> &result) {
             Q_EMIT answered(result.ok(), result.ok() ? text(result->text) : text(result.error().message));
         });
}

void Session::reportStatus(QFuture<Result<control::SessionStatus>> future, const QString &done)
{
    then(std::move(future), [this, done](const Result<control::SessionStatus> &result) {
        if (result.ok()) {
            applyStatus(*result);
        }
        Q_EMIT answered(result.ok(), result.ok() ? done : text(result.error().message));
    });
}

void Session::resume()
{
    reportStatus(m_engine.resume(m_operator.toStdString()), u"Re-armed. New orders are possible again."_s);
}

void Session::setPaused(bool paused)
{
    reportStatus(m_engine.setPaused(paused, m_operator.toStdString()),
                 paused ? u"Paused: no new entries. Positions keep their stops."_s
                        : u"Running: entries are possible again."_s);
}

void Session::setSpeed(double speed)
{
    reportStatus(m_engine.setSpeed(speed),
                 speed == 0 ? u"The feed runs as fast as possible."_s
                            : u"The feed runs at "_s + QString::number(speed) + u"×."_s);
}

void Session::skip(Duration ahead)
{
    const Timestamp until = status().now + ahead;
    reportStatus(m_engine.playUntil(until),
                 u"The feed is played on to "_s + text(toString(until).substr(0, 16))
                     + u" UTC and stands still there. Freeze ends it earlier."_s);
}

void Session::setFeedPaused(bool paused)
{
    reportStatus(m_engine.setFeedPaused(paused), paused ? u"The feed stands still."_s : u"The feed goes on."_s);
}

void Session::explain(OrderId order)
{
    selectOrder(order);
    then(m_engine.explain(order), [this](const Result<control::Explanation> &result) {
        if (result.ok()) {
            Q_EMIT explained(*result);
        } else {
            Q_EMIT explainFailed(text(result.error().message));
        }
    });
}

void Session::verifyAudit()
{
    followAudit(true);
}

void Session::followAudit(bool begin)
{
    then(m_engine.verifyAudit(begin), [this](const Result<control::AuditCheckView> &result) {
        if (!result.ok()) {
            Q_EMIT answered(false, text(result.error().message));
            Q_EMIT auditChecked({});
            return;
        }
        Q_EMIT auditChecked(*result);
        if (result->state == control::AuditState::Running) {
            QTimer::singleShot(kFollowAuditMs, this, [this] { followAudit(false); });
        }
    });
}

void Session::readSlots(const control::SlotQuery &query, SlotsRead done)
{
    then(m_engine.quorumSlots(query), std::move(done));
}

void Session::readKnownSlots(const control::SlotQuery &query, SlotsRead done)
{
    readSlots(query, [this, query, done = std::move(done)](const Result<control::SlotPage> &page) {
        if (!page.ok() || page->known >= 1) {
            done(page);
            return;
        }
        Q_EMIT auditLogKnown(page->known);
        QTimer::singleShot(0, this, [this, query, done] { readKnownSlots(query, done); });
    });
}

void Session::loadOlderSlots()
{
    readKnownSlots({m_memory.quorum().oldest(), control::SlotQuery::kMostSlots, {}},
                   [this](const Result<control::SlotPage> &page) {
                       if (page.ok()) {
                           m_memory.takeOlder(page->slots);
                       }
                       Q_EMIT olderSlotsLoaded(page.ok() ? static_cast<int>(page->slots.size()) : 0,
                                               page.ok() ? QString() : text(page.error().message));
                   });
}

void Session::loadSlot(std::uint64_t slot)
{
    readKnownSlots({slot + 1, 1, {}}, [this](const Result<control::SlotPage> &page) {
        if (page.ok() && !page->slots.empty()) {
            m_memory.takeSlot(page->slots.front());
        } else if (!page.ok()) {
            Q_EMIT answered(false, u"The slot cannot be read: "_s + text(page.error().message));
        }
    });
}

void Session::selectInstrument(InstrumentId instrument)
{
    Q_EMIT instrumentSelected(instrument);
}

void Session::selectOrder(OrderId order)
{
    Q_EMIT orderSelected(order);
    if (const Order *found = m_orders.find(order.value)) {
        Q_EMIT instrumentSelected(found->instrument);
        Q_EMIT decisionSelected(found->decision);
    }
}

void Session::selectDecision(DecisionId decision)
{
    Q_EMIT decisionSelected(decision);
    if (const Decision *found = m_decisions.find(decision.value)) {
        Q_EMIT instrumentSelected(found->instrument);
    }
}

QString Session::haltPreview() const
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

QString Session::stillOpenText() const
{
    return plural(m_status.openPositions, "position"_L1) + u" and "_s + plural(m_status.openOrders, "order"_L1)
        + u" still open"_s;
}

} // namespace coinswarm::ui
