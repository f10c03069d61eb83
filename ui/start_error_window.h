// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "theme/preferences.h"

#include <QtWidgets/QWidget>

namespace coinswarm::ui {

/// What is shown when there is no engine to show: what went wrong, why, what to do, and a button that copies it.
class StartErrorWindow : public QWidget
{
    Q_OBJECT

public:
    StartErrorWindow(const Preferences &preferences, const QString &what, const QString &detail,
                     QWidget *parent = nullptr);
};

} // namespace coinswarm::ui
