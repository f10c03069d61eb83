// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The desktop: an engine in this process, or one to attach to, and the window that supervises it.
#include "config/config_loader.h"
#include "desktop/desktop.h"
#include "desktop/desktop_arguments.h"
#include "models/format.h"
#include "rpc/remote_engine.h"
#include "screenshot_tour.h"
#include "supervision/local_engine.h"

#include <QtCore/QDeadlineTimer>
#include <QtCore/QDir>
#include <QtCore/QElapsedTimer>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QTemporaryDir>
#include <QtCore/QTimer>
#include <QtCore/QUrl>
#include <QtGui/QIcon>
#include <QtWidgets/QApplication>

#include <cstdio>

using namespace coinswarm;
using namespace coinswarm::desktop;
using namespace coinswarm::ui;
using namespace Qt::StringLiterals;

namespace {

constexpr int kUsage = 2;
constexpr int kEnvironment = 3;

Result<std::unique_ptr<api::Engine>> attach(const Arguments &arguments)
{
    QString token;
    if (!arguments.tokenFile.isEmpty()) {
        QFile file(arguments.tokenFile);
        if (!file.open(QIODevice::ReadOnly)) {
            return Error{ErrorKind::Environment,
                         "cannot read the token file " + arguments.tokenFile.toStdString() + ": "
                             + file.errorString().toStdString()};
        }
        token = QString::fromUtf8(file.readAll()).trimmed();
    }
    const QUrl url(arguments.connect, QUrl::StrictMode);
    if (!url.isValid() || (url.scheme() != "ws"_L1 && url.scheme() != "wss"_L1)) {
        return invalid("--connect " + arguments.connect.toStdString() + ": expected ws://HOST:PORT or wss://HOST:PORT");
    }
    return rpc::connectRemoteEngine(url, token);
}

Result<std::unique_ptr<api::Engine>> start(const Arguments &arguments, const config::Paths &paths,
                                           const EngineOpening::Progress &progress)
{
    std::string file = arguments.config.toStdString();
    if (file.empty() && QFileInfo::exists(QString::fromStdString(paths.configFile()))) {
        file = paths.configFile();
    }
    std::vector<std::string> overrides;
    for (const QString &each : arguments.overrides) {
        overrides.push_back(each.toStdString());
    }
    const Result<config::Loaded> loaded = config::loadConfigurationFile(file, overrides);
    if (!loaded.ok()) {
        return loaded.error();
    }
    if (!loaded->ok()) {
        return invalid(config::problemsText(loaded->problems));
    }
    supervision::LocalOptions options;
    options.configuration = loaded->configuration;
    options.configurationHash = config::configurationHash(*loaded);
    options.paths = paths;
    options.fresh = arguments.fresh;
    options.safeMode = arguments.safeMode;
    options.onProgress = progress;
    for (const QString &folder : arguments.pluginPaths) {
        options.pluginFolders.push_back(folder.toStdString());
    }
    return supervision::startLocalEngine(std::move(options));
}

int fail(int code, const QString &message)
{
    std::fputs(qPrintable(u"coinswarm: "_s + message + u'\n'), stderr);
    return code;
}

/// A window that attaches to nothing shows how that looks.
QString keepDisconnected(Preferences &preferences, const QString &folder, const QSize &size)
{
    const auto nobody = rpc::connectRemoteEngine(QUrl(u"ws://127.0.0.1:9"_s), {});
    MainWindow window(*nobody, preferences);
    window.resize(size);
    window.show();
    QDeadlineTimer patience(5'000);
    while (window.noticeBar().text().isEmpty() && !patience.hasExpired()) {
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    }
    const Result<void> kept = ScreenshotTour::keepBoth(window, preferences, folder, u"disconnected"_s);
    return kept.ok() ? QString() : text(kept.error().message);
}

int takeScreenshots(const Arguments &arguments, const config::Paths &paths, Preferences &preferences)
{
    const QString &folder = arguments.screenshots;
    QString error = QDir().mkpath(folder) ? keepDisconnected(preferences, folder, arguments.screenshotSize)
                                          : u"cannot make the folder "_s + folder;
    if (!error.isEmpty()) {
        return fail(kEnvironment, error);
    }
    const Result<std::unique_ptr<api::Engine>> engine = start(arguments, paths, {});
    if (!engine.ok()) {
        return fail(kEnvironment, text(engine.error().message));
    }
    MainWindow window(**engine, preferences);
    window.resize(arguments.screenshotSize);
    window.show();
    ScreenshotTour tour(window, preferences, folder);
    QObject::connect(&tour, &ScreenshotTour::finished, &window, [&error](const QString &message) {
        error = message;
        QCoreApplication::quit();
    });
    QTimer::singleShot(0, &tour, &ScreenshotTour::start);
    QApplication::exec();
    return error.isEmpty() ? 0 : fail(kEnvironment, error);
}

} // namespace

int main(int argc, char **argv)
{
    QElapsedTimer sinceStart;
    sinceStart.start();
    QApplication app(argc, argv);
    QApplication::setApplicationName(u"coinswarm"_s);
    QApplication::setApplicationDisplayName(u"Coinswarm"_s);
    QApplication::setApplicationVersion(QStringLiteral(COINSWARM_VERSION));
    QApplication::setWindowIcon(QIcon(u":/coinswarm/icons/coinswarm.svg"_s));
    const Result<Arguments> arguments = parseArguments(app);
    if (!arguments.ok()) {
        return fail(kUsage, text(arguments.error().message));
    }
    if (!arguments->screenshots.isEmpty()) {
        // Pictures come from a session of their own, with the default seed and look, and leave nothing behind.
        QTemporaryDir scratch;
        Preferences preferences(scratch.filePath(u"desktop.ini"_s));
        return takeScreenshots(*arguments, config::Paths::below(scratch.path().toStdString()), preferences);
    }
    if (arguments->runFor.count() > 0) {
        QTimer::singleShot(arguments->runFor, &app, &QCoreApplication::quit);
    }
    Preferences preferences;
    Desktop desktop(preferences, arguments->startTimes ? &sinceStart : nullptr);
    if (arguments->connect.isEmpty()) {
        desktop.open([arguments = *arguments](const EngineOpening::Progress &progress) {
            return start(arguments, config::Paths::standard(), progress);
        });
    } else {
        desktop.show(attach(*arguments));
    }
    return desktop.run();
}
