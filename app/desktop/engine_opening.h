// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/engine.h"

#include <QtCore/QObject>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace coinswarm::desktop {

/// Opens an engine in a thread of its own, so that the window is there at once and stays alive. Belongs to the GUI
/// thread, which its signals arrive in; the engine belongs to that thread from take() on.
class EngineOpening : public QObject
{
    Q_OBJECT

public:
    using Progress = std::function<void(const std::string &)>;
    using Open = std::function<Result<std::unique_ptr<api::Engine>>(const Progress &)>;

    explicit EngineOpening(QObject *parent = nullptr);
    /// Waits for the thread, if it was started: see finishes().
    ~EngineOpening() override;

    /// Once. Connect the signals first.
    void start(Open open);
    /// What was opened, or why not. Once, after finished().
    Result<std::unique_ptr<api::Engine>> take();
    /// Gives an opening that nobody wants any more a moment to end in good order. False if it does not: the process
    /// should leave through std::quick_exit then, which a journal survives like a power cut.
    bool finishes(std::chrono::milliseconds limit);

Q_SIGNALS:
    void progressed(const QString &what);
    void finished();

private:
    std::mutex m_mutex;
    std::condition_variable m_ended;
    std::optional<Result<std::unique_ptr<api::Engine>>> m_result;
    std::thread m_thread; // last: it uses the rest
};

} // namespace coinswarm::desktop
