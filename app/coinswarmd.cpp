// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "daemon/daemon.h"
#include "daemon/manager_role.h"

#include <QtCore/QCoreApplication>

#include <csignal>
#include <cstdio>

namespace {

extern "C" void onStopSignal(int signal)
{
    coinswarm::daemon::Daemon::requestStop();
    // Who asks twice does not want to wait for good order.
    std::signal(signal, SIG_DFL);
}

int fail(const coinswarm::Error &error)
{
    std::fputs(("coinswarmd: " + error.message + '\n').c_str(), stderr);
    return error.kind == coinswarm::ErrorKind::Invalid ? 2 : 3;
}

} // namespace

int main(int argc, char *argv[])
{
    using namespace coinswarm::daemon;

    const QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("coinswarmd"));
    auto options = daemonOptions(QCoreApplication::arguments());
    if (!options.ok()) {
        return fail(options.error());
    }
    if (const auto *answer = std::get_if<coinswarm::options::Answer>(&*options)) {
        std::fputs(answer->text.c_str(), stdout);
        return 0;
    }
    std::signal(SIGINT, onStopSignal);
    std::signal(SIGTERM, onStopSignal);
    if (!std::get<DaemonOptions>(*options).manager.empty()) {
        return runManager(std::get<DaemonOptions>(std::move(options).value()));
    }
    Daemon daemon(std::get<DaemonOptions>(std::move(options).value()));
    if (const coinswarm::Result<void> started = daemon.start(); !started.ok()) {
        return fail(started.error());
    }
    const int code = QCoreApplication::exec();
    daemon.stop();
    return code;
}
