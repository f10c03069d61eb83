// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "desktop/engine_opening.h"
#include "main_window.h"
#include "opening_window.h"
#include "start_error_window.h"

#include <QtCore/QElapsedTimer>

namespace coinswarm::desktop {

/// What the user sees from the first moment on: the outline while the engine is opened, then the main window, or why
/// there is none. GUI thread.
class Desktop : public QObject
{
    Q_OBJECT

public:
    /// `sinceStart` runs since the start of the program; given, the steps of the start are told on standard error.
    /// Both outlive it.
    explicit Desktop(ui::Preferences &preferences, const QElapsedTimer *sinceStart = nullptr);
    ~Desktop() override;

    /// Shows the outline at once and calls `open` in a thread of its own; then as show().
    void open(EngineOpening::Open open);
    /// Shows the main window on this engine, or the error.
    void show(Result<std::unique_ptr<api::Engine>> engine);
    /// Until the last window is closed. The exit code of the process: 0, or 3 if there was no engine. Does not return if
    /// it was cancelled while an opening would not end: the process leaves at once, with 0.
    int run();

    ui::MainWindow *mainWindow() const { return m_window.get(); }
    ui::OpeningWindow *openingWindow() const { return m_outline.get(); }
    ui::StartErrorWindow *errorWindow() const { return m_error.get(); }
    /// Whether the user did not want to wait.
    bool cancelled() const { return m_cancelled; }

private:
    void cancel();
    void tell(const char *what) const;

    ui::Preferences &m_preferences;
    const QElapsedTimer *m_sinceStart;
    std::unique_ptr<api::Engine> m_engine;
    std::unique_ptr<ui::OpeningWindow> m_outline;
    std::unique_ptr<ui::MainWindow> m_window;
    std::unique_ptr<ui::StartErrorWindow> m_error;
    std::unique_ptr<EngineOpening> m_opening;
    bool m_cancelled = false;
};

} // namespace coinswarm::desktop
