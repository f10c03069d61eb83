// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "top_bar.h"

#include <QtWidgets/QAbstractItemView>
#include <QtWidgets/QHBoxLayout>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

namespace {

constexpr std::chrono::milliseconds kKillHold{800};
constexpr std::chrono::milliseconds kResumeHold{600};
constexpr int kHeight = 44;

bool loud(Mode mode)
{
    return mode == Mode::Live || mode == Mode::Halted || mode == Mode::Failed;
}

} // namespace

Mode modeOf(const api::SessionInfo &info, const api::SessionStatus &status)
{
    if (status.state == api::RunState::Failed) {
        return Mode::Failed;
    }
    if (status.state == api::RunState::Halted) {
        return Mode::Halted;
    }
    switch (info.mode) {
    case api::SessionMode::Live:
        return Mode::Live;
    case api::SessionMode::Backtest:
        return Mode::Backtest;
    case api::SessionMode::Paper:
        break;
    }
    return Mode::Paper;
}

QString modeText(Mode mode)
{
    switch (mode) {
    case Mode::Paper:
        return u"PAPER"_s;
    case Mode::Backtest:
        return u"BACKTEST"_s;
    case Mode::Live:
        return u"LIVE ARMED"_s;
    case Mode::Halted:
        return u"HALTED"_s;
    case Mode::Failed:
        return u"FAILED"_s;
    }
    return {};
}

TopBar::TopBar(const PanelContext &context, QMenu *menu, QWidget *parent)
    : QWidget(parent),
      m_context(context),
      m_badge(new QLabel(this)),
      m_health(new StateDot(this)),
      m_clock(new NumberLabel(QString(), kTextPixels, this)),
      m_equity(new NumberLabel(u"equity"_s, kHeadlinePixels, this)),
      m_drawdown(new NumberLabel(u"drawdown"_s, kTextPixels, this)),
      m_risk(new NumberLabel(u"risk"_s, kTextPixels, this)),
      m_speed(new QComboBox(this)),
      m_feed(new QToolButton(this)),
      m_pause(new QToolButton(this)),
      m_kill(new HoldButton(u"Kill switch"_s, kKillHold, this)),
      m_resume(new HoldButton(u"Resume"_s, kResumeHold, this)),
      m_menu(new QToolButton(this))
{
    setObjectName(u"topBar"_s);
    setAttribute(Qt::WA_StyledBackground);
    setFixedHeight(kHeight);
    build(menu);
    SessionStore &s = m_context.session;
    connect(&s, &SessionStore::statusChanged, this, &TopBar::refresh);
    connect(&s, &SessionStore::infoChanged, this, &TopBar::refresh);
    connect(&s, &SessionStore::freshnessChanged, this, &TopBar::refresh);
    connect(&m_context.preferences, &Preferences::changed, this, &TopBar::restyle);
    connect(m_kill, &HoldButton::held, this, [this] { m_context.session.halt(u"kill switch"_s); });
    connect(m_kill, &HoldButton::holdStarted, this, [this] {
        const SessionStore &session = m_context.session;
        Q_EMIT killTouched(
            session.freshness() == Freshness::Disconnected
                ? u"The engine cannot be reached from here: halt it where it runs, with coinswarm-cli halt."_s
                : u"Keep holding to halt: "_s + session.haltPreview() + u'.');
    });
    connect(m_kill, &HoldButton::holdAborted, this, [this] {
        if (m_context.session.freshness() == Freshness::Disconnected) {
            return; // said already
        }
        Q_EMIT killTouched(u"Nothing was halted. Held for 0.8 s the kill switch would "_s
                           + m_context.session.haltPreview() + u'.');
    });
    connect(m_resume, &HoldButton::held, this, [this] { m_context.session.resume(); });
    connect(m_pause, &QToolButton::clicked, this,
            [this] { m_context.session.setPaused(m_context.session.status().state != api::RunState::Paused); });
    connect(m_feed, &QToolButton::clicked, this,
            [this] { m_context.session.setFeedPaused(!m_context.session.feedPaused()); });
    connect(m_speed, &QComboBox::activated, this,
            [this] { m_context.session.setSpeed(m_speed->currentData().toDouble()); });
    restyle();
}

QWidget *TopBar::line()
{
    auto *separator = new QWidget(this);
    separator->setFixedSize(1, 20);
    separator->setAttribute(Qt::WA_StyledBackground);
    m_lines.push_back(separator);
    return separator;
}

