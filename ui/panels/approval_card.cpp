// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "panels/approval_card.h"

#include "models/risk_text.h"

#include <QtGui/QKeyEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

namespace {

constexpr std::chrono::milliseconds kHold{600};

QString colored(const QString &text, const QColor &color)
{
    return u"<span style='color:%1'>%2</span>"_s.arg(color.name(), text.toHtmlEscaped());
}

QLabel *makeLine(QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setWordWrap(true);
    label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    return label;
}

} // namespace

ApprovalCard::ApprovalCard(const PanelContext &context, const api::Approval &approval, QWidget *parent)
    : QWidget(parent),
      m_context(context),
      m_approval(approval),
      m_headline(new QLabel(this)),
      m_countdown(new CountdownBar(this)),
      m_worst(new NumberLabel(u"worst case"_s, kHeadlinePixels, this)),
      m_after(makeLine(this)),
      m_score(new ScoreBar(this)),
      m_votes(makeLine(this)),
      m_risk(new QToolButton(this)),
      m_riskList(new QLabel(this)),
      m_drift(makeLine(this)),
      m_explain(new QToolButton(this)),
      m_hint(makeLine(this)),
      m_reason(new QComboBox(this)),
      m_reject(new HoldButton(u"Reject"_s, kHold, this)),
      m_approve(new HoldButton(u"Approve"_s, kHold, this))
{
    setFocusPolicy(Qt::StrongFocus);
    build();
    connect(m_approve, &HoldButton::held, this, [this] { give(true); });
    connect(m_reject, &HoldButton::held, this, [this] { give(false); });
    for (HoldButton *button : {m_approve, m_reject}) {
        connect(button, &HoldButton::holdAborted, this, [this, button] {
            m_hint->setText(u"Hold "_s + button->text() + u" for 0.6 s."_s);
            m_hint->show();
        });
    }
    connect(m_risk, &QToolButton::toggled, this, [this](bool on) {
        m_riskList->setVisible(on);
        showRisk();
    });
    connect(m_explain, &QToolButton::clicked, this, [this] { m_context.session.explain(m_approval.order); });
    connect(&m_context.session, &SessionStore::answered, this, [this](bool success) {
        if (!success && m_given) {
            m_given = false; // refused: the question is still open
            refresh();
        }
    });
    connect(&m_context.preferences, &Preferences::changed, this, &ApprovalCard::restyle);
    restyle();
}

void ApprovalCard::build()
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 8, 8, 8);
    layout->setSpacing(4);
    const auto row = [layout](std::initializer_list<QWidget *> widgets, int stretchAt) {
        auto *line = new QHBoxLayout;
        line->setSpacing(8);
        int at = 0;
        for (QWidget *widget : widgets) {
            line->addWidget(widget, at++ == stretchAt ? 1 : 0);
        }
        layout->addLayout(line);
    };
    QFont bold = uiFont(kTextPixels, QFont::DemiBold);
    m_headline->setFont(bold);
    m_headline->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_risk->setCheckable(true);
    m_risk->setAccessibleName(u"Show the risk checks with their numbers"_s);
    m_riskList->hide();
    m_riskList->setTextFormat(Qt::RichText);
    m_explain->setText(u"Why?"_s);
    m_explain->setToolTip(u"The whole chain behind this order"_s);
    m_explain->setAccessibleName(u"Explain this order"_s);
    m_reason->setEditable(true);
    m_reason->addItems(
        {u"Not convinced by the votes"_s, u"Too much risk now"_s, u"Market looks wrong"_s, u"News pending"_s});
    m_reason->setAccessibleName(u"Reason for the rejection"_s);
    m_reason->hide();
    m_hint->hide();
    m_hint->setProperty("role", u"secondary"_s);
    row({m_headline, m_countdown}, 0);
    row({m_worst, m_after}, 1);
    row({m_score, m_votes}, 1);
    row({m_risk, m_explain, new QWidget(this)}, 2);
    layout->addWidget(m_riskList);
    row({m_drift, m_reject, m_approve}, 0);
    row({m_reason, m_hint}, 1);
    for (HoldButton *button : {m_reject, m_approve}) {
        button->setMinimumWidth(92);
        button->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    }
    m_risk->setStyleSheet(u"padding-left: 0px;"_s);
    m_headline->setWordWrap(true);
    m_worst->setToolTip(u"Loss at the protective stop including fees; the whole notional where there is no stop."_s);
    m_drift->setToolTip(
        u"The answer counts only while the last price is inside the band around the price at which it was asked."_s);
    setTabOrder(m_risk, m_explain);
    setTabOrder(m_explain, m_reason);
    setTabOrder(m_reason, m_reject);
    setTabOrder(m_reject, m_approve);
}

void ApprovalCard::restyle()
{
    const Colors &c = m_context.preferences.colors();
    m_countdown->setColors(c);
    m_approve->setColors(c);
    m_approve->setFill(c.up);
    m_reject->setColors(c);
    m_reject->setFill(c.muted);
    m_worst->setValueColors(c.muted, c.down, c.muted);
    refresh();
    update();
}

