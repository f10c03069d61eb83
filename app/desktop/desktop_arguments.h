// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/result.h>

#include <QtCore/QSize>
#include <QtCore/QStringList>

#include <chrono>

class QCoreApplication;

namespace coinswarm::desktop {

/// What the user asked for on the command line.
struct Arguments {
    QString connect;
    QString tokenFile;
    QString config;
    QStringList overrides;
    QStringList pluginPaths;
    QString screenshots;
    QSize screenshotSize{1440, 900};
    std::chrono::seconds runFor{0};
    bool fresh = false;
    bool safeMode = false;
    bool startTimes = false;
};

/// Ends the process for --help, --version and unknown options, as QCommandLineParser does. Invalid for what it cannot
/// see: times, sizes, stray words.
Result<Arguments> parseArguments(const QCoreApplication &app);

} // namespace coinswarm::desktop