void TopBar::build(QMenu *menu)
{
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 8, 0);
    layout->setSpacing(12);
    QFont heavy = uiFont(kTextPixels, QFont::Bold);
    heavy.setLetterSpacing(QFont::AbsoluteSpacing, 0.8);
    m_badge->setFont(heavy);
    m_badge->setContentsMargins(14, 0, 14, 0);
    m_badge->setFixedHeight(kHeight);
    m_badge->setAccessibleName(u"Mode"_s);
    m_health->setAccessibleName(u"Engine health"_s);
    m_clock->setAccessibleName(u"Session time"_s);
    for (QWidget *widget : std::initializer_list<QWidget *>{m_badge, m_health, line(), m_clock, line(), m_equity,
                                                            line(), m_drawdown, line(), m_risk})
    {
        layout->addWidget(widget);
    }
    layout->addStretch(1);
    m_speed->setAccessibleName(u"Speed of the feed"_s);
    m_speed->setToolTip(u"Session seconds per second; only for simulated and recorded markets"_s);
    for (const auto &[name, speed] : {std::pair(u"1×"_s, 1.0), std::pair(u"10×"_s, 10.0), std::pair(u"60×"_s, 60.0),
                                      std::pair(u"600×"_s, 600.0), std::pair(u"max"_s, 0.0)})
    {
        m_speed->addItem(name, speed);
    }
    m_feed->setCheckable(true);
    m_feed->setText(u"Freeze"_s);
    m_feed->setAccessibleName(u"Freeze the feed"_s);
    m_feed->setToolTip(u"Stops a simulated or recorded market where it is"_s);
    m_pause->setAccessibleName(u"Pause trading"_s);
    m_pause->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_P));
    m_kill->setToolTip(u"Hold (or hold Ctrl+Shift+K): cancels open orders and blocks new ones until you resume"_s);
    m_kill->setAccessibleName(u"Kill switch, hold"_s);
    m_resume->setToolTip(u"Hold: new orders are possible again"_s);
    m_resume->setAccessibleName(u"Resume trading, hold"_s);
    m_menu->setText(u"☰"_s);
    m_menu->setAccessibleName(u"Menu"_s);
    m_menu->setToolTip(u"Panels, layouts, look, help · Ctrl+K finds everything"_s);
    m_menu->setMenu(menu);
    m_menu->setPopupMode(QToolButton::InstantPopup);
    for (QWidget *widget : std::initializer_list<QWidget *>{m_speed, m_feed, line(), m_pause, m_kill, m_resume, m_menu})
    {
        layout->addWidget(widget);
    }
    for (QToolButton *button : {m_feed, m_pause, m_menu}) {
        button->setFocusPolicy(Qt::StrongFocus);
    }
    m_resume->hide();
}

void TopBar::restyle()
{
    const Colors &c = m_context.preferences.colors();
    const QColor bar = m_mode == Mode::Live ? c.live : loud(m_mode) ? c.danger : c.raised;
    const bool bright = loud(m_mode);
    // The dark theme's danger is bright: it is darkened so that white can be read on it.
    const QColor fill = m_mode == Mode::Live || !bright ? bar : QColor(0xB4, 0x23, 0x18);
    const QColor textColor = bright ? QColor(Qt::white) : c.text;
    const QColor muted = bright ? QColor(0xFF, 0xE3, 0xDB) : c.muted;
    const QColor rule = bright ? mixed(fill, Qt::white, 0.35) : c.line;
    setStyleSheet(
        u"#topBar { background: %1; border-bottom: 1px solid %2; } #topBar QToolButton, #topBar QComboBox { color: %3; "
        "border: 1px solid %4; padding: 2px 9px; } #topBar QToolButton:hover, #topBar QComboBox:hover, #topBar "
        "QToolButton:checked { background: %5; } #topBar QToolButton:disabled { color: %7; } #topBar QToolButton:focus, #topBar QComboBox:focus { border: 1px solid %6; }"_s
            .arg(fill.name(), c.line.name(), textColor.name(), rule.name(), mixed(fill, textColor, 0.15).name(),
                 bright ? u"#ffffff"_s : c.accent.name(), mixed(fill, textColor, 0.45).name()));
    for (QWidget *each : m_lines) {
        each->setStyleSheet(u"background: %1;"_s.arg(rule.name()));
    }
    m_badge->setStyleSheet(bright ? u"background: %1; color: white;"_s.arg(mixed(fill, Qt::black, 0.25).name())
                                  : u"background: %1; color: %2;"_s.arg(c.line.name(), c.text.name()));
    m_clock->setValueColors(muted, textColor, muted);
    m_drawdown->setValueColors(muted, textColor, muted);
    m_risk->setValueColors(muted, textColor, muted);
    m_kill->setColors(c);
    m_kill->setFill(bright ? QColor(0x7A, 0x12, 0x0A) : c.dark ? QColor(0xD9, 0x2D, 0x20) : c.danger);
    m_kill->setQuiet(false);
    m_resume->setColors(c);
    m_resume->setFill(QColor(0x0F, 0x78, 0x54));
    m_resume->setQuiet(false);
    refresh();
}

