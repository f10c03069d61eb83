// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "widgets/alarm_band.h"

#include <QtGui/QAccessible>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

AlarmBand::AlarmBand(const Preferences &preferences, const QString &name, QWidget *parent)
    : QLabel(parent), m_preferences(preferences)
{
    setAccessibleName(name);
    setWordWrap(true);
    setTextFormat(Qt::PlainText);
    setTextInteractionFlags(Qt::TextSelectableByMouse);
    setContentsMargins(8, 4, 8, 4);
    connect(&preferences, &Preferences::changed, this, &AlarmBand::restyle);
    restyle();
    hide();
}

void AlarmBand::say(const QString &alarm)
{
    if (alarm == text()) {
        return;
    }
    setText(alarm);
    setAccessibleDescription(alarm);
    setVisible(!alarm.isEmpty());
    if (!alarm.isEmpty()) {
        QAccessibleEvent event(this, QAccessible::Alert);
        QAccessible::updateAccessibility(&event);
    }
}

void AlarmBand::restyle()
{
    const Colors &c = m_preferences.colors();
    setStyleSheet(u"QLabel { background: %1; color: %2; border-left: 4px solid %3; }"_s.arg(
        mixed(c.surface, c.danger, 0.16).name(), c.text.name(), c.danger.name()));
}

} // namespace coinswarm::ui
