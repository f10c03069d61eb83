// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "widgets/notice_bar.h"

#include <QtWidgets/QHBoxLayout>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

namespace {

constexpr int kMessageMs = 8'000;

} // namespace

NoticeBar::NoticeBar(QWidget *parent)
    : QWidget(parent), m_label(new QLabel(this)), m_action(new QToolButton(this)), m_close(new QToolButton(this))
{
    setObjectName(u"noticeBar"_s);
    setAttribute(Qt::WA_StyledBackground);
    setAccessibleName(u"Notice"_s);
    setFixedHeight(28);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 0, 4, 0);
    m_label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    layout->addWidget(m_label, 1);
    m_action->setText(u"Show it"_s);
    m_action->setAccessibleName(u"Show the waiting approval"_s);
    layout->addWidget(m_action);
    m_close->setText(u"✕"_s);
    m_close->setAccessibleName(u"Dismiss this notice"_s);
    layout->addWidget(m_close);
    connect(m_close, &QToolButton::clicked, this, [this] {
        const Level level = m_shown;
        clear(level);
        Q_EMIT dismissed(level);
    });
    connect(m_action, &QToolButton::clicked, this, &NoticeBar::followed);
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, [this] { clear(Level::Message); });
    refresh();
}

void NoticeBar::setColors(const Colors &colors)
{
    m_colors = colors;
    refresh();
}

void NoticeBar::say(Level level, Tone tone, const QString &text)
{
    m_entries[static_cast<std::size_t>(level)] = {tone, text};
    if (level == Level::Message) {
        m_timer.start(kMessageMs);
    }
    refresh();
}

void NoticeBar::clear(Level level)
{
    m_entries[static_cast<std::size_t>(level)] = {};
    refresh();
}

void NoticeBar::refresh()
{
    for (const Level level : {Level::State, Level::Message, Level::Hint}) {
        const Entry &entry = m_entries[static_cast<std::size_t>(level)];
        if (entry.text.isEmpty()) {
            continue;
        }
        m_shown = level;
        const QColor tone = toneColor(m_colors, entry.tone);
        setStyleSheet(
            u"#noticeBar { background: %1; border-bottom: 1px solid %2; } #noticeBar QLabel { color: %3; }"_s.arg(
                mixed(m_colors.surface, tone, 0.16).name(), mixed(m_colors.surface, tone, 0.5).name(),
                m_colors.text.name()));
        m_label->setText(entry.text);
        m_label->setToolTip(entry.text);
        setAccessibleDescription(entry.text);
        m_action->setVisible(level == Level::Hint);
        m_close->setVisible(level != Level::State);
        setVisible(true);
        return;
    }
    m_label->clear();
    setVisible(false);
}

} // namespace coinswarm::ui