void TopBar::refresh()
{
    const SessionStore &s = m_context.session;
    const api::SessionStatus &status = s.status();
    const Formats &f = s.formats();
    const Mode mode = modeOf(s.info(), status);
    if (mode != m_mode) {
        m_mode = mode;
        restyle();
        return;
    }
    const bool paused = status.state == api::RunState::Paused;
    const bool halted = mode == Mode::Halted;
    const bool known = s.known();
    const QString blank = u"–"_s;
    const QString unknown = s.freshness() == Freshness::Disconnected ? u"NO ENGINE"_s : u"LOADING"_s;
    m_badge->setText(!known ? unknown : modeText(mode) + (paused ? u" · PAUSED"_s : QString()));
    m_badge->setAccessibleDescription(m_badge->text());
    m_clock->setValue(known ? f.time(status.now) : blank, f.zone());
    m_clock->setToolTip(fullTimeText(status.now));
    const Account &a = status.account;
    const double change = a.startingCash.isPositive() ? a.equity.toDouble() / a.startingCash.toDouble() - 1 : 0;
    const Colors &c = m_context.preferences.colors();
    const QColor white = Qt::white;
    m_equity->setValueColors(loud(m_mode) ? QColor(0xFF, 0xE3, 0xDB) : c.muted, loud(m_mode) ? white : c.text,
                             loud(m_mode)     ? white
                                 : change > 0 ? c.up
                                 : change < 0 ? c.down
                                              : c.muted);
    m_equity->setValue(known ? f.money(a.equity) : blank, known ? percentText(change, 2, Sign::Always) : QString());
    m_equity->setToolTip(u"cash "_s + f.money(a.cash) + u" + Σ quantity × mark\nchange since the session began with "_s
                         + f.money(a.startingCash) + u"\nrealised "_s + f.money(a.realised, Sign::Always)
                         + u", unrealised "_s + f.money(a.unrealised, Sign::Always) + u", fees "_s + f.money(a.fees)
                         + u"\nas of "_s + f.time(status.now));
    m_drawdown->setValue(known ? percentText(a.drawdown.toDouble()) : blank);
    m_drawdown->setToolTip(u"(peak − equity) ÷ peak, peak "_s + f.money(a.peakEquity));
    m_risk->setValue(known ? percentText(status.riskUsed, 0) : blank);
    m_risk->setToolTip(u"The largest share of any limit that is used up: "_s
                       + (status.riskUsedBy.empty() ? u"none"_s : words(status.riskUsedBy)));
    m_pause->setText(paused ? u"Continue"_s : u"Pause"_s);
    m_pause->setToolTip(paused ? u"Permit new entries again (Ctrl+Shift+P)"_s
                               : u"Stop new entries; the market and the stops go on (Ctrl+Shift+P)"_s);
    const bool reached = known && s.freshness() != Freshness::Disconnected;
    m_pause->setEnabled(reached && !halted && status.state != api::RunState::Failed);
    m_speed->setEnabled(reached);
    m_feed->setEnabled(reached);
    m_kill->setVisible(!halted);
    m_resume->setVisible(halted);
    const bool live = s.info().mode == api::SessionMode::Live;
    m_speed->setVisible(!live);
    m_feed->setVisible(!live);
    m_feed->setChecked(s.feedPaused());
    if (!m_speed->view()->isVisible()) {
        const int index = m_speed->findData(status.speed);
        if (index < 0) {
            m_speed->addItem(QString::number(status.speed) + u'×', status.speed);
        }
        m_speed->setCurrentIndex(m_speed->findData(status.speed));
    }
    showHealth();
}

void TopBar::showHealth()
{
    const SessionStore &s = m_context.session;
    const api::SessionStatus &status = s.status();
    const Colors &c = m_context.preferences.colors();
    const QColor textColor = loud(m_mode) ? QColor(Qt::white) : c.text;
    switch (s.freshness()) {
    case Freshness::Loading:
        m_health->setState(u"loading"_s, c.muted, textColor);
        return;
    case Freshness::Stale:
        m_health->setState(u"engine silent for "_s + ageText(s.age()), c.warn, textColor);
        return;
    case Freshness::Disconnected:
        m_health->setState(u"disconnected"_s, loud(m_mode) ? QColor(Qt::white) : c.danger, textColor);
        return;
    case Freshness::Live:
        break;
    }
    if (status.state == api::RunState::Failed) {
        m_health->setState(u"engine stopped"_s, Qt::white, textColor);
    } else if (status.degraded) {
        m_health->setState(u"degraded"_s, c.warn, textColor);
    } else if (status.state == api::RunState::Finished) {
        m_health->setState(u"feed ended"_s, c.muted, textColor);
    } else {
        m_health->setState(u"engine ok"_s, loud(m_mode) ? QColor(0x8F, 0xF0, 0xB5) : c.up, textColor);
    }
    m_health->setToolTip((status.degraded ? text(status.degradedReason) + u'\n' : QString())
                         + numberText(status.eventsPerSecond, 0) + u" events/s, "_s + countText(status.events)
                         + u" in all\njournal: "_s
                         + countText(status.journalSequence - std::min(status.journalDurable, status.journalSequence))
                         + u" records not yet on disk\nfeed: "_s + words(enumName(status.feedHealth.state)) + u' '
                         + text(status.feedHealth.detail) + u"\nkill switch "_s
                         + (status.killSwitchTested ? u"tested at start"_s : u"NOT tested"_s));
}

} // namespace coinswarm::ui
