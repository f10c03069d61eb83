// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "daemon/manager_role.h"

#include "daemon/daemon.h"
#include "memory/node/memory_manager.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QTimer>

#include <cstdio>

namespace coinswarm::daemon {

int runManager(DaemonOptions options)
{
    memory::ManagerOptions manager;
    manager.configuration = options.configuration.configuration;
    manager.paths = options.paths;
    manager.id = options.manager;
    manager.pluginFolders = options.pluginFolders;
    manager.onLine = [](const std::string &line) { std::fputs((line + '\n').c_str(), stderr); };
    const auto running = memory::MemoryManager::start(std::move(manager));
    if (!running.ok()) {
        std::fputs(("coinswarmd: " + running.error().message + '\n').c_str(), stderr);
        return running.error().kind == ErrorKind::Invalid ? 2 : 3;
    }
    QTimer timer;
    const auto begin = std::chrono::steady_clock::now();
    QObject::connect(&timer, &QTimer::timeout, &timer, [&] {
        const bool over = options.runFor && std::chrono::steady_clock::now() - begin >= *options.runFor;
        if (over || Daemon::stopRequested()) {
            QCoreApplication::quit();
        }
    });
    timer.start(std::chrono::milliseconds(100));
    return QCoreApplication::exec();
}

} // namespace coinswarm::daemon
