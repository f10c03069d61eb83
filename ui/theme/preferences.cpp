// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "theme/preferences.h"

#include "theme/fonts.h"

#include <QtCore/QFile>
#include <QtWidgets/QApplication>
#include <QtWidgets/QStyleFactory>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

Preferences::Preferences(const QString &path, QObject *parent)
    : QObject(parent),
      m_settings(path.isEmpty()
                     ? QSettings(QSettings::IniFormat, QSettings::UserScope, u"coinswarm"_s, u"desktop"_s).fileName()
                     : path,
                 QSettings::IniFormat),
      m_systemIsDark(QGuiApplication::palette().color(QPalette::Window).lightness() < 128),
      m_mode(static_cast<ThemeMode>(std::clamp(m_settings.value("look/theme", 1).toInt(), 0, 2))),
      m_colourBlind(m_settings.value("look/colour_blind", false).toBool()),
      m_localTime(m_settings.value("look/local_time", false).toBool()),
      m_fades(m_settings.value("look/fades", true).toBool()),
      m_firstStartSeen(m_settings.value("look/first_start_seen", false).toBool())
{
    update();
}

void Preferences::setThemeMode(ThemeMode mode)
{
    m_mode = mode;
    m_settings.setValue("look/theme", static_cast<int>(mode));
    update();
}

void Preferences::setColourBlind(bool on)
{
    m_colourBlind = on;
    m_settings.setValue("look/colour_blind", on);
    update();
}

void Preferences::setLocalTime(bool on)
{
    m_localTime = on;
    m_settings.setValue("look/local_time", on);
    Q_EMIT changed();
}

void Preferences::setFades(bool on)
{
    m_fades = on;
    m_settings.setValue("look/fades", on);
    Q_EMIT changed();
}

void Preferences::setFirstStartSeen()
{
    m_firstStartSeen = true;
    m_settings.setValue("look/first_start_seen", true);
}

void Preferences::update()
{
    const bool dark = m_mode == ThemeMode::Dark || (m_mode == ThemeMode::System && m_systemIsDark);
    m_colors = dark ? darkColors(m_colourBlind) : lightColors(m_colourBlind);
    applyStyle(m_colors);
    Q_EMIT changed();
}

void applyStyle(const Colors &c)
{
    QPalette palette;
    palette.setColor(QPalette::Window, c.surface);
    palette.setColor(QPalette::WindowText, c.text);
    palette.setColor(QPalette::Base, c.surface);
    palette.setColor(QPalette::AlternateBase, c.raised);
    palette.setColor(QPalette::Text, c.text);
    palette.setColor(QPalette::Button, c.raised);
    palette.setColor(QPalette::ButtonText, c.text);
    palette.setColor(QPalette::BrightText, c.danger);
    palette.setColor(QPalette::Highlight, mixed(c.surface, c.accent, 0.25));
    palette.setColor(QPalette::HighlightedText, c.text);
    palette.setColor(QPalette::ToolTipBase, c.raised);
    palette.setColor(QPalette::ToolTipText, c.text);
    palette.setColor(QPalette::PlaceholderText, c.muted);
    palette.setColor(QPalette::Link, c.accent);
    palette.setColor(QPalette::Light, c.line);
    palette.setColor(QPalette::Midlight, c.line);
    palette.setColor(QPalette::Mid, c.line);
    palette.setColor(QPalette::Dark, c.line);
    palette.setColor(QPalette::Shadow, c.line);
    for (const QPalette::ColorRole role : {QPalette::Text, QPalette::WindowText, QPalette::ButtonText}) {
        palette.setColor(QPalette::Disabled, role, mixed(c.surface, c.muted, 0.7));
    }
    QApplication::setStyle(QStyleFactory::create(u"Fusion"_s));
    QApplication::setPalette(palette);
    QApplication::setFont(uiFont());

    QFile file(u":/coinswarm/style.qss"_s);
    QString sheet;
    if (file.open(QIODevice::ReadOnly)) {
        sheet = QString::fromUtf8(file.readAll());
    }
    const std::pair<QLatin1StringView, QColor> tokens[]{{"@surface"_L1, c.surface},
                                                        {"@raised"_L1, c.raised},
                                                        {"@line"_L1, c.line},
                                                        {"@text"_L1, c.text},
                                                        {"@muted"_L1, c.muted},
                                                        {"@accent"_L1, c.accent},
                                                        {"@warn"_L1, c.warn},
                                                        {"@danger"_L1, c.danger},
                                                        {"@selected"_L1, mixed(c.surface, c.accent, 0.25)},
                                                        {"@hover"_L1, mixed(c.raised, c.text, 0.08)}};
    sheet.replace("@theme"_L1, c.dark ? "dark"_L1 : "light"_L1);
    for (const auto &[name, color] : tokens) {
        sheet.replace(name, color.name());
    }
    qApp->setStyleSheet(sheet);
}

} // namespace coinswarm::ui
