// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "main_window.h"

namespace coinswarm::ui {

/// Renders a running session into PNG files: approves what waits until there is something to see, goes back to the
/// ordinary pace, and at the next approval keeps the window in its layouts and every panel, in both themes. The market
/// goes on meanwhile, as it does for a person. GUI thread.
class ScreenshotTour : public QObject
{
    Q_OBJECT

public:
    ScreenshotTour(MainWindow &window, Preferences &preferences, const QString &folder, QObject *parent = nullptr);

    void start();
    /// The window as it is now, in both themes, as <name>-dark.png and <name>-light.png.
    static Result<void> keepBoth(QWidget &widget, Preferences &preferences, const QString &folder, const QString &name);

Q_SIGNALS:
    /// Empty if all went well.
    void finished(const QString &error);

private:
    void watch();
    void keepAll();

    MainWindow &m_window;
    Preferences &m_preferences;
    QString m_folder;
    QTimer m_timer;
    QElapsedTimer m_since;
    std::uint64_t m_answered = 0;
    QString m_error; ///< the first one
    bool m_gathered = false;
    bool m_stopping = false;
};

} // namespace coinswarm::ui
