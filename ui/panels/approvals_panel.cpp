// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "panels/approvals_panel.h"

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

namespace {

constexpr int kHistoryLines = 4;

QString outcomeText(const api::Approval &approval)
{
    switch (approval.state) {
    case api::ApprovalState::Approved:
        return u"✓ approved"_s;
    case api::ApprovalState::Rejected:
        return u"✕ rejected"_s;
    case api::ApprovalState::OutsideBand:
        return u"price left the band"_s;
    default:
        return words(enumName(approval.state));
    }
}

} // namespace

ApprovalsPanel::ApprovalsPanel(const PanelContext &context, QWidget *parent)
    : Panel(context, u"approvals"_s, u"Approvals"_s, parent),
      m_context(context),
      m_scroll(new QScrollArea(this)),
      m_empty(new EmptyState),
      m_history(new QLabel)
{
    auto *content = new QWidget;
    m_list = new QVBoxLayout(content);
    m_list->setContentsMargins(0, 0, 0, 0);
    m_list->setSpacing(0);
    m_list->addWidget(m_empty, 1);
    m_list->addStretch(0);
    m_history->setProperty("role", u"secondary"_s);
    m_history->setContentsMargins(12, 6, 8, 6);
    m_history->setTextFormat(Qt::RichText);
    m_history->setWordWrap(true);
    // A long line must not push the buttons of the cards out of a narrow panel.
    m_history->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_list->addWidget(m_history);
    m_scroll->setWidget(content);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_scroll);
    m_empty->setTexts(
        u"Nothing waits for you"_s,
        u"Orders above the approval limit appear here with their evidence. A selects approve, R reject; then hold "
        "Enter."_s);
    connect(&session(), &SessionStore::approvalsChanged, this, &ApprovalsPanel::rebuild);
    connect(&session(), &SessionStore::infoChanged, this, &ApprovalsPanel::rebuild);
    const auto refresh = [this] {
        for (const auto &[id, card] : m_cards) {
            card->refresh();
        }
    };
    connect(&session(), &SessionStore::statusChanged, this, refresh);
    connect(&session(), &SessionStore::freshnessChanged, this, refresh);
    rebuild();
}

std::vector<ApprovalCard *> ApprovalsPanel::cards() const
{
    std::vector<ApprovalCard *> all;
    for (const auto &[id, card] : m_cards) {
        all.push_back(card);
    }
    return all;
}

void ApprovalsPanel::focusFirst()
{
    ApprovalCard *first = nullptr;
    for (const auto &[id, card] : m_cards) {
        if (!first || card->approval().expires < first->approval().expires) {
            first = card;
        }
    }
    if (first) {
        m_scroll->ensureWidgetVisible(first);
        first->setFocus(Qt::ShortcutFocusReason);
    }
}

void ApprovalsPanel::rebuild()
{
    const std::vector<api::Approval> pending = session().pendingApprovals();
    std::map<std::uint64_t, ApprovalCard *> gone = std::move(m_cards);
    m_cards.clear();
    int at = 0;
    for (const api::Approval &approval : pending) {
        ApprovalCard *card = nullptr;
        if (const auto found = gone.find(approval.id.value); found != gone.end()) {
            card = found->second;
            gone.erase(found);
            card->setApproval(approval);
        } else {
            card = new ApprovalCard(m_context, approval);
            m_list->insertWidget(at, card);
            card->show();
        }
        m_cards[approval.id.value] = card;
        ++at;
    }
    for (const auto &[id, card] : gone) {
        const bool hadFocus = card->hasFocus() || (card->focusWidget() && card->focusWidget()->hasFocus());
        m_list->removeWidget(card);
        card->hide();
        card->deleteLater();
        // The next card takes the focus but no selection: a key meant for the old one cannot answer it.
        if (hadFocus && !m_cards.empty()) {
            focusFirst();
        }
    }
    m_empty->setVisible(m_cards.empty());
    setCaption(m_cards.empty() ? u"Approvals"_s : u"Approvals ("_s + QString::number(m_cards.size()) + u')');
    showHistory();
}

void ApprovalsPanel::showHistory()
{
    QStringList lines;
    const auto &all = session().approvals();
    for (auto it = all.rbegin(); it != all.rend() && lines.size() < kHistoryLines; ++it) {
        const api::Approval &approval = it->second;
        if (approval.state == api::ApprovalState::Pending) {
            continue;
        }
        const Order *order = session().orders().find(approval.order.value);
        const Formats &f = session().formats();
        QString line = f.time(approval.decidedAt) + u"  "_s + outcomeText(approval) + u"  "_s;
        if (order) {
            line += sideText(order->side) + u' ' + f.quantity(order->instrument, order->quantity) + u' '
                + f.symbol(order->instrument);
        }
        if (!approval.decidedBy.empty()) {
            line += u" by "_s + text(approval.decidedBy.back());
        }
        lines.append(line.toHtmlEscaped());
    }
    m_history->setVisible(!lines.isEmpty());
    m_history->setText(lines.join(u"<br>"_s));
}

} // namespace coinswarm::ui
