// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "panels/panel_dock.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QMenu>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

namespace {

constexpr int kHeaderHeight = 28;
constexpr float kVeilOpacity = 0.55F;

} // namespace

PanelDock::PanelDock(Panel *panel, const PanelContext &context, QWidget *parent)
    : QDockWidget(panel->title(), parent), m_context(context), m_panel(panel), m_veil(new Veil(panel))
{
    setObjectName(u"dock."_s + panel->id());
    setWidget(panel);
    setTitleBarWidget(makeHeader());
    setAccessibleName(panel->title());
    connect(panel, &Panel::captionChanged, this, [this] {
        m_title->setText(m_panel->caption());
        setWindowTitle(m_panel->caption());
    });
    connect(&m_context.session, &SessionStore::freshnessChanged, this, &PanelDock::showFreshness);
    connect(&m_context.session, &SessionStore::firstFrame, this, &PanelDock::showFreshness);
    connect(&m_context.preferences, &Preferences::changed, this, &PanelDock::restyle);
    restyle();
}

void PanelDock::setTitleShown(bool shown)
{
    m_title->setVisible(shown);
}

QWidget *PanelDock::makeHeader()
{
    m_header = new QWidget(this);
    m_header->setObjectName(u"panelHeader"_s);
    m_header->setFixedHeight(kHeaderHeight);
    auto *layout = new QHBoxLayout(m_header);
    layout->setContentsMargins(8, 0, 4, 0);
    layout->setSpacing(8);
    m_title = new QLabel(m_panel->title(), m_header);
    m_title->setProperty("role", u"title"_s);
    layout->addWidget(m_title);
    if (QWidget *tools = m_panel->headerTools()) {
        layout->addWidget(tools, 1);
    } else {
        layout->addStretch(1);
    }
    m_dot = new StateDot(m_header);
    layout->addWidget(m_dot);
    m_menu = new QToolButton(m_header);
    m_menu->setText(u"⋯"_s);
    m_menu->setPopupMode(QToolButton::InstantPopup);
    m_menu->setAccessibleName(m_panel->title() + u" panel menu"_s);
    m_menu->setToolTip(u"Panel menu"_s);
    auto *menu = new QMenu(m_menu);
    menu->addAction(u"Float or dock"_s, this, [this] { setFloating(!isFloating()); });
    menu->addAction(u"Help on this panel"_s, QKeySequence(Qt::Key_F1), this,
                    [this] { Q_EMIT helpRequested(m_panel->id()); });
    menu->addSeparator();
    menu->addAction(u"Close panel"_s, this, &QDockWidget::close);
    m_menu->setMenu(menu);
    layout->addWidget(m_menu);
    return m_header;
}

void PanelDock::restyle()
{
    const Colors &c = m_context.preferences.colors();
    m_header->setStyleSheet(
        u"#panelHeader { background: %1; border-bottom: 1px solid %2; }"_s.arg(c.raised.name(), c.line.name()));
    m_header->setAttribute(Qt::WA_StyledBackground);
    showFreshness();
}

void PanelDock::showFreshness()
{
    const Colors &c = m_context.preferences.colors();
    const Freshness freshness = m_context.session.freshness();
    const QString age = ageText(m_context.session.age());
    switch (freshness) {
    case Freshness::Live:
        m_dot->setState({}, c.up, c.muted);
        m_dot->setToolTip(u"Live: the newest frame is less than 3 s old."_s);
        break;
    case Freshness::Loading:
        m_dot->setState(u"loading"_s, c.muted, c.muted);
        break;
    case Freshness::Stale:
        m_dot->setState(age + u" old"_s, c.warn, c.warn);
        m_dot->setToolTip(u"The engine has not answered for "_s + age + u"; what you see is that old."_s);
        break;
    case Freshness::Disconnected:
        m_dot->setState(u"disconnected"_s, c.danger, c.danger);
        break;
    }
    const bool known = m_context.session.known();
    const bool dim = !known || freshness == Freshness::Stale || freshness == Freshness::Disconnected;
    QColor veil = c.surface;
    // "No position is open" must not be read where nobody has been asked.
    m_veil->setWords(known                                      ? QString()
                         : freshness == Freshness::Disconnected ? u"Not known: no engine has been reached yet"_s
                                                                : u"Loading"_s,
                     mixed(c.surface, c.line, 0.45), c.muted);
    veil.setAlphaF(known ? kVeilOpacity : 1.0F);
    m_veil->setColor(veil);
    m_veil->setGeometry(m_panel->rect());
    m_veil->setVisible(dim);
    if (dim) {
        m_veil->raise();
    }
}

} // namespace coinswarm::ui