void ApprovalCard::setApproval(const api::Approval &approval)
{
    const bool changed = approval.orderHash != m_approval.orderHash || approval.state != m_approval.state;
    m_approval = approval;
    if (changed) {
        m_given = false;
        choose(Choice::None);
    }
    refresh();
}

void ApprovalCard::refresh()
{
    const Colors &c = m_context.preferences.colors();
    const SessionStore &session = m_context.session;
    const Formats &f = session.formats();
    const Order *order = m_context.session.orders().find(m_approval.order.value);
    const api::SessionStatus &status = session.status();
    QString plain = u"order "_s + QString::number(m_approval.order.value);
    if (order) {
        const bool buy = order->side == Side::Buy;
        const QString rest = f.quantity(order->instrument, order->quantity) + u' ' + f.symbol(order->instrument)
            + u"  "_s + orderPriceText(f, *order);
        m_headline->setText(colored(sideText(order->side), buy ? c.up : c.down) + u"&nbsp; "_s + colored(rest, c.text));
        plain = sideText(order->side) + u' ' + rest;

        const PositionRow *row = m_context.session.positions().find(order->instrument.value);
        Quantity after = row ? row->position.quantity : Quantity{};
        after += buy ? order->quantity : -order->quantity;
        const double share =
            status.account.equity.isPositive() ? m_approval.worstCase.toDouble() / status.account.equity.toDouble() : 0;
        m_after->setText(u"−"_s + percentText(share) + u" equity · after: "_s
                         + (after.isZero() ? u"flat"_s
                                           : (after.isPositive() ? u"long "_s : u"short "_s)
                                    + f.quantity(order->instrument, abs(after))));
        m_after->setToolTip(
            u"order notional "_s
            + f.money(
                notional(order->limitPrice.isZero() ? m_approval.referencePrice : order->limitPrice, order->quantity)));
    } else {
        m_headline->setText(plain);
    }
    setAccessibleName(u"Approval "_s + QString::number(m_approval.id.value) + u": "_s + plain);
    m_worst->setValue(f.money(-abs(m_approval.worstCase)));
    // The expiry is in session time; what a person has left depends on the speed.
    const double speed = status.speed > 0 ? status.speed : 1;
    const auto wall = [speed](Duration d) {
        return Duration(static_cast<std::int64_t>(static_cast<double>(d.count()) / speed));
    };
    m_countdown->setRemaining(wall(m_approval.expires - status.now), wall(m_approval.expires - m_approval.requested));
    showVotes();
    showRisk();
    showDrift();
    const bool connected = session.freshness() == Freshness::Live && !m_given;
    m_approve->setEnabled(connected);
    m_reject->setEnabled(connected);
}

void ApprovalCard::showVotes()
{
    const Colors &c = m_context.preferences.colors();
    const Formats &f = m_context.session.formats();
    const Order *order = m_context.session.orders().find(m_approval.order.value);
    const Decision *decision = order ? m_context.session.decisions().find(order->decision.value) : nullptr;
    m_score->setVisible(decision);
    if (!decision) {
        m_votes->setText(colored(u"the votes are not in this window's history; Why? shows them"_s, c.muted));
        return;
    }
    m_score->setScore(std::abs(decision->score), decision->action == Action::Sell ? c.down : c.up, c.line);
    QString line = colored(numberText(std::abs(decision->score), 2) + u" for"_s, c.text);
    for (const CountedVote &counted : decision->votes) {
        if (counted.dissents && !counted.vote.reasons.empty()) {
            line += colored(u" · "_s, c.muted) + colored(f.agent(counted.agent) + u" against: “"_s, c.warn)
                + colored(text(counted.vote.reasons.front()) + u"”"_s, c.text);
        }
    }
    m_votes->setText(line);
}

void ApprovalCard::showRisk()
{
    const Colors &c = m_context.preferences.colors();
    const api::RiskReport *report = m_context.session.riskReport(m_approval.order);
    if (!report) {
        m_risk->setText(u"risk checks: not received"_s);
        return;
    }
    m_risk->setText(u"risk "_s + passedText(*report) + (report->passed ? u" passed "_s : u" FAILED "_s)
                    + (m_risk->isChecked() ? u"▾"_s : u"▸"_s));
    if (!m_risk->isChecked()) {
        return;
    }
    const Instrument *instrument = m_context.session.formats().instrument(m_approval.instrument);
    QString html = u"<table cellspacing='0' cellpadding='1' width='100%'>"_s;
    for (const api::RiskCheck &check : report->checks) {
        html += u"<tr><td>"_s + colored(check.passed ? u"✓"_s : u"✕"_s, check.passed ? c.up : c.danger) + u"</td><td>"_s
            + colored(checkName(check), c.muted) + u"</td><td align='right'>"_s
            + colored(checkNumbers(check, instrument), c.text) + u"</td></tr>"_s;
    }
    m_riskList->setText(html + u"</table>"_s);
}

