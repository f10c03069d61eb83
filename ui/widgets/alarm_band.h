// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "theme/preferences.h"

#include <QtWidgets/QLabel>

namespace coinswarm::ui {

/// The loudest thing of a panel: what is wrong, in red, across its whole width. Hidden while nothing is; announced to screen
/// readers when its text changes. GUI thread.
class AlarmBand : public QLabel
{
    Q_OBJECT

public:
    /// `preferences` outlive it.
    AlarmBand(const Preferences &preferences, const QString &name, QWidget *parent = nullptr);

    /// Empty hides it.
    void say(const QString &alarm);

private:
    void restyle();

    const Preferences &m_preferences;
};

} // namespace coinswarm::ui
