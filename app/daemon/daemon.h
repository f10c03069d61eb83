// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "daemon/console_report.h"
#include "daemon/daemon_options.h"

#include "api/engine.h"
#include "rpc/rpc_server.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <memory>

namespace coinswarm::daemon {

/// A session with its control API, from start to an orderly stop. Thread: main, with its event loop.
class Daemon : public QObject
{
    Q_OBJECT

public:
    explicit Daemon(DaemonOptions options);
    ~Daemon() override;

    /// Nothing runs after an error.
    Result<void> start();
    /// Ends the session: clients are let go, the journal is closed, what happened is summed up.
    void stop();
    /// For a signal handler: the event loop ends soon.
    static void requestStop();
    static bool stopRequested();

private:
    Result<void> serve();
    Result<void> report();
    void onFrame(const api::Frame &frame);
    void say(const std::string &text) const;

    DaemonOptions m_options;
    std::string m_session;
    std::unique_ptr<api::Engine> m_engine;
    std::unique_ptr<rpc::RpcServer> m_server;
    std::unique_ptr<ConsoleReport> m_report;
    std::unique_ptr<api::Handle> m_frames;
    QTimer m_deadline;
    QTimer m_stopWatch;
    std::unique_ptr<std::FILE, int (*)(std::FILE *)> m_logFile;
};

} // namespace coinswarm::daemon