void ApprovalCard::showDrift()
{
    const Colors &c = m_context.preferences.colors();
    const Formats &f = m_context.session.formats();
    double last = 0;
    if (const Quote *quote = m_context.session.quote(m_approval.instrument)) {
        last = (quote->bid.toDouble() + quote->ask.toDouble()) / 2;
    } else if (const PositionRow *row = m_context.session.positions().find(m_approval.instrument.value)) {
        last = row->position.markPrice.toDouble();
    }
    QString line;
    if (m_approval.awaitingPrice) {
        line = colored(m_context.session.feedPaused() ? u"needs a fresh price, but the feed is frozen: let it go on"_s
                                                      : u"can be answered when a fresh price has come"_s,
                       c.warn);
    } else if (last <= 0) {
        line = colored(u"no price yet"_s, c.warn);
    } else {
        const double bps = (last / m_approval.referencePrice.toDouble() - 1) * 1e4;
        const bool inside = last >= m_approval.bandLow.toDouble() && last <= m_approval.bandHigh.toDouble();
        line = colored(u"since proposed: price "_s + numberText(bps, 1, Sign::Always) + u" bp, "_s, c.muted)
            + (inside ? colored(u"inside band"_s, c.text) : colored(u"OUTSIDE BAND"_s, c.danger));
    }
    if (m_approval.operatorsNeeded > 1) {
        line += colored(u" · "_s + QString::number(m_approval.decidedBy.size()) + u" of "_s
                            + QString::number(m_approval.operatorsNeeded) + u" operators"_s,
                        c.warn);
    }
    m_drift->setText(line);
    m_drift->setToolTip(u"asked at "_s + f.price(m_approval.instrument, m_approval.referencePrice) + u", band "_s
                        + f.price(m_approval.instrument, m_approval.bandLow) + u" – "_s
                        + f.price(m_approval.instrument, m_approval.bandHigh)
                        + u"; the answer counts only while the last price is inside"_s);
}

void ApprovalCard::choose(Choice choice)
{
    m_choice = choice;
    m_approve->setArmed(choice == Choice::Approve);
    m_reject->setArmed(choice == Choice::Reject);
    m_reason->setVisible(choice == Choice::Reject);
    m_hint->setVisible(choice != Choice::None);
    if (choice != Choice::None) {
        m_hint->setText((choice == Choice::Approve ? u"Approve"_s : u"Reject"_s)
                        + u" selected: hold Enter or press Y · Esc drops it"_s);
    } else {
        m_approve->cancel();
        m_reject->cancel();
    }
    update();
}

void ApprovalCard::give(bool approve)
{
    if (m_given) {
        return;
    }
    m_given = true;
    m_approve->setEnabled(false);
    m_reject->setEnabled(false);
    m_context.session.answerApproval(m_approval, approve, approve ? QString() : m_reason->currentText());
}

void ApprovalCard::keyPressEvent(QKeyEvent *event)
{
    const bool plain = event->modifiers() == Qt::NoModifier || event->modifiers() == Qt::KeypadModifier;
    if (!plain || event->isAutoRepeat()) {
        QWidget::keyPressEvent(event);
        return;
    }
    switch (event->key()) {
    case Qt::Key_A:
        choose(Choice::Approve);
        break;
    case Qt::Key_R:
        choose(Choice::Reject);
        break;
    case Qt::Key_Escape:
        choose(Choice::None);
        break;
    case Qt::Key_Y:
        if (m_choice != Choice::None && m_approve->isEnabled()) {
            give(m_choice == Choice::Approve);
        }
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_choice != Choice::None) {
            (m_choice == Choice::Approve ? m_approve : m_reject)->begin();
        }
        break;
    case Qt::Key_Right:
    case Qt::Key_Left:
        m_risk->setChecked(event->key() == Qt::Key_Right);
        break;
    case Qt::Key_Down:
        focusNextChild();
        break;
    default:
        QWidget::keyPressEvent(event);
    }
}

void ApprovalCard::keyReleaseEvent(QKeyEvent *event)
{
    if (!event->isAutoRepeat() && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)) {
        m_approve->cancel();
        m_reject->cancel();
        return;
    }
    QWidget::keyReleaseEvent(event);
}

void ApprovalCard::focusOutEvent(QFocusEvent *event)
{
    // The reason field and the buttons belong to the selection; everything else drops it.
    const QWidget *now = QWidget::window()->focusWidget();
    if (!now || !isAncestorOf(now)) {
        choose(Choice::None);
    }
    QWidget::focusOutEvent(event);
    update();
}

void ApprovalCard::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
    if (m_choice == Choice::None) {
        m_hint->setText(u"A approve · R reject · → risk checks"_s);
        m_hint->show();
    }
    update();
}

void ApprovalCard::paintEvent(QPaintEvent *)
{
    const Colors &c = m_context.preferences.colors();
    QPainter painter(this);
    painter.fillRect(rect(), hasFocus() ? mixed(c.surface, c.accent, 0.06) : c.surface);
    painter.fillRect(QRect(0, height() - 1, width(), 1), c.line);
    if (hasFocus()) {
        painter.fillRect(QRect(0, 0, 3, height() - 1), c.accent);
    }
}

} // namespace coinswarm::ui
