// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "theme/colors.h"

#include <QtCore/QObject>
#include <QtCore/QSettings>

namespace coinswarm::ui {

enum class ThemeMode : unsigned char { System, Dark, Light };

/// What the operator has chosen about the look, kept between starts. GUI thread.
class Preferences : public QObject
{
    Q_OBJECT

public:
    /// Keeps its values in the INI file `path`; an empty path keeps them in the user's settings.
    explicit Preferences(const QString &path = {}, QObject *parent = nullptr);

    const Colors &colors() const { return m_colors; }
    ThemeMode themeMode() const { return m_mode; }
    bool colourBlind() const { return m_colourBlind; }
    bool localTime() const { return m_localTime; }
    bool fades() const { return m_fades; }
    bool firstStartSeen() const { return m_firstStartSeen; }
    QSettings &settings() { return m_settings; }

    void setThemeMode(ThemeMode mode);
    void setColourBlind(bool on);
    void setLocalTime(bool on);
    void setFades(bool on);
    void setFirstStartSeen();

Q_SIGNALS:
    void changed();

private:
    void update();

    QSettings m_settings;
    bool m_systemIsDark = true;
    ThemeMode m_mode = ThemeMode::Dark;
    bool m_colourBlind = false;
    bool m_localTime = false;
    bool m_fades = true;
    bool m_firstStartSeen = false;
    Colors m_colors;
};

/// Palette, font and style sheet of the whole application.
void applyStyle(const Colors &colors);

} // namespace coinswarm::ui
